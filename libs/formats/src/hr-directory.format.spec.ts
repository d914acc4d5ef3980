import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Verification } from './format.js';
import { hrDirectory } from './hr-directory.format.js';
import { WORKOS_SIGNATURE } from './hr-directory/signature.js';
import { sampleBytes, sampleFiles, send, sendSample, shown } from './samples.testkit.js';

const SOURCE = 'workos/d1';
interface Told {
  readonly index: number;
  readonly id: string;
  readonly worker: string;
  readonly time: string;
  readonly source?: string;
}
const worker = ({ index, id, worker: subject, time, source = SOURCE }: Told, status: string): object => ({
  index,
  id,
  source,
  type: 'hr.worker',
  subject,
  time,
  data: { worker: subject, status },
});
const change = ({ index, id, worker: subject, time, source = SOURCE }: Told, type: string, field: string): object => ({
  index,
  id: `${id}@${type}`,
  source,
  type,
  subject,
  time,
  data: { worker: subject, [field]: time },
});
const at = (index: number, id: string, name: string, time: string): Told => ({ index, id, worker: name, time });

const BLAIR: Told = {
  index: 0,
  id: 'wh_123',
  worker: '00u1e8mutl6wlH3lL4x7',
  time: '2021-06-25T19:07:33.155Z',
  source: 'workos/directory_01F9M7F68PZP8QXP8G7X5QRHS7',
};
const LEAVER = at(0, 'event_1', 'w-1', '2026-01-31T12:00:00.000Z');
const DELETED = at(2, 'event_3', 'w-3', '2026-01-31T12:00:02.000Z');

const EXPECTED: Record<string, object[]> = {
  'webhook.json': [worker(BLAIR, 'active'), change(BLAIR, 'hr.worker-joined', 'startDate')],
  'events.list.json': [
    worker(LEAVER, 'left'),
    change(LEAVER, 'hr.worker-left', 'lastDay'),
    worker(at(1, 'event_2', 'directory_user_2', '2026-01-31T12:00:01.000Z'), 'active'),
    worker(DELETED, 'left'),
    change(DELETED, 'hr.worker-left', 'lastDay'),
    worker(at(3, 'event_4', 'w-4', '2026-01-31T12:00:03.000Z'), 'left'),
    { index: 4, ignored: 'dsync.group.user_added: no event type of the catalogue says it' },
  ],
  'broken.user-missing.json': [
    { index: 0, rejected: '/data/id', message: 'expected string, but it is missing' },
    { index: 1, rejected: '/created_at', message: 'is no instant' },
  ],
};

describe('samples of an HR directory', () => {
  it('are all written out here', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('hr-directory'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(hrDirectory, file))).toEqual(EXPECTED[file]);
  });
});

describe('events of an HR directory', () => {
  const typesOf = (kind: string, data: object): string[] =>
    shown(send(hrDirectory, JSON.stringify({ id: 'e', event: kind, created_at: '2026-01-31T12:00:00Z', data: { id: 'u', ...data } }))).map((item) =>
      'type' in item ? `${item.type} ${(item.data as { status?: string }).status ?? ''}`.trim() : 'ignored' in item ? item.ignored : 'rejected',
    );

  it.each([
    ['dsync.user.created', { state: 'active' }, ['hr.worker active', 'hr.worker-joined']],
    ['dsync.user.created', { state: 'inactive' }, ['hr.worker left']],
    ['dsync.user.updated', { state: 'inactive', previous_attributes: { state: 'active' } }, ['hr.worker left', 'hr.worker-left']],
    ['dsync.user.updated', { state: 'inactive' }, ['hr.worker left', 'hr.worker-left']],
    ['dsync.user.updated', { state: 'inactive', previous_attributes: { emails: [] } }, ['hr.worker left']],
    ['dsync.user.updated', { state: 'active', previous_attributes: { state: 'inactive' } }, ['hr.worker active', 'hr.worker-joined']],
    ['dsync.user.updated', { state: 'active' }, ['hr.worker active']],
    ['dsync.user.deleted', {}, ['hr.worker left', 'hr.worker-left']],
    ['dsync.user.updated', { state: 'suspended' }, ['state suspended: neither active nor inactive']],
    ['dsync.user.created', {}, ['state missing: neither active nor inactive']],
    ['dsync.activated', {}, ['dsync.activated: no event type of the catalogue says it']],
  ])('%s with %j are %j', (kind, data, expected) => {
    expect(typesOf(kind, data)).toEqual(expected);
  });
});

describe('the signature of WorkOS', () => {
  const NOW = 1_769_860_800_000;
  const body = sampleBytes('hr-directory', 'webhook.json');
  const sign = (time: number, secret: string): string => `t=${time}, v1=${createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')}`;
  const verify = (signature: string | undefined, rawBody: Uint8Array = body): Verification | undefined =>
    WORKOS_SIGNATURE.verify?.({ headers: signature === undefined ? {} : { 'workos-signature': signature }, rawBody, nowMs: NOW }, ['old', 'new']);

  it('of either secret fits, within five minutes', () => {
    for (const secret of ['old', 'new']) expect(verify(sign(NOW - 299_000, secret))).toEqual({ verified: true });
  });

  it.each([
    ['of another secret', sign(NOW, 'other'), 'the signature does not fit the body; compare the secret here with the one at WorkOS'],
    ['that is six minutes old', sign(NOW - 360_000, 'new'), 'the signature is more than five minutes from now; a replay, or a wrong clock'],
    ['of the future', sign(NOW + 360_000, 'new'), 'the signature is more than five minutes from now; a replay, or a wrong clock'],
    ['in seconds', 't=1769860800, v1=00', 'the header WorkOS-Signature is not t=<milliseconds>, v1=<64 hexadecimal digits>'],
    ['that is missing', undefined, 'the header WorkOS-Signature is missing; send the request as it was signed'],
  ])('%s is refused', (_what, signature, message) => {
    expect(verify(signature)).toEqual({ verified: false, message });
  });

  it('of another body is refused', () => {
    expect(verify(sign(NOW, 'new'), Buffer.concat([body, Buffer.from(' ')]))).toMatchObject({ verified: false });
  });
});
