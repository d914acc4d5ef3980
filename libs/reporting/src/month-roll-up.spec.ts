import { describe, expect, it } from '@jest/globals';
import type { Blindness, Segment } from '@tickmark/evaluation';
import { STATES } from '@tickmark/contracts';
import fc from 'fast-check';
import { combineParts, measurePart } from './control-part.js';
import type { ControlPart } from './control-part.js';
import { effectiveSegments } from './effective-segments.js';
import { basisOf, stagesOf } from './month-roll-up.js';
import { clip } from './period.js';
import type { Period } from './period.js';

/** Days of a made-up calendar: its months begin where a property wants them. */
const END = 120;

interface Key {
  readonly beginMs: number;
  readonly retiredAtMs?: number;
  readonly segments: readonly Segment[];
}

interface Version {
  readonly id: number;
  readonly ref: string;
  readonly effectiveFromMs: number;
  readonly effectiveToMs?: number;
  readonly keys: readonly Key[];
  /** When something occurred, and whether it passed. */
  readonly occurrences: readonly { readonly atMs: number; readonly outcome: 'pass' | 'fail' | 'pending' | 'not-applicable' }[];
}

interface World {
  readonly versions: readonly Version[];
  readonly blindness: readonly Blindness[];
}

const instant = fc.integer({ min: 0, max: END });
const stretch = fc.record({
  state: fc.constantFrom(...STATES),
  lengthMs: fc.integer({ min: 1, max: 40 }),
  basis: fc.constantFrom('evidence' as const, 'absence' as const),
  reason: fc.option(fc.constantFrom('r1', 'r2'), { nil: undefined }),
  evidenceId: fc.option(fc.constantFrom('e1', 'e2', 'e3'), { nil: undefined }),
  feedIds: fc.constantFrom([], [1], [2], [1, 2]),
});

const key: fc.Arbitrary<Key> = fc
  .record({ beginMs: instant, parts: fc.array(stretch, { minLength: 1, maxLength: 6 }), retiresAfterMs: fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined }) })
  .map(({ beginMs, parts, retiresAfterMs }) => {
    let fromMs = beginMs;
    const segments = parts.map(({ lengthMs, reason, evidenceId, ...rest }, index): Segment => {
      const begin = fromMs;
      fromMs += lengthMs;
      return {
        ...{ ...rest, fromMs: begin },
        ...(reason === undefined ? {} : { reason }),
        ...(evidenceId === undefined ? {} : { evidenceId }),
        ...(index === parts.length - 1 ? {} : { toMs: fromMs }),
      };
    });
    return { beginMs, segments, ...(retiresAfterMs === undefined ? {} : { retiredAtMs: beginMs + retiresAfterMs }) };
  });

const occurrence = fc.record({ atMs: instant, outcome: fc.constantFrom('pass' as const, 'fail' as const, 'pending' as const, 'not-applicable' as const) });
const checkOf = (id: number, name: string) =>
  fc.record({ keys: fc.array(key, { maxLength: 4 }), occurrences: fc.array(occurrence, { maxLength: 6 }) }).map((rest) => ({ id, ref: `c/${name}`, ...rest }));

