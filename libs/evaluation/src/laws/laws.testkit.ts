import { expect } from '@jest/globals';
import type { State } from '@tickmark/contracts';
import { canonical } from '@tickmark/catalogue';
import fc from 'fast-check';
import { judgeFromPoints } from '../judge-from-points.js';
import type { Carry, CompiledCheck, Due, ErrorStretch, Failure, JudgedEvent, Judgement, KeyTimeline, Observation, Point, Segment } from '../model.js';
import { compareKeyOrder } from '../order.js';
import { HOUR, pointsOf, START } from '../evaluation.testkit.js';

/** How many histories a law is tried with; `npm run test:laws` sets the global for a long run. */
export const RUNS = (globalThis as { readonly LAW_RUNS?: number }).LAW_RUNS ?? 300;

/** One step of a run: what is delivered, and how far the watermark then comes (0: not at all, 1: as far as it may). */
interface Delivery {
  readonly events: readonly JudgedEvent[];
  readonly advance: number;
}

export interface History {
  readonly events: readonly JudgedEvent[];
  readonly deliveries: readonly Delivery[];
  readonly endMs: number;
}

/** Orders, doubles and cuts: events come in any order, some twice, in batches; the watermark follows what has come. */
export function historyOf(events: fc.Arbitrary<readonly JudgedEvent[]>): fc.Arbitrary<History> {
  // Named by place, so that a history is the same whenever it is made again.
  const named = events.map((all) => all.map((event, index) => ({ ...event, evidenceId: `e${index}`, eventId: `e${index}` })));
  return named.chain((all) =>
    fc
      .record({
        order: fc.array(fc.nat(1_000), { minLength: all.length, maxLength: all.length }),
        doubles: fc.array(fc.boolean(), { minLength: all.length, maxLength: all.length }),
        cuts: fc.array(fc.record({ size: fc.integer({ min: 0, max: 3 }), advance: fc.constantFrom(0, 0, 0.5, 1) }), { minLength: 1, maxLength: 12 }),
      })
      .map(({ order, doubles, cuts }) => {
        const shuffled = all
          .flatMap((event, index) => (doubles[index] === true ? [event, event] : [event]))
          .map((event, index) => ({ event, place: order[index % Math.max(1, order.length)] ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ event }) => event);
        const endMs = Math.max(START, ...all.flatMap(({ timeMs, receivedAtMs }) => [timeMs, receivedAtMs])) + 500 * 3_600_000;
        return { events: all, deliveries: deliveriesOf(shuffled, cuts), endMs };
      }),
  );
}

function deliveriesOf(events: readonly JudgedEvent[], cuts: readonly { readonly size: number; readonly advance: number }[]): Delivery[] {
  const deliveries: Delivery[] = [];
  for (let from = 0, step = 0; from < events.length; step += 1) {
    const { size, advance } = cuts[step % cuts.length] ?? { size: 1, advance: 1 };
    const taken = step % cuts.length === 0 ? Math.max(1, size) : size;
    deliveries.push({ events: events.slice(from, from + taken), advance });
    from += taken;
  }
  return deliveries;
}

/** What an evaluator keeps of one group, and how it keeps it. */
export class Store {
  #carry: Carry | undefined;
  #due: Due | undefined;
  #snapshots: Carry[] = [];
  readonly #points: Point[] = [];
  readonly #keys = new Map<string, KeyTimeline>();
  #errors: readonly ErrorStretch[] = [];

  constructor(
    readonly check: CompiledCheck,
    readonly group: string,
    readonly effectiveFromMs: number,
  ) {}

