import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@tickmark/testing';
import { SmtpReceiver } from '../../libs/channels/src/smtp-receiver.testkit.js';
import type { Evidence, Gap } from '../support/answers.ts';
import { anEvent } from '../support/events.ts';
import { PROBED, servicesUp } from '../support/own-controls.ts';
import { sharedSystem } from '../support/shared-system.ts';

const MAX_SILENCE_MS = 5_000;
const OTHER = 'services-up-too';
const LONG = { limitMs: 20_000 };

let mail: SmtpReceiver;
const system = sharedSystem(async () => {
  mail = await SmtpReceiver.start();
  const env = { TICKMARK_EMAIL_TO: 'security@larkspur.example', SMTP_URL: mail.url };
  return { name: 'silence', controls: { [PROBED]: servicesUp(), [OTHER]: servicesUp(OTHER) }, env };
});
afterAll(() => mail.close());

const gapsOf = async (feed: string): Promise<readonly Gap[]> => (await system().all<Gap>('/v1/gaps')).filter((gap) => gap.feed === feed);
const gapNotices = (feed: string) => system().sink.notices.filter(({ gap }) => gap?.feed === feed);
const at = (ms: number): string => new Date(ms).toISOString();

describe('a feed that may be silent for five seconds', () => {
  let key = '';
  let silentMs = 0;
  let sentMs = 0;

  const probe = async (service: string, up: boolean): Promise<number> => {
    sentMs = Date.now();
    const { events } = await system().push([anEvent('service.probed', { service, up }, { subject: service, atMs: sentMs })], key);
    const { receivedAt } = await system().console('auditor').get<Evidence>(`/v1/evidence/${events[0]?.evidenceId ?? ''}`);
    return Date.parse(receivedAt);
  };

  beforeAll(async () => {
    const feed = await system().registerFeed({ name: 'prober', system: 'probes', types: ['service.probed'], liveness: { maxSilence: '5s' } });
    key = feed.apiKey ?? '';
  });

  test('is alive while it speaks: what it says is judged', async () => {
    await probe('s1', true);
    silentMs = (await probe('s2', false)) + MAX_SILENCE_MS;
    await eventually(async () => {
      expect((await system().states(PROBED)).map(({ key: name, state }) => `${name} ${state}`).sort()).toEqual(['s1 pass', 's2 fail']);
    });
    expect(await gapsOf('prober')).toEqual([]);
  });

  test('that falls silent makes its checks unknown at the right instant; what failed on evidence stays failed', async () => {
    await eventually(async () => {
      expect(await system().states(PROBED, { key: 's1' })).toMatchObject([{ state: 'unknown', since: at(silentMs) }]);
    }, LONG);
    expect(await system().states(PROBED, { key: 's2' })).toMatchObject([{ state: 'fail', since: at(sentMs) }]);
    const segments = await system().timeline(PROBED, { key: 's1', from: at(silentMs - MAX_SILENCE_MS), to: at(Date.now()) });
    expect(segments.slice(-2)).toMatchObject([
      { state: 'pass', to: at(silentMs) },
      { state: 'unknown', from: at(silentMs) },
    ]);
  });

  test('is one gap that names every control it hits', async () => {
    const gaps = await gapsOf('prober');
    expect(gaps).toMatchObject([{ cause: 'feed-silent', status: 'open', from: at(silentMs), to: null }]);
    expect(gaps[0]?.controls).toEqual(expect.arrayContaining([PROBED, OTHER]));
  });

  test('sends one notice, not one for each control', async () => {
    const [notice] = await eventually(() => {
      const found = gapNotices('prober');
      expect(found).toHaveLength(1);
      return found;
    }, LONG);
    expect(notice).toMatchObject({ kind: 'gap-opened', gap: { cause: 'feed-silent', from: at(silentMs) }, deviations: [] });
    expect(notice?.gap?.controls).toEqual(expect.arrayContaining([PROBED, OTHER]));
  });

  test('speaks again: the gap ends there, and the check passes on what it says', async () => {
    const spokeMs = await probe('s1', true);
    await eventually(async () => {
      expect(await gapsOf('prober')).toMatchObject([{ status: 'closed', from: at(silentMs), to: at(sentMs) }]);
    }, LONG);
    expect(spokeMs).toBeGreaterThanOrEqual(sentMs);
    await eventually(async () => expect(await system().states(PROBED, { key: 's1' })).toMatchObject([{ state: 'pass' }]), LONG);
    await eventually(() => expect(gapNotices('prober').map(({ kind }) => kind)).toEqual(['gap-opened', 'gap-closed']), LONG);
    const segments = await system().timeline(PROBED, { key: 's1', from: at(silentMs - 1_000), to: at(sentMs + 1) });
    expect(segments.map(({ state, from }) => `${state} ${from}`)).toEqual([`pass ${at(silentMs - 1_000)}`, `unknown ${at(silentMs)}`, `pass ${at(sentMs)}`]);
  });

  test('is told by e-mail as by webhook', async () => {
    const about = () => mail.mails.filter((text) => text.includes('prober'));
    await eventually(() => expect(about()).toHaveLength(2), LONG);
    for (const text of about()) expect(text).toMatch(/^To: security@larkspur\.example/m);
    expect(about()[0]).toContain(PROBED);
  });

  test('opened no deviation by being silent', async () => {
    const deviations = (await system().deviations()).filter(({ control }) => control === PROBED || control === OTHER);
    expect(deviations.map(({ control, key: name }) => `${control} ${name}`).sort()).toEqual([`${PROBED} s2`, `${OTHER} s2`].sort());
    expect(system().sink.faults).toEqual([]);
  });
});

test('a feed that never delivered is silent from its creation on', async () => {
  const before = Date.now();
  await system().registerFeed({ name: 'never', system: 'backups', types: ['backup.completed'], liveness: { maxSilence: '3s' } });
  const after = Date.now();
  const [gap] = await eventually(async () => {
    const found = await gapsOf('never');
    expect(found).toHaveLength(1);
    return found;
  }, LONG);
  expect(gap).toMatchObject({ cause: 'feed-silent', status: 'open' });
  expect(Date.parse(gap?.from ?? '')).toBeGreaterThanOrEqual(before + 3_000 - 5);
  expect(Date.parse(gap?.from ?? '')).toBeLessThanOrEqual(after + 3_000 + 5);
});
