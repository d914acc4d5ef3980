import { describe, expect, it } from '@jest/globals';
import { controlEventMessage } from '@tickmark/contracts';
import type { RelayRow } from '@tickmark/persistence';
import { aFeed } from '../append/events.testkit.js';
import { evidenceText, tickText } from './evidence-message.js';

const aRow: RelayRow = {
  leafIndex: 7,
  key: 'a1',
  id: '019b7ca9-8f2e-7000-8000-000000000001',
  receivedAtMs: Date.parse('2026-01-02T03:04:05.678Z'),
  deliveryId: '019b7ca9-8f2e-7000-8000-000000000002',
  ordinal: 3,
  timeMs: Date.parse('2026-01-02T03:00:00.000Z'),
  timeAssumed: false,
  tooOld: false,
  normal: '{"data":{"n":1},"id":"e1","source":"/s","subject":"a1","time":"2026-01-02T03:00:00.000Z","type":"test.happened"}',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  feed: aFeed(),
};

describe('the message of evidence', () => {
  it('is what contracts describe', () => {
    const message: unknown = JSON.parse(evidenceText(aRow, 2));
    expect(controlEventMessage.parse(message)).toEqual(message);
    expect(message).toEqual({
      schemaVersion: 1,
      id: '019b7ca9-8f2e-7000-8000-000000000001',
      epoch: 2,
      occurredAt: '2026-01-02T03:00:00.000Z',
      causedBy: '019b7ca9-8f2e-7000-8000-000000000002',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      kind: 'evidence',
      leafIndex: 7,
      receivedAt: '2026-01-02T03:04:05.678Z',
      deliveryId: '019b7ca9-8f2e-7000-8000-000000000002',
      ordinal: 3,
      timeAssumed: false,
      tooOld: false,
      feed: { id: 1, name: 'local', system: 'local', production: true, settleMs: 2_000 },
      event: { id: 'e1', source: '/s', type: 'test.happened', subject: 'a1', time: '2026-01-02T03:00:00.000Z', data: { n: 1 } },
    });
  });

  it('carries the time of receipt when the source gave none', () => {
    const row = { ...aRow, timeAssumed: true, timeMs: aRow.receivedAtMs, normal: '{"data":{},"id":"e1","source":"/s","type":"t"}' };
    expect(JSON.parse(evidenceText(row, 1))).toMatchObject({ timeAssumed: true, event: { time: '2026-01-02T03:04:05.678Z' } });
  });
});

describe('a tick', () => {
  it('is what contracts describe', () => {
    const message: unknown = JSON.parse(tickText({ leafIndex: 9, clockMs: aRow.receivedAtMs }, 1));
    expect(controlEventMessage.parse(message)).toEqual(message);
    expect(message).toMatchObject({ kind: 'tick', leafIndex: 9, clock: '2026-01-02T03:04:05.678Z' });
  });
});
