import { describe, expect, it } from '@jest/globals';
import type { NormalEvent } from '@tickmark/contracts';
import type { ParsedItem } from '@tickmark/formats';
import { aFeed } from '../append/events.testkit.js';
import { prepareEvents } from './prepare-events.js';

const event = (change: Partial<NormalEvent> = {}): NormalEvent => ({ id: 'e1', source: '/s', type: 'test.happened', data: {}, ...change });
const item = (index: number, change: Partial<NormalEvent> = {}): ParsedItem => ({ kind: 'event', index, event: event(change) });

interface Given {
  readonly types?: readonly string[];
  readonly sources?: readonly string[];
  readonly allowed?: readonly string[];
  readonly faults?: readonly { pointer: string; message: string }[];
}

const prepare = (items: readonly ParsedItem[], { types = ['*'], sources = ['*'], allowed = [], faults = [] }: Given = {}) =>
  prepareEvents(items, {
    feed: aFeed({ types, sources }),
    allowedReserved: new Set(allowed),
    validate: () => faults,
    newSalt: () => Buffer.alloc(16),
  });

describe('the events of a delivery', () => {
  it('go on in order, with the index of their item and their place among the events', () => {
    const items: ParsedItem[] = [
      item(0),
      { kind: 'ignored', index: 1, reason: 'of no use' },
      { kind: 'rejected', index: 2, pointer: '/id', message: 'is missing' },
      item(3, { id: 'e2' }),
      item(3, { id: 'e3' }),
    ];
    const prepared = prepare(items);
    expect(prepared.events.map(({ index, ordinal, eventId }) => [index, ordinal, eventId])).toEqual([[0, 0, 'e1'], [3, 1, 'e2'], [3, 2, 'e3']]);
    expect(prepared).toMatchObject({ ignored: 1, rejections: [{ index: 2, pointer: '/id', message: 'is missing' }] });
  });

  it.each([
    ['a type that the feed did not declare', item(0, { type: 'a.b' }), { types: ['a.c'] }, '/type'],
    ['a source that the feed did not declare', item(0, { source: '/x' }), { sources: ['/y'] }, '/source'],
    ['a reserved type without a scope', item(0, { type: 'feed.heartbeat' }), {}, '/type'],
    ['a reserved type with a scope that the feed does not declare', item(0, { type: 'feed.heartbeat' }), { allowed: ['feed.heartbeat'] }, '/type'],
    ['an attestation, whatever the scope', item(0, { type: 'attestation.given' }), { types: ['attestation.given'], allowed: ['attestation.given'] }, '/type'],
    ['a time before the year 1', item(0, { timeMs: Date.parse('0000-12-31T23:59:59Z') }), {}, '/time'],
    ['an event larger than 256 KiB', item(0, { data: { text: 'ä'.repeat(131_072) } }), {}, '/data'],
    ['data that its type refuses', item(0), { faults: [{ pointer: '/mfa', message: 'must be true or false' }] }, '/data/mfa'],
  ] as const)('do not go on with %s', (_what, one, given, pointer) => {
    const prepared = prepare([item(0, { id: 'other', type: 'a.c', source: '/y' }), { ...one, index: 7 }], given);
    expect(prepared.rejections.at(-1)).toMatchObject({ index: 7, pointer });
  });

  it('of a declared type, source and reserved type go on', () => {
    const given = { types: ['a.b', 'feed.heartbeat'], sources: ['/s'], allowed: ['feed.heartbeat'] };
    expect(prepare([item(0, { type: 'a.b' }), item(1, { type: 'feed.heartbeat' })], given).rejections).toEqual([]);
  });

  it('have every fault of their data named in one rejection', () => {
    const faults = Array.from({ length: 12 }, (_, at) => ({ pointer: `/f${at}`, message: 'is required' }));
    expect(prepare([item(0)], { faults }).rejections).toEqual([
      { index: 0, pointer: '/data/f0', message: `is required${faults.slice(1, 10).map(({ pointer }) => `; /data${pointer}: is required`).join('')}; and 2 more` },
    ]);
  });
});
