import { parseDuration } from '@tickmark/contracts';
import type { ControlDefinition } from '@tickmark/catalogue';
import { deriveDeviations } from '../deviations.js';
import { judgeFromPoints } from '../judge-from-points.js';
import type { Blindness, CompiledCheck, DeviationRecord, JudgingClock, KeyTimeline, Point, Population } from '../model.js';
import { compareKeyOrder } from '../order.js';
import type { Need } from '../overlay.js';
import { TEST_SETTLE_MS, type Script } from './script.js';

/** What is known of one check at one time. */
export interface Known {
  readonly keys: ReadonlyMap<string, { readonly timeline: KeyTimeline; readonly need: Need }>;
  readonly blindness: readonly Blindness[];
  readonly due: number | undefined;
}

export type Records = ReadonlyMap<string, readonly DeviationRecord[]>;

const MAX_STEPS = 100_000;

/** Runs a script as the product would: what was received by a time, judged at that time. */
export class Laboratory {
  readonly #points = new Map<string, ReadonlyMap<string, readonly Point[]>>();
  readonly #histories = new Map<string, readonly (readonly [atMs: number, records: Records])[]>();
  readonly #effectiveFromMs: number;

  constructor(
    readonly control: ControlDefinition,
    readonly checks: ReadonlyMap<string, CompiledCheck>,
    readonly script: Script,
    startMs: number,
  ) {
    // A control may come into force later than its tests play.
    this.#effectiveFromMs = Math.min(Date.parse(`${control.effectiveFrom}T00:00:00Z`), startMs);
    for (const check of checks.values()) this.#points.set(check.name, pointsOf(check, script));
  }

