import type { Json } from '@tickmark/contracts';
import { defined } from '../defined.js';
import type { Fold } from '../folding/fold.js';
import { dueAt, flag, isBackfill, systemOf, textOf, tieClasses } from '../folding/instants.js';
import type { Stand, Writer } from '../folding/stand.js';
import type { Due, Point } from '../model.js';
import { keptOf, type Condition, type Kept } from '../reading/condition.js';
import { isUnreadable } from '../reading/role.js';

export interface PrecededByRules {
  readonly where: Condition;
  readonly remedy: Condition | undefined;
  readonly notBeforeMs: number;
}

/** A B, by the value that it is the latest of; without one each stands for itself. */
interface Grounds {
  readonly per?: string;
  readonly atMs: number;
  readonly sequence: string;
  readonly kept: Kept | boolean;
  readonly evidenceId: string;
  readonly feedId: number;
}

/** An A: its verdict waits for what may still be on its way. */
interface Case {
  readonly atMs: number;
  readonly evidenceId: string;
  readonly receivedAtMs: number;
  readonly settleMs: number;
  readonly system: string;
  readonly backfill: boolean;
  readonly kept: Kept;
  readonly passes: boolean;
  readonly grounds: readonly string[];
  readonly feedIds: readonly number[];
  /** An event after it that closes its failure. */
  readonly remedy?: { readonly atMs: number; readonly evidenceId: string };
}

interface Memory {
  readonly grounds: readonly Grounds[];
  readonly awaiting: readonly Case[];
  /** Failed, and not remedied yet. */
  readonly failed: readonly Case[];
}

const MAX_GROUNDS = 2_000;
const MAX_FAILED = 1_000;
const NO_OCCURRENCE: Stand = { state: 'no-occurrence', basis: 'absence', feedIds: [] };

export class PrecededByFold implements Fold {
  #grounds: readonly Grounds[] = [];
  #awaiting: readonly Case[] = [];
  #failed: readonly Case[] = [];

  constructor(
    readonly group: string,
    readonly rules: PrecededByRules,
  ) {}

  start(): void {
    // Nothing is expected of a key before its first event.
  }

  load(saved: Json): void {
    const { grounds, awaiting, failed } = saved as unknown as Memory;
    this.#grounds = grounds;
    this.#awaiting = awaiting;
    this.#failed = failed;
  }

  save(): Json {
    const memory: Memory = { grounds: this.#grounds, awaiting: this.#awaiting, failed: this.#failed };
    return memory as unknown as Json;
  }

  points(atMs: number, points: readonly Point[], writer: Writer): void {
    writer.begin(this.group, atMs, NO_OCCURRENCE);
    for (const tie of tieClasses(points)) {
      const of = (role: string): readonly Point[] => tie.filter((point) => point.role === role);
      for (const point of of('remedy')) this.#remedy(point, writer);
      const before = this.#grounds;
      this.#grounds = this.#withGrounds(of('needs'));
      const cases = of('when')
        .filter((point) => writer.isInForce(point.atMs))
        .map((point) => this.#caseOf(point, [before, this.#grounds], writer));
      // In a tie the worse holds: it comes last.
      for (const one of cases.toSorted((a, b) => Number(b.passes) - Number(a.passes))) this.#await(one, writer);
      this.#retire(atMs, tie, writer);
    }
  }

  next(afterMs: number): Due | undefined {
    const later = this.#awaiting.filter(({ atMs }) => atMs > afterMs);
    const atMs = Math.min(...later.map((one) => one.atMs));
    const readyMs = Math.max(...later.filter((one) => one.atMs === atMs).map((one) => dueAt(atMs, one).readyMs));
    return later.length === 0 ? undefined : { atMs, readyMs };
  }

  soonest(afterMs: number): Due | undefined {
    const byInstant = Map.groupBy(this.#awaiting.filter(({ atMs }) => atMs > afterMs), ({ atMs }) => atMs);
    const dues = [...byInstant].map(([atMs, cases]) => ({ atMs, readyMs: Math.max(...cases.map((one) => dueAt(atMs, one).readyMs)) }));
    return dues.toSorted((a, b) => a.readyMs - b.readyMs)[0];
  }

  timer(atMs: number, writer: Writer): void {
    const decided = this.#awaiting.filter((one) => one.atMs === atMs);
    this.#awaiting = this.#awaiting.filter((one) => one.atMs !== atMs);
    for (const one of decided) this.#decide(one, writer);
  }

  #decide(one: Case, writer: Writer): void {
    const { atMs, passes, remedy, evidenceId } = one;
    const reason = passes ? undefined : 'nothing-valid-before';
    const { system, feedIds } = one;
    writer.enter(this.group, atMs, {
      ...{ state: passes ? 'pass' : 'fail', basis: passes ? 'evidence' : 'absence', evidenceId, system, feedIds, occurrence: evidenceId },
      ...defined({ reason }),
    });
    this.#observe(one, writer, true);
    if (passes) return;
    const fault = { basis: 'absence', exact: true, occurrence: evidenceId, reason: 'nothing-valid-before', system, feedIds } as const;
    writer.fail(this.group, atMs, { ...fault, evidenceIds: [evidenceId], backfill: one.backfill });
    if (remedy === undefined) this.#failed = [...this.#failed, one].slice(-MAX_FAILED);
    else writer.recover(this.group, remedy.atMs, { basis: 'evidence', evidenceId: remedy.evidenceId, occurrence: evidenceId });
  }

  #await(one: Case, writer: Writer): void {
    this.#awaiting = [...this.#awaiting, one];
    const { atMs, evidenceId, system } = one;
    writer.revive(this.group);
    writer.enter(this.group, atMs, { ...NO_OCCURRENCE, reason: 'pending', evidenceId, system, occurrence: evidenceId });
    this.#observe(one, writer, false);
  }

  #observe(one: Case, writer: Writer, decided: boolean): void {
    const { atMs, evidenceId, passes, grounds, system } = one;
    const outcome = passes ? 'pass' : 'fail';
    writer.observe(
      {
        ...{ key: this.group, occurrence: evidenceId, atMs, system, basis: passes ? 'evidence' : 'absence' },
        ...(decided ? { outcome, decidedAtMs: atMs } : { outcome: 'pending' }),
        ...(decided && !passes ? { reason: 'nothing-valid-before' } : {}),
        evidenceIds: [evidenceId, ...grounds],
      },
      decided,
    );
  }

