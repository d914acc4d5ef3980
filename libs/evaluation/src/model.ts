import type { BlindingCause, DeviationStatus, Json, JsonObject, State } from '@tickmark/contracts';
import type { CheckDefinition, ControlDefinition, EventType, KindDescriptor } from '@tickmark/catalogue';
import type { Trace } from './reading/trace.js';

/** An event as a check sees it. Instants are UTC milliseconds. */
export interface JudgedEvent {
  readonly evidenceId: string;
  readonly type: string;
  readonly source: string;
  readonly subject?: string;
  readonly eventId: string;
  readonly timeMs: number;
  readonly sequence?: string;
  readonly receivedAtMs: number;
  readonly feedId: number;
  readonly feedName: string;
  readonly system: string;
  readonly settleMs: number;
  readonly data: JsonObject;
}

/**
 * What a check took from one event, small and complete: judging needs nothing else of it, so timelines can be computed
 * again without reading evidence. Kept per (check, group).
 */
export interface Point {
  /** When it takes effect: the event's time, or the earlier instant that a `from` names. */
  readonly atMs: number;
  /** Which part it plays in the check (`input`, `when`, `then` …): one event can play several. */
  readonly role: string;
  /** Orders points of one instant the same way in every order of arrival: sequence, then source and id. */
  readonly order: string;
  readonly evidenceId: string;
  readonly receivedAtMs: number;
  readonly settleMs: number;
  readonly feedId: number;
  /** Facts by the kind's own shape: outcome of expressions, never the whole event unless the kind joins events. */
  readonly facts: JsonObject;
}

/** Selected by no input, key absent, scope false for a kind that drops it: `skipped`. */
export type Extraction =
  | { readonly kind: 'point'; readonly group: string; readonly point: Point }
  | { readonly kind: 'skipped'; readonly reason: 'not-selected' | 'key-absent' }
  /**
   * An expression failed at run time before the key was known: blindness of the whole check at that instant. With the
   * key known it is a point like any other, and its stretch comes back in `Judgement.errors`.
   */
  | { readonly kind: 'error'; readonly message: string; readonly atMs: number };

/** What a segment or outcome rests on: received evidence, or that nothing came. Only the second hides under blindness. */
export type Basis = 'evidence' | 'absence';

/** Half-open [fromMs, toMs); the last one of a key has no end. */
export interface Segment {
  readonly state: State;
  readonly fromMs: number;
  readonly toMs?: number;
  readonly basis: Basis;
  readonly reason?: string;
  readonly evidenceId?: string;
  readonly system?: string;
  /** Feeds whose events decided the key; empty: all that declare a type of the check's inputs by name. */
  readonly feedIds: readonly number[];
  /** The occurrence that this state is of, in occurrence-based kinds. */
  readonly occurrence?: string;
}

/** One occurrence judged by a check. `outcome` pending: not decided yet. */
export interface Observation {
  readonly key: string;
  /** Identity within (check, key): an evidence id, a period's start, a window's end. */
  readonly occurrence: string;
  readonly atMs: number;
  readonly outcome: State | 'pending';
  readonly basis: Basis;
  readonly decidedAtMs?: number;
  readonly reason?: string;
  readonly system?: string;
  readonly evidenceIds: readonly string[];
}

/** One stretch or instance where the control did not do what it says, before blindness is laid over. */
export interface Failure {
  readonly key: string;
  /** For occurrence-based kinds the occurrence; state kinds have none: the stretch that overlaps keeps the id. */
  readonly occurrence?: string;
  readonly fromMs: number;
  /** Event time of recovery, shown by evidence; absent: open. Length 0 is possible. */
  readonly toMs?: number;
  readonly basis: Basis;
  /** Basis absence: the first later instant at which received evidence shows that it was still so. */
  readonly provenMs?: number;
  /** True when the instant is certain even if blindness lies over it (a merge happened when it happened). */
  readonly exact?: boolean;
  /** What the recovery rests on; absence (values that left a window) does not count while blind. */
  readonly toBasis?: Basis;
  readonly reason?: string;
  readonly system?: string;
  readonly feedIds: readonly number[];
  readonly evidenceIds: readonly string[];
  readonly remedyEvidenceId?: string;
  /** True when the evidence that decided it was more than 24 h old on receipt. */
  readonly backfill: boolean;
}

/**
 * The base is the `atMs` of the carry that judging began from (none: the beginning of time). What is stored and does
 * not end before the base is replaced by what stands here; what ended before the base is settled.
 */
export interface KeyTimeline {
  readonly key: string;
  readonly beginMs: number;
  readonly retiredAtMs?: number;
  /** All that are open or have toMs >= base; they tile. The first one may have begun before the base. */
  readonly segments: readonly Segment[];
  /** All that are open or have toMs >= base. */
  readonly failures: readonly Failure[];
  /** Those not settled at the base and all with atMs > base; a stored one with atMs > base that is missing is gone. */
  readonly observations: readonly Observation[];
}

/** A stretch in which an expression failed at run time: blindness `check-error` of this check for this key (or group). */
export interface ErrorStretch {
  /** A key of the group, or the group itself: then every key of it. */
  readonly key: string;
  readonly fromMs: number;
  /** The next event of the same part that could be read; absent: still so. */
  readonly toMs?: number;
  readonly message: string;
  readonly evidenceId: string;
}

/** `readyMs = max(atMs, receivedAt of the trigger) + settle`: decided when the watermark has passed it, as of atMs. */
export interface Due {
  readonly atMs: number;
  readonly readyMs: number;
}