  /** When everything that the script brings about has been decided. */
  get endMs(): number {
    const { events, silences, expectations } = this.script;
    const times = [
      ...events.flatMap(({ timeMs, receivedAtMs }) => [timeMs, receivedAtMs]),
      ...silences.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
      ...expectations.flatMap(({ atMs, knownAtMs = atMs }) => [atMs, knownAtMs]),
    ];
    const settles = this.control.checks.map(({ spec }) => parseDuration(String(spec['settle'])) ?? 0);
    const points = [...this.#points.values()].flatMap((groups) => [...groups.values()].flat());
    const settleMs = Math.max(TEST_SETTLE_MS, ...settles, ...points.map((point) => point.settleMs));
    return Math.max(this.#effectiveFromMs, ...times) + settleMs;
  }

  known(name: string, watermarkMs: number): Known {
    const check = this.#check(name);
    const clock = { watermarkMs, effectiveFromMs: this.#effectiveFromMs };
    const keys = new Map<string, { readonly timeline: KeyTimeline; readonly need: Need }>();
    const blindness = [...this.#silentAt(watermarkMs), ...this.#incompleteAt(name, watermarkMs)];
    const dues: number[] = [];
    for (const [group, points] of this.#groups(check, watermarkMs)) {
      const { keys: timelines, errors, due } = judgeFromPoints(check, group, points, clock);
      if (due !== undefined) dues.push(due.readyMs);
      for (const timeline of timelines) keys.set(timeline.key, { timeline, need: this.#need(check, timeline.key, group) });
      const on = `${this.control.id}/${name}`;
      for (const { key, fromMs, toMs } of errors) blindness.push({ cause: 'check-error', check: on, key, fromMs, ...(toMs === undefined ? {} : { toMs }) });
    }
    for (const timeline of this.#watched(check, clock)) keys.set(timeline.key, { timeline, need: this.#need(check, timeline.key, timeline.key) });
    return { keys, blindness, due: dues.length === 0 ? undefined : Math.min(...dues) };
  }

  /** Deviations of a check as they were on record at a time. */
  recordsAt(name: string, watermarkMs: number): Records {
    const history = this.#histories.get(name) ?? this.#live(name);
    this.#histories.set(name, history);
    return history.findLast(([atMs]) => atMs <= watermarkMs)?.[1] ?? new Map<string, readonly DeviationRecord[]>();
  }

  #check(name: string): CompiledCheck {
    const check = this.checks.get(name);
    if (check === undefined) throw new Error(`there is no check ${name}`);
    return check;
  }

  #groups(check: CompiledCheck, watermarkMs: number): ReadonlyMap<string, readonly Point[]> {
    const groups = new Map<string, readonly Point[]>(check.expectedGroups().map((group) => [group, []]));
    for (const [group, points] of this.#points.get(check.name) ?? []) {
      const received = points.filter(({ receivedAtMs }) => receivedAtMs <= watermarkMs);
      if (received.length > 0) groups.set(group, received);
    }
    return groups;
  }

  #watched(check: CompiledCheck, clock: JudgingClock): readonly KeyTimeline[] {
    const { judgeFeed } = check;
    if (judgeFeed === undefined) return [];
    return this.script.feeds.filter(({ types }) => check.neededTypes.some((type) => types.has(type))).map((feed) => judgeFeed(feed, clock));
  }

  #need(check: CompiledCheck, key: string, group: string): Need {
    const feeds = this.script.feeds.filter(({ types }) => check.neededTypes.some((type) => types.has(type)));
    return { check: `${this.control.id}/${check.name}`, key, group, feedIds: feeds.map(({ feedId }) => feedId) };
  }

  #silentAt(watermarkMs: number): Blindness[] {
    return this.script.silences
      .filter(({ fromMs }) => fromMs <= watermarkMs)
      .flatMap(({ feedIds, fromMs, toMs }) =>
        feedIds.map((feedId): Blindness => ({ cause: 'feed-silent', feedId, fromMs, ...(toMs <= watermarkMs ? { toMs } : {}) })),
      );
  }

  #incompleteAt(name: string, watermarkMs: number): Blindness[] {
    const counting = [...this.checks.values()].filter(({ population }) => population === name);
    return counting.flatMap((check) => {
      const population = this.#population(name, watermarkMs);
      const clock = { watermarkMs, effectiveFromMs: this.#effectiveFromMs, population };
      const groups = this.#groups(check, watermarkMs);
      return [...groups].flatMap(([group, points]) =>
        check
          .judge(group, undefined, points, clock)
          .incomplete.map((stretch): Blindness => ({ cause: 'incomplete-population', check: `${this.control.id}/${name}`, ...stretch })),
      );
    });
  }

  #population(name: string, watermarkMs: number): Population {
    const check = this.#check(name);
    const clock = { watermarkMs, effectiveFromMs: this.#effectiveFromMs };
    const keys = [...this.#groups(check, watermarkMs)].flatMap(([group, points]) => judgeFromPoints(check, group, points, clock).keys);
    return { liveAt: (ms) => keys.filter(({ beginMs, retiredAtMs = Infinity }) => beginMs <= ms && ms < retiredAtMs).length };
  }

  /** Lets time pass over every receipt, due time and end of silence, and keeps what was on record after each. */
  #live(name: string): readonly (readonly [number, Records])[] {
    const { events, silences } = this.script;
    const settled = silences.flatMap(({ fromMs, toMs }) => [fromMs, toMs, toMs + TEST_SETTLE_MS]);
    const planned = [...new Set([...events.map(({ receivedAtMs }) => receivedAtMs), ...settled, this.endMs])].sort((a, b) => a - b);
    const history: [number, Records][] = [];
    let records: Records = new Map<string, readonly DeviationRecord[]>();
    let nowMs = planned[0] ?? this.endMs;
    for (let step = 0; step < MAX_STEPS && nowMs <= this.endMs; step += 1) {
      const known = this.known(name, nowMs);
      records = this.#derive(name, known, { before: records, nowMs });
      history.push([nowMs, records]);
      const next = planned.find((ms) => ms > nowMs);
      const due = known.due !== undefined && known.due > nowMs ? known.due : Infinity;
      nowMs = Math.min(next ?? Infinity, due);
    }
    return history;
  }

  #derive(name: string, known: Known, { before, nowMs }: { readonly before: Records; readonly nowMs: number }): Records {
    const records = new Map(before);
    for (const [key, { timeline, need }] of known.keys) {
      const previous = records.get(key) ?? [];
      const { changes } = deriveDeviations({
        check: `${this.control.id}/${name}`,
        key,
        previous,
        failures: timeline.failures,
        sight: { blindness: known.blindness, need, watermarkMs: nowMs, settleMs: TEST_SETTLE_MS },
        nowMs,
        newId: () => `${key}#${previous.length + 1}@${nowMs}`,
      });
      const byId = new Map(previous.map((record) => [record.id, record]));
      for (const { record } of changes) byId.set(record.id, record);
      records.set(key, [...byId.values()]);
    }
    return records;
  }
}

function pointsOf(check: CompiledCheck, { events }: Script): ReadonlyMap<string, readonly Point[]> {
  const groups = new Map<string, Point[]>();
  const seen = new Set<string>();
  for (const event of [...events].sort((a, b) => a.receivedAtMs - b.receivedAtMs)) {
    const identity = JSON.stringify([event.feedName, event.source, event.eventId]);
    if (seen.has(identity)) continue;
    seen.add(identity);
    for (const extraction of check.extract(event)) {
      if (extraction.kind === 'point') groups.set(extraction.group, [...(groups.get(extraction.group) ?? []), extraction.point]);
    }
  }
  return new Map([...groups].map(([group, points]) => [group, points.sort(compareKeyOrder)]));
}