  /** What holds both without and with what is a tie with it, so that a tie never helps. */
  #caseOf(point: Point, views: readonly (readonly Grounds[])[], writer: Writer): Case {
    const { atMs, evidenceId, receivedAtMs, settleMs } = point;
    const kept = keptOf(point);
    const known = typeof kept === 'boolean' ? { data: {} } : kept;
    writer.readOn('where', atMs);
    const valid = views.map((grounds) => this.#validOf(grounds, { atMs, kept: known, evidenceId }, writer));
    const passes = valid.every((found) => found.length > 0);
    const counted = passes ? (valid.at(-1) ?? []).slice(0, 5) : [];
    const feeds = (passes ? counted : this.#grounds).map(({ feedId }) => feedId);
    return {
      ...{ atMs, evidenceId, receivedAtMs, settleMs, system: systemOf(point), backfill: isBackfill(point), kept: known, passes },
      grounds: counted.map((one) => one.evidenceId),
      feedIds: [...new Set(feeds)].sort((a, b) => a - b),
    };
  }

  #validOf(grounds: readonly Grounds[], of: Pick<Case, 'atMs' | 'kept' | 'evidenceId'>, writer: Writer): readonly Grounds[] {
    const recent = grounds.filter(({ atMs }) => atMs >= of.atMs - this.rules.notBeforeMs);
    const holding = recent.filter((one) => {
      const holds = this.rules.where.holds(one.kept, of.kept);
      if (isUnreadable(holds)) writer.failedOn('where', this.group, { atMs: of.atMs, evidenceId: of.evidenceId, message: holds.message });
      return holds === true;
    });
    // Of one value all that came last must hold, and they are several only in a tie.
    const last = (one: Grounds): readonly Grounds[] => recent.filter(({ per, atMs, sequence }) => per === one.per && atMs === one.atMs && sequence === one.sequence);
    return holding.filter((one) => one.per === undefined || last(one).every((other) => holding.includes(other)));
  }

  #withGrounds(points: readonly Point[]): readonly Grounds[] {
    const added = points.map((point): Grounds => {
      const { atMs, evidenceId, feedId, order } = point;
      const sequence = order.slice(0, order.lastIndexOf(' '));
      return { ...defined({ per: textOf(point, 'per') }), atMs, sequence, kept: keptOf(point), evidenceId, feedId };
    });
    const replaced = new Set(added.flatMap(({ per }) => (per === undefined ? [] : [per])));
    const oldestMs = (added[0]?.atMs ?? -Infinity) - this.rules.notBeforeMs;
    const kept = this.#grounds.filter(({ per, atMs }) => (per === undefined || !replaced.has(per)) && atMs >= oldestMs);
    return [...kept, ...added].slice(-MAX_GROUNDS);
  }

  /** Closes what failed before it. */
  #remedy(point: Point, writer: Writer): void {
    const { remedy } = this.rules;
    const { atMs, evidenceId } = point;
    const closes = (one: Case): boolean => remedy?.holds(keptOf(point), one.kept) === true;
    const closed = this.#failed.filter(closes);
    for (const one of closed) writer.recover(this.group, atMs, { basis: 'evidence', evidenceId, occurrence: one.evidenceId });
    this.#failed = this.#failed.filter((one) => !closed.includes(one));
    this.#awaiting = this.#awaiting.map((one) => (one.passes || one.remedy !== undefined || !closes(one) ? one : { ...one, remedy: { atMs, evidenceId } }));
  }

  #retire(atMs: number, tie: readonly Point[], writer: Writer): void {
    const point = tie.find((one) => flag(one, 'retires'));
    if (point === undefined) return;
    writer.enter(this.group, atMs, { state: 'not-applicable', basis: 'evidence', reason: 'retired', evidenceId: point.evidenceId, feedIds: [point.feedId], system: systemOf(point) });
    writer.retire(this.group, atMs);
  }
}
