import { describe, expect, it } from '@jest/globals';
import type { PreparedEvent } from './append-request.js';
import { aFeed, anEvent } from './events.testkit.js';
import { identityKey, settle } from './settle.js';
import type { FirstContent } from './settle.js';

const NOW = Date.parse('2026-01-10T00:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;

function settleAll(events: readonly PreparedEvent[], known = new Map<string, FirstContent>(), feed = aFeed()) {
  let ids = 0;
  return settle(feed, events, {
    clockMs: NOW,
    known,
    keyOf: (event) => identityKey(feed.id, event.source === '/s' ? 1 : 2, event.eventId),
    newId: () => `evidence-${(ids += 1)}`,
  });
}

describe('what becomes of an event', () => {
  it('is new under an id that nobody sent', () => {
    expect(settleAll([anEvent({ timeMs: NOW })])).toEqual([
      { kind: 'new', event: anEvent({ timeMs: NOW }), evidenceId: 'evidence-1', timeMs: NOW, tooOld: false },
    ]);
  });

  it('is a repeat with the same content, in the same delivery too', () => {
    expect(settleAll([anEvent(), anEvent({ index: 1 })])).toMatchObject([
      { kind: 'new', evidenceId: 'evidence-1' },
      { kind: 'repeat', evidenceId: 'evidence-1' },
    ]);
  });

  it('is a conflict with another content, and the first content stands', () => {
    const known = new Map<string, FirstContent>();
    settleAll([anEvent()], known);
    expect(settleAll([anEvent({ data: { n: 2 } }), anEvent()], known)).toMatchObject([
      { kind: 'conflict', first: { evidenceId: 'evidence-1' } },
      { kind: 'repeat', evidenceId: 'evidence-1' },
    ]);
  });

  it.each([
    ['another type', { type: 'test.other' }],
    ['another subject', { subject: 'a1' }],
    ['another time', { timeMs: 1 }],
    ['no time', { timeMs: undefined }],
    ['other data', { data: { n: 2 } }],
  ])('is a conflict with %s', (_what, change) => {
    expect(settleAll([anEvent(), anEvent(change)])[1]).toMatchObject({ kind: 'conflict' });
  });

  it('is new under the same id of another source', () => {
    expect(settleAll([anEvent(), anEvent({ source: '/other' })]).map(({ kind }) => kind)).toEqual(['new', 'new']);
  });

  it('has the time of receipt when it brought none, and is still a repeat later', () => {
    const known = new Map<string, FirstContent>();
    expect(settleAll([anEvent({ timeMs: undefined })], known)).toMatchObject([{ kind: 'new', timeMs: NOW }]);
    expect(settleAll([anEvent({ timeMs: undefined })], known)).toMatchObject([{ kind: 'repeat' }]);
  });

  it.each([
    [5 * MINUTE, 'new'],
    [5 * MINUTE + 1, 'ahead'],
  ])('%d ms in the future is %s', (aheadMs, kind) => {
    expect(settleAll([anEvent({ timeMs: NOW + aheadMs })])).toMatchObject([{ kind }]);
  });

  it('in the future is not remembered: sent again in time it is new', () => {
    const known = new Map<string, FirstContent>();
    settleAll([anEvent({ timeMs: NOW + DAY })], known);
    expect(settleAll([anEvent({ timeMs: NOW })], known)).toMatchObject([{ kind: 'new' }]);
  });

  it.each([
    [400 * DAY, false],
    [400 * DAY + 1, true],
  ])('%d ms old is kept, too old to be judged: %s', (ageMs, tooOld) => {
    expect(settleAll([anEvent({ timeMs: NOW - ageMs })])).toMatchObject([{ kind: 'new', tooOld }]);
  });
});