  take(events: readonly JudgedEvent[], watermarkMs: number | undefined): void {
    const fresh = pointsOf(this.check, events, this.group).filter((point) => !this.#points.some((known) => compareKeyOrder(known, point) === 0));
    const news = fresh.filter((point, index) => index === 0 || compareKeyOrder(fresh[index - 1] as Point, point) !== 0);
    const isDue = this.#due !== undefined && watermarkMs !== undefined && this.#due.readyMs <= watermarkMs;
    if (news.length === 0 && !isDue && this.#keys.size > 0) return;
    this.#points.push(...news);
    this.#points.sort(compareKeyOrder);
    const base = this.#baseFor(news);
    const points = this.#points.filter((point) => base === undefined || compareKeyOrder(point, base) > 0);
    const judged = this.check.judge(this.group, base, points, { effectiveFromMs: this.effectiveFromMs, ...(watermarkMs === undefined ? {} : { watermarkMs }) });
    this.#keep(judged, base?.atMs ?? Number.NEGATIVE_INFINITY);
  }

  get points(): readonly Point[] {
    return this.#points;
  }

  seen(): Comparable {
    return comparable({ keys: [...this.#keys.values()], errors: this.#errors });
  }

  #baseFor(news: readonly Point[]): Carry | undefined {
    const [first] = news;
    const after = (carry: Carry): boolean => first === undefined || compareKeyOrder(first, carry) > 0;
    if (this.#carry !== undefined && after(this.#carry)) return this.#carry;
    this.#snapshots = this.#snapshots.filter(after);
    return this.#snapshots.at(-1);
  }

  /** Through JSON, as a database keeps it: members in another order. Every carry serves as a snapshot. */
  #keep({ keys, errors, carry, due, snapshots }: Judgement, baseMs: number): void {
    const kept = [...snapshots, ...(carry === undefined ? [] : [carry])].map((one) => fromDatabase(one));
    for (const one of kept) if (!this.#snapshots.some(({ atMs }) => atMs >= one.atMs)) this.#snapshots.push(one);
    this.#carry = kept.at(-1);
    this.#due = due;
    for (const [key, { beginMs }] of this.#keys) if (beginMs > baseMs && !keys.some((judged) => judged.key === key)) this.#keys.delete(key);
    for (const judged of keys) this.#keys.set(judged.key, replaced(this.#keys.get(judged.key), judged, baseMs));
    this.#errors = [...settled(this.#errors, baseMs), ...errors];
  }
}

const settled = <Part extends { readonly toMs?: number }>(parts: readonly Part[], baseMs: number): readonly Part[] =>
  parts.filter(({ toMs = Infinity }) => toMs < baseMs);

function replaced(known: KeyTimeline | undefined, judged: KeyTimeline, baseMs: number): KeyTimeline {
  if (known === undefined) return judged;
  const observations = new Map(known.observations.filter(({ atMs }) => atMs <= baseMs).map((one) => [one.occurrence, one]));
  for (const one of judged.observations) observations.set(one.occurrence, one);
  return {
    ...judged,
    segments: [...settled(known.segments, baseMs), ...judged.segments],
    failures: [...settled(known.failures, baseMs), ...judged.failures],
    observations: [...observations.values()],
  };
}

export interface Comparable {
  readonly keys: readonly {
    readonly key: string;
    readonly beginMs: number;
    readonly retiredAtMs: number | undefined;
    readonly segments: readonly Segment[];
    readonly failures: readonly Failure[];
    readonly observations: readonly Observation[];
  }[];
  readonly errors: readonly ErrorStretch[];
}

const byText = (a: unknown, b: unknown): number => (canonical(a) < canonical(b) ? -1 : 1);

export function comparable({ keys, errors }: Pick<Judgement, 'keys' | 'errors'>): Comparable {
  return {
    keys: keys
      .map(({ key, beginMs, retiredAtMs, segments, failures, observations }) => ({
        ...{ key, beginMs, retiredAtMs, segments },
        failures: [...failures].sort((a, b) => a.fromMs - b.fromMs || byText(a, b)),
        observations: [...observations].sort((a, b) => a.atMs - b.atMs || byText(a, b)),
      }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    errors: [...errors].sort((a, b) => a.fromMs - b.fromMs || byText(a, b)),
  };
}

/** Law: stepwise, in any order, with doubles and cuts anywhere = from scratch, after every step. Returns the end. */
export function livedThrough(check: CompiledCheck, group: string, { history, effectiveFromMs }: { readonly history: History; readonly effectiveFromMs: number }): Comparable {
  const store = new Store(check, group, effectiveFromMs);
  const waiting = [...history.events];
  let watermarkMs: number | undefined;
  const compare = (): void => {
    const clock = { effectiveFromMs, ...(watermarkMs === undefined ? {} : { watermarkMs }) };
    const scratch = comparable(judgeFromPoints(check, group, store.points, clock));
    expectEqual(store.seen(), scratch);
    for (const { segments } of scratch.keys) expectTiling(segments);
  };
  for (const { events, advance } of history.deliveries) {
    store.take(events, watermarkMs);
    compare();
    for (const event of events) waiting.splice(0, waiting.length, ...waiting.filter((one) => one !== event));
    const most = Math.min(...waiting.map(({ receivedAtMs }) => receivedAtMs - 1), history.endMs - 1);
    const least = watermarkMs ?? START - 100 * 3_600_000;
    if (advance > 0 && most > least) {
      watermarkMs = Math.floor(least + (most - least) * advance);
      store.take([], watermarkMs);
      compare();
    }
  }
  watermarkMs = history.endMs;
  store.take([], watermarkMs);
  compare();
  return store.seen();
}

/** Comparing text first is many times faster; the slow way says what differs. */
function expectEqual(seen: Comparable, scratch: Comparable): void {
  if (JSON.stringify(seen) !== JSON.stringify(scratch)) expect(seen).toEqual(scratch);
}

/** Asks for the state of a key at each half hour of the script, and on a mismatch says when and what. */
export function expectStates(segments: readonly Segment[], stateAt: (ms: number) => State | undefined, ignore?: string): void {
  const wrong: unknown[] = [];
  for (let ms = START - 40 * HOUR; ms < START + 160 * HOUR; ms += HOUR / 2) {
    const segment = segments.find(({ fromMs, toMs = Infinity }) => fromMs <= ms && ms < toMs);
    const expected = stateAt(ms);
    if (segment?.state !== expected && (ignore === undefined || segment?.reason !== ignore)) wrong.push({ hour: (ms - START) / HOUR, expected, got: segment });
  }
  expect(wrong).toEqual([]);
}

/** Segments of a key have no holes and no overlaps, and only the last has no end. */
function expectTiling(segments: readonly Segment[]): void {
  const torn = segments.filter(({ fromMs, toMs }, index) => toMs !== segments[index + 1]?.fromMs || (toMs ?? Infinity) <= fromMs);
  expect(torn).toEqual([]);
}

/** The points of a group, each once. */
export const pointsBy = (check: CompiledCheck, events: readonly JudgedEvent[], group: string): readonly Point[] => pointsOf(check, [...new Set(events)], group);

/** Postgres sorts the members of its JSON by the length of their names, then by the names. */
function fromDatabase<T>(value: T): T {
  const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => a.length - b.length || (a < b ? -1 : 1);
  return JSON.parse(JSON.stringify(value), (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(byName)) : inner,
  ) as T;
}