/** Two checks; the first one changes its logic at some instant, perhaps after a pause in which the control was gone. */
const world: fc.Arbitrary<World> = fc
  .record({
    old: checkOf(1, 'a'),
    beside: checkOf(2, 'b'),
    young: checkOf(3, 'a'),
    beginMs: fc.integer({ min: 0, max: 50 }),
    changeMs: fc.integer({ min: 51, max: END }),
    pauseMs: fc.constantFrom(0, 0, 10),
    blindness: fc.array(
      fc.record({
        cause: fc.constantFrom('feed-silent' as const, 'check-error' as const),
        where: fc.constantFrom({ feedId: 1 }, { feedId: 2 }, { check: 'c/a' }, { check: 'c/b', key: 'k0' }),
        fromMs: instant,
        lengthMs: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ old, beside, young, beginMs, changeMs, pauseMs, blindness }) => ({
    versions: [
      { ...old, effectiveFromMs: beginMs, effectiveToMs: changeMs },
      { ...beside, effectiveFromMs: beginMs, effectiveToMs: changeMs },
      { ...young, effectiveFromMs: changeMs + pauseMs },
    ],
    blindness: blindness.map(({ cause, where, fromMs, lengthMs }) => ({ cause, ...where, fromMs, ...(lengthMs === undefined ? {} : { toMs: fromMs + lengthMs }) })),
  }));

/** What reading gives of a key: its rows that touch the range, cut where it was retired. */
function stored({ segments, retiredAtMs = Infinity }: Key, { fromMs, toMs }: Period): readonly Segment[] {
  const read = segments.filter((segment) => segment.fromMs < toMs && (segment.toMs ?? Infinity) > fromMs);
  return read.flatMap((segment) => {
    if ((segment.toMs ?? Infinity) <= retiredAtMs) return [segment];
    return segment.fromMs < retiredAtMs ? [{ ...segment, toMs: retiredAtMs }] : [];
  });
}

function measured({ versions, blindness }: World, period: Period): ControlPart {
  const part = measurePart(period);
  for (const { id, ref, effectiveFromMs, effectiveToMs, keys, occurrences } of versions) {
    const inForce = clip(period, effectiveFromMs, effectiveToMs);
    if (inForce === undefined) continue;
    const check = part.check(id, inForce);
    const force = { effectiveFromMs, ...(effectiveToMs === undefined ? {} : { effectiveToMs }) };
    keys.forEach((one, index) => {
      const rows = stored(one, { fromMs: inForce.fromMs - 1, toMs: inForce.toMs });
      const need = { check: ref, key: `k${index}`, feedIds: [1] };
      check.addKey(effectiveSegments(rows, { blindness, need, judging: { watermarkMs: END, nowMs: END }, ...force }), rows);
    });
    for (const { atMs, outcome } of occurrences) if (inForce.fromMs <= atMs && atMs < inForce.toMs) check.addOutcome(outcome, 1);
  }
  const [first, , third] = versions;
  const inForce = [first, third].flatMap((one) => (one === undefined ? [] : [{ fromMs: one.effectiveFromMs, toMs: one.effectiveToMs ?? Infinity }]));
  const [a, b] = inForce;
  return part.finish(a !== undefined && b !== undefined && a.toMs === b.fromMs ? [{ fromMs: a.fromMs, toMs: b.toMs }] : inForce);
}

describe('a period', () => {
  it('summed month by month is the period summed at once, wherever the months begin', () => {
    fc.assert(
      fc.property(world, fc.uniqueArray(fc.integer({ min: 1, max: END - 1 }), { maxLength: 5 }), instant, (of, cuts, fromMs) => {
        const period = { fromMs: Math.min(fromMs, END - 1), toMs: END };
        const months = [0, ...cuts, END + 10].toSorted((a, b) => a - b);
        const closed = months.slice(1).map((toMs, index) => ({ fromMs: months[index] ?? 0, toMs }));
        const [first, ...rest] = stagesOf(period, closed).map((stage) => measured(of, { fromMs: stage.fromMs, toMs: stage.toMs }));
        if (first === undefined) throw new Error('a period has at least one stage');
        expect(combineParts([first, ...rest])).toEqual(measured(of, period));
      }),
      { numRuns: 2_000 },
    );
  });

  it('says for each cut whether what follows began there or went on', () => {
    const going: Segment = { state: 'fail', fromMs: 5, basis: 'evidence', evidenceId: 'e1', reason: 'r1', feedIds: [1] };
    const of = (segments: readonly Segment[]): World => ({
      versions: [{ id: 1, ref: 'c/a', effectiveFromMs: 0, keys: [{ beginMs: 5, segments }], occurrences: [] }],
      blindness: [],
    });
    expect(measured(of([going]), { fromMs: 30, toMs: 60 })).toMatchObject({ begins: {}, timeline: [{ state: 'fail', evidenceId: 'e1' }] });
    expect(measured(of([{ ...going, fromMs: 30 }]), { fromMs: 30, toMs: 60 })).toMatchObject({ begins: { reason: 'r1', evidenceId: 'e1' } });
  });
});

describe('the stages of a period', () => {
  const month = (n: number): Period => ({ fromMs: n * 30, toMs: n * 30 + 30 });

  it('are its closed months and what lies before, between and after', () => {
    expect(stagesOf({ fromMs: 10, toMs: 130 }, [month(3), month(0), month(1)])).toEqual([
      { fromMs: 10, toMs: 30, closed: false },
      { fromMs: 30, toMs: 60, closed: true },
      { fromMs: 60, toMs: 90, closed: false },
      { fromMs: 90, toMs: 120, closed: true },
      { fromMs: 120, toMs: 130, closed: false },
    ]);
  });

  it('are one where no month is whole in it, and where it has no length', () => {
    expect(stagesOf({ fromMs: 10, toMs: 40 }, [month(0), month(1)])).toEqual([{ fromMs: 10, toMs: 40, closed: false }]);
    expect(stagesOf({ fromMs: 10, toMs: 10 }, [])).toEqual([{ fromMs: 10, toMs: 10, closed: false }]);
    expect(stagesOf({ fromMs: 30, toMs: 60 }, [month(1)])).toEqual([{ fromMs: 30, toMs: 60, closed: true }]);
  });
});

describe('the basis of a roll-up', () => {
  const month = { fromMs: 30, toMs: 60 };
  const check = { id: 1, ref: 'c/a', effectiveFromMs: 0, namedFeeds: [2, 1] };
  const silent = (fromMs: number, toMs?: number): Blindness => ({ cause: 'feed-silent', feedId: 1, fromMs, ...(toMs === undefined ? {} : { toMs }) });
  const basis = (blindness: readonly Blindness[], changes: Partial<typeof check & { effectiveToMs: number }> = {}) => basisOf(month, [{ ...check, ...changes }], blindness);

  it('changes with the blindness of the month, and of the instant before it', () => {
    expect(basis([silent(40, 50)])).not.toBe(basis([]));
    expect(basis([silent(40, 51)])).not.toBe(basis([silent(40, 50)]));
    expect(basis([silent(29, 50)])).not.toBe(basis([silent(30, 50)]));
    expect(basis([{ ...silent(40, 50), cause: 'check-error' }])).not.toBe(basis([silent(40, 50)]));
  });

  it('does not change by what lies outside the month or hits other checks', () => {
    expect(basis([silent(0, 20), silent(60, 70), { cause: 'check-error', check: 'd/z', fromMs: 40, toMs: 50 }])).toBe(basis([]));
    expect(basis([silent(40)])).toBe(basis([silent(40, 90)]));
  });

  it('changes with the logics in force in the month and the feeds that they need', () => {
    expect(basis([], { effectiveToMs: 45 })).not.toBe(basis([]));
    expect(basis([], { effectiveToMs: 75 })).toBe(basis([]));
    expect(basis([], { namedFeeds: [1] })).not.toBe(basis([]));
    expect(basis([], { namedFeeds: [1, 2] })).toBe(basis([]));
    expect(basis([], { id: 2 })).not.toBe(basis([]));
  });
});