/** All that judging needs to know of what lies at or before `atMs`; every timer due by then is decided. Plain JSON. */
export interface Carry {
  readonly atMs: number;
  /** Order of the last point folded in; points at atMs with a greater order come after. */
  readonly order: string;
  readonly state: Json;
}

export interface Judgement {
  /** All of the group. A stored key that began after the base and is missing here is gone, with all that is stored of it. */
  readonly keys: readonly KeyTimeline[];
  /** All that are open or have toMs >= base. */
  readonly errors: readonly ErrorStretch[];
  /** Kind reconcile: stretches in which the population of the check that it names is not proven complete. All of them. */
  readonly incomplete: readonly { readonly fromMs: number; readonly toMs?: number }[];
  /** Earliest instant at which the answer can change by time alone. */
  readonly due?: Due;
  /**
   * The latest carry up to which everything is settled. judge(carry, points after it) gives the same result as
   * judge(undefined, all points): stepwise = from scratch.
   */
  readonly carry?: Carry;
  /** A carry at an earlier settled instant, offered as a snapshot for late events (every few hundred points). */
  readonly snapshots: readonly Carry[];
}

/** What judging may know of time. `watermarkMs` undefined: no tick yet, nothing falls due. */
export interface JudgingClock {
  readonly watermarkMs?: number;
  /** From when the check is in force (effectiveFrom of its version). */
  readonly effectiveFromMs: number;
  /** Until when, for an earlier version: what occurs from then on is another version's. */
  readonly effectiveToMs?: number;
}

/** The clock, and what a kind must know beside its points. */
export interface JudgingContext extends JudgingClock {
  /** For `reconcile`: what it counts. */
  readonly population?: Population;
  /**
   * For `cadence`: since when a feed declares by name what is expected (`feedsDeclareFromMs`). Before that nobody could
   * have reported, so nothing is overdue. Absent: always.
   */
  readonly heardFromMs?: number;
}

/** What `reconcile` counts: how many keys of a check were live (begun, not retired) at an instant. */
export interface Population {
  liveAt(ms: number): number;
}

/** A feed as the kind `heartbeat` sees it: only feeds that declare one of its types by name. */
export interface WatchedFeed {
  readonly feedId: number;
  readonly name: string;
  readonly system: string;
  readonly createdAtMs: number;
  /** False with `liveness: none`: nobody can say whether it lives. */
  readonly monitored: boolean;
}

/** A check made ready: expressions compiled once. Immutable, no I/O, safe to share. */
export interface CompiledCheck {
  readonly control: ControlDefinition;
  readonly name: string;
  readonly kind: string;
  /** Event types that it reads, by alias. */
  readonly inputTypes: ReadonlyMap<string, string>;
  readonly timing: 'time-based' | 'occurrence-based' | 'monitor';
  /** Where a segment names no feeds: all that declare one of these types by name are needed for it. */
  readonly neededTypes: readonly string[];
  /** Kind reconcile: the check of the same control whose keys it counts; judge then wants `population`. */
  readonly population?: string;
  /** Kind heartbeat only: the raw timeline of one feed (silence is laid over like any blindness). It reads no events. */
  readonly judgeFeed?: (feed: WatchedFeed, clock: JudgingClock) => KeyTimeline;
  /** An event can play several roles (aliases of the same type): one extraction each. */
  extract(event: JudgedEvent): readonly Extraction[];
  /** Groups that exist without any event (`expects: {keys}`); they begin with the check. */
  expectedGroups(): readonly string[];
  /**
   * Folds points (all of one group, after `carry`, sorted by compareKeyOrder) up to the watermark.
   * Law: independent of the order of arrival, of doubles and of where the carry was cut.
   */
  judge(group: string, carry: Carry | undefined, points: readonly Point[], clock: JudgingContext): Judgement;
}

/** A kind: one file, one registry line. */
export interface Kind extends KindDescriptor {
  /** All states that this check can show, `error` excepted: what its tests should reach. */
  reachableBy(control: ControlDefinition, check: CheckDefinition): readonly State[];
  compile(control: ControlDefinition, check: CheckDefinition, types: ReadonlyMap<string, EventType>, trace?: Trace): CompiledCheck;
}

/** A stretch in which nothing can be known from a feed or check; half-open; open without `toMs`. */
export interface Blindness {
  readonly cause: BlindingCause;
  readonly feedId?: number;
  /** `control/check`; absent: every check that needs the feed. */
  readonly check?: string;
  /** A key, or a group: then every key of it. */
  readonly key?: string;
  readonly fromMs: number;
  readonly toMs?: number;
}

export interface DeviationRecord {
  readonly id: string;
  readonly key: string;
  readonly occurrence?: string;
  readonly status: DeviationStatus;
  /** Worst case where only a range is known: then the latest possible instant stands in occurredUntilMs. */
  readonly occurredAtMs: number;
  readonly occurredUntilMs?: number;
  readonly detectedAtMs: number;
  readonly remediatedAtMs?: number;
  readonly verifiedAtMs?: number;
  readonly withdrawnAtMs?: number;
  readonly reason?: string;
  readonly system?: string;
  readonly evidenceIds: readonly string[];
  readonly backfill: boolean;
}

export interface DeviationChange {
  readonly kind: 'opened' | 'closed' | 'withdrawn' | 'amended';
  readonly record: DeviationRecord;
  /** Opened and already closed when it became known. */
  readonly combined: boolean;
}
