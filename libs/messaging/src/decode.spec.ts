import { expect, it } from '@jest/globals';
import { controlEventMessage } from '@tickmark/contracts';
import { decodeMessage } from './decode.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const tick = {
  schemaVersion: 1,
  id: 't1',
  epoch: 1,
  occurredAt: '2026-03-02T17:00:00.000Z',
  causedBy: 'ledger',
  kind: 'tick',
  leafIndex: 4,
  clock: '2026-03-02T17:00:00.000Z',
};

it('reads a message', () => {
  expect(decodeMessage(controlEventMessage, bytes(JSON.stringify(tick)))).toEqual({ ok: true, value: tick });
});

it.each([
  ['no value', null, 'the message has no value'],
  ['no JSON', bytes('{'), 'the value is not JSON'],
  ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'the value is not UTF-8'],
])('says that there is %s', (_what, value, reason) => {
  expect(decodeMessage(controlEventMessage, value)).toEqual({ ok: false, error: reason });
});

it('names the place of the fault and repeats no value', () => {
  const decoded = decodeMessage(controlEventMessage, bytes(JSON.stringify({ ...tick, clock: 'S3cret' })));
  expect(decoded.ok).toBe(false);
  expect(JSON.stringify(decoded)).toContain('/clock');
  expect(JSON.stringify(decoded)).not.toContain('S3cret');
});
