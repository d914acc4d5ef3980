import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deriveDeviations, occurrenceDeviationId, type DeviationInput } from './deviations.js';
import type { Blindness, DeviationChange, DeviationRecord, Failure } from './model.js';
import { hours } from './evaluation.testkit.js';

const failure = (from: number, to?: number, more: Partial<Failure> = {}): Failure => ({
  ...{ key: 'k', fromMs: hours(from), basis: 'evidence', feedIds: [1], evidenceIds: ['e'], backfill: false, system: 'okta' },
  ...(to === undefined ? {} : { toMs: hours(to), toBasis: 'evidence', remedyEvidenceId: 'r' }),
  ...more,
});
const record = (id: string, from: number, to?: number, more: Partial<DeviationRecord> = {}): DeviationRecord => ({
  ...{ id, key: 'k', status: to === undefined ? 'open' : 'closed', occurredAtMs: hours(from), detectedAtMs: hours(from), evidenceIds: ['e'], backfill: false, system: 'okta' },
  ...(to === undefined ? {} : { remediatedAtMs: hours(to), verifiedAtMs: hours(to), evidenceIds: ['e', 'r'] }),
  ...more,
});
const silent = (from: number, to?: number): Blindness => ({ cause: 'feed-silent', feedId: 1, fromMs: hours(from), ...(to === undefined ? {} : { toMs: hours(to) }) });

interface Given {
  readonly previous?: readonly DeviationRecord[];
  readonly blindness?: readonly Blindness[];
  readonly now?: number;
  readonly effectiveFromMs?: number;
}

function derive(failures: readonly Failure[], { previous = [], blindness = [], now = 100, effectiveFromMs = hours(-1_000) }: Given = {}): ReturnType<typeof deriveDeviations> {
  const minted = previous.filter(({ id }) => id.startsWith('new-')).length;
  let fresh = 0;
  const input: DeviationInput = {
    ...{ check: 'c/k', key: 'k', previous, failures, nowMs: hours(now), effectiveFromMs },
    sight: { blindness, need: { check: 'c/k', key: 'k', feedIds: [] }, watermarkMs: hours(now), settleMs: 2_000 },
    newId: () => `new-${minted + (fresh += 1)}`,
  };
  return deriveDeviations(input);
}
const told = ({ changes }: { readonly changes: readonly DeviationChange[] }): readonly string[] => changes.map(({ kind, record: { id, status }, combined }) => `${kind} ${id} ${status}${combined ? ' combined' : ''}`);

describe('deviations', () => {
  test('open with their times, and close by evidence', () => {
    const opened = derive([failure(1)], { now: 2 });
    expect(opened.changes).toEqual([
      { kind: 'opened', combined: false, record: { id: 'new-1', key: 'k', status: 'open', occurredAtMs: hours(1), detectedAtMs: hours(2), evidenceIds: ['e'], backfill: false, system: 'okta' } },
    ]);
    const previous = opened.changes.map((change) => change.record);
    expect(derive([failure(1)], { previous, now: 3 }).changes).toEqual([]);
    expect(derive([failure(1, 6)], { previous, now: 7 }).changes).toMatchObject([
      { kind: 'closed', record: { id: 'new-1', status: 'closed', detectedAtMs: hours(2), remediatedAtMs: hours(6), verifiedAtMs: hours(7), evidenceIds: ['e', 'r'] } },
    ]);
  });

  test('already closed when first known are told once', () => {
    expect(told(derive([failure(1, 6)]))).toEqual(['opened new-1 closed combined', 'closed new-1 closed combined']);
  });

  test('of occurrences have an id by what they are, and the same one when they fail again', () => {
    const one = failure(1, undefined, { occurrence: 'o' });
    const id = occurrenceDeviationId('c/k', 'k', 'o');
    expect(told(derive([one]))).toEqual([`opened ${id} open`]);
    expect(occurrenceDeviationId('c/k', 'k', 'other')).not.toBe(id);
    const withdrawn = record(id, 1, undefined, { occurrence: 'o', status: 'withdrawn', withdrawnAtMs: hours(5) });
    const again = derive([one], { previous: [withdrawn] });
    expect(told(again)).toEqual([`opened ${id} open`]);
    expect(again.changes[0]?.record).not.toHaveProperty('withdrawnAtMs');
  });

  test('are withdrawn, with the time, when late evidence shows that they never were', () => {
    const { changes } = derive([], { previous: [record('d', 1)], now: 9 });
    expect(changes).toMatchObject([{ kind: 'withdrawn', record: { id: 'd', status: 'withdrawn', occurredAtMs: hours(1), withdrawnAtMs: hours(9) } }]);
    expect(derive([], { previous: [{ ...record('d', 1), status: 'withdrawn' }] }).changes).toEqual([]);
  });

  test('of a stretch keep their id when it grows, and the first part keeps it when it is split', () => {
    expect(derive([failure(0, 8)], { previous: [record('d', 2, 8)] }).changes).toMatchObject([{ kind: 'amended', record: { id: 'd', occurredAtMs: hours(0) } }]);
    expect(told(derive([failure(1, 3), failure(5)], { previous: [record('d', 1)] }))).toEqual(['closed d closed', 'opened new-1 open']);
  });

  test('become one when their stretches do', () => {
    expect(told(derive([failure(1)], { previous: [record('a', 1, 3), record('b', 5)] }))).toEqual(['opened a open', 'amended b merged']);
  });

  test('of stretches that only touch are two', () => {
    expect(told(derive([failure(1, 3), failure(3, 4)], { previous: [record('a', 1, 3)] }))).toEqual(['opened new-1 closed combined', 'closed new-1 closed combined']);
  });

  test('of no length are deviations all the same', () => {
    const { changes } = derive([failure(5, 5)]);
    expect(changes).toMatchObject([{ kind: 'opened', combined: true }, { kind: 'closed' }]);
    expect(derive([failure(5, 5)], { previous: [changes[1]?.record ?? record('x', 0)] }).changes).toEqual([]);
  });

  test('that were closed open again when the recovery turns out to be none', () => {
    expect(told(derive([failure(1)], { previous: [record('d', 1, 4)] }))).toEqual(['opened d open']);
  });

  test('of an earlier version are neither withdrawn nor begun anew by judging the past again', () => {
    const effectiveFromMs = hours(10);
    expect(derive([], { previous: [record('d', 1)], effectiveFromMs }).changes).toEqual([]);
    expect(derive([failure(10)], { previous: [record('d', 1)], effectiveFromMs }).changes).toEqual([]);
    expect(derive([failure(10, 12)], { previous: [record('d', 1)], effectiveFromMs }).changes).toMatchObject([{ kind: 'closed', record: { id: 'd', occurredAtMs: hours(1), remediatedAtMs: hours(12) } }]);
  });

  test('keep whether they rest on backfill', () => {
    expect(derive([failure(1, undefined, { backfill: true })]).changes).toMatchObject([{ record: { backfill: true } }]);
  });
});

describe('deviations under blindness', () => {
  const absent = (from: number, to?: number, more: Partial<Failure> = {}): Failure => failure(from, to, { basis: 'absence', ...more });

  test('a time-out while blind is told when sight is back and settle has passed, with a range', () => {
    expect(derive([absent(24)], { blindness: [silent(20)], now: 30 })).toEqual({ changes: [] });
    const waiting = derive([absent(24)], { blindness: [silent(20, 40)], now: 40 });
    expect(waiting).toEqual({ changes: [], recheckMs: hours(40) + 2_000 });
    expect(derive([absent(24)], { blindness: [silent(20, 40)], now: 41 }).changes).toMatchObject([{ kind: 'opened', record: { occurredAtMs: hours(24), occurredUntilMs: hours(40), detectedAtMs: hours(41) } }]);
  });

  test('what rests on received evidence is told at once, and so is what was not hidden', () => {
    expect(told(derive([failure(24)], { blindness: [silent(20)] }))).toEqual(['opened new-1 open']);
    expect(derive([absent(24)], { blindness: [silent(25)] }).changes).toMatchObject([{ record: { occurredAtMs: hours(24) } }]);
  });

  test('evidence that it was still so proves it before sight is back', () => {
    expect(derive([absent(24, undefined, { provenMs: hours(26) })], { blindness: [silent(20)], now: 30 }).changes).toMatchObject([{ record: { occurredAtMs: hours(24), occurredUntilMs: hours(26) } }]);
    expect(derive([absent(24, 30)], { blindness: [silent(20)], now: 31 }).changes).toMatchObject([{ combined: true, record: { occurredUntilMs: hours(30), remediatedAtMs: hours(30) } }, { kind: 'closed' }]);
  });

  test('an instant that is certain has no range', () => {
    expect(derive([absent(24, undefined, { exact: true })], { blindness: [silent(20, 40)], now: 50 }).changes[0]?.record).not.toHaveProperty('occurredUntilMs');
  });

  test('what was told stays told when a silence becomes known later', () => {
    expect(derive([absent(24)], { previous: [record('d', 24)], blindness: [silent(20)] }).changes).toEqual([]);
  });

  test('values that leave a window while blind end nothing until sight is back', () => {
    const left = failure(1, 5, { toBasis: 'absence' });
    expect(told(derive([left], { blindness: [silent(4)] }))).toEqual(['opened new-1 open']);
    expect(derive([left], { previous: [record('d', 1)], blindness: [silent(4, 9)] }).changes).toMatchObject([{ kind: 'closed', record: { remediatedAtMs: hours(9) } }]);
  });
});

test('telling what was told already changes nothing, whatever fails', () => {
  const stretches = fc
    .array(fc.record({ gap: fc.integer({ min: 1, max: 9 }), length: fc.integer({ min: 0, max: 9 }), basis: fc.constantFrom('evidence' as const, 'absence' as const) }), { maxLength: 6 })
    .map((parts) => {
      let at = 0;
      return parts.map(({ gap, length, basis }) => failure((at += gap), (at += length), { basis }));
    });
  fc.assert(
    fc.property(stretches, stretches, fc.array(fc.tuple(fc.nat(30), fc.nat(20)), { maxLength: 3 }), (first, second, spans) => {
      const blindness = spans.map(([from, length]) => silent(from, from + length));
      let records: readonly DeviationRecord[] = [];
      for (const failures of [first, second]) {
        const { changes } = derive(failures, { previous: records, blindness });
        const byId = new Map([...records, ...changes.map(({ record: changed }) => changed)].map((one) => [one.id, one]));
        records = [...byId.values()];
        expect(derive(failures, { previous: records, blindness }).changes).toEqual([]);
      }
      const standing = records.filter(({ status }) => status === 'open' || status === 'closed');
      expect(standing.map(({ occurredAtMs }) => occurredAtMs).sort((a, b) => a - b)).toEqual(second.map(({ fromMs }) => fromMs));
    }),
    { numRuns: 300 },
  );
});
