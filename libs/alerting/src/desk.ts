import { destinationKey } from './routing.js';
import type { Destination, Routing } from './routing.js';
import type { ControlLookup, Fact } from './fact.js';
import type { NoticeKind, PlannedNotice } from './notice.js';

/** The last message of a (check, key) or gap that was planned. */
export interface Position {
  readonly epoch: number;
  readonly sequence: number;
}

/**
 * What a destination was last told of a subject. `cycle` counts openings: one that opens again after it was closed or
 * withdrawn is a new fact. `anew`: it opened again, and the closing of the same moment will tell both.
 */
export interface Told {
  readonly status: 'untold' | 'open' | 'closed' | 'withdrawn';
  readonly cycle: number;
  readonly anew?: true;
}

/** A fact that waits to be told together with others. */
export interface Entry {
  readonly destination: Destination;
  readonly groupKey: string;
  readonly kind: NoticeKind;
  readonly readyMs: number;
  readonly fact: Fact;
}

/** What is told together: facts of one control (or one gap) to one destination. */
export interface Group {
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly firstMs?: number;
  readonly lastMs?: number;
  readonly dueMs?: number;
  readonly flushedMs?: number;
}

/** The part of the record that a batch can touch. */
export interface OnRecord {
  readonly seen: ReadonlyMap<string, Position>;
  readonly told: ReadonlyMap<string, Told>;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly groups: ReadonlyMap<string, Group>;
}

export const NOTHING_ON_RECORD: OnRecord = { seen: new Map(), told: new Map(), entries: new Map(), groups: new Map() };

/** What to write; an undefined entry is to be deleted. */
export interface Plan {
  readonly notices: readonly PlannedNotice[];
  readonly seen: ReadonlyMap<string, Position>;
  readonly told: ReadonlyMap<string, Told>;
  readonly entries: ReadonlyMap<string, Entry | undefined>;
  readonly groups: ReadonlyMap<string, Group>;
}

export interface DigestTiming {
  /** Sent when no backfill came for the control for so long … */
  readonly quietMs: number;
  /** … at the latest after so long. */
  readonly limitMs: number;
}
export const DIGEST_TIMING: DigestTiming = { quietMs: 5 * 60_000, limitMs: 60 * 60_000 };

export interface PlanContext {
  readonly routing: Routing;
  readonly lookup: ControlLookup;
  readonly nowMs: number;
  /** Where links in notices lead. */
  readonly consoleUrl: string;
  /** Nothing that it tells of happened: the ledger is a demo's. */
  readonly demo?: boolean;
  readonly digest?: DigestTiming;
}

const SEPARATOR = '\n';

/** Key of `told` and `entries`. */
export const toldKey = (destination: Destination, subject: string): string =>
  `${destinationKey(destination)}${SEPARATOR}${subject}`;

export function partsOfToldKey(key: string): { readonly destination: string; readonly subject: string } {
  const [destination = '', ...subject] = key.split(SEPARATOR);
  return { destination, subject: subject.join(SEPARATOR) };
}

type GroupForm = 'live' | 'digest';

/** `about` is the control, for a gap its subject. */
export const groupKey = (destination: Destination, form: GroupForm, about: string): string =>
  [destinationKey(destination), form, about].join(SEPARATOR);

export const isDigestKey = (key: string): boolean => key.split(SEPARATOR)[1] === 'digest';

export const groupedBy = (fact: Fact): string => (fact.about === 'gap' ? fact.subject : fact.control);

/** The record with what this plan has changed so far laid over: one plan's working copy. */
export class Desk {
  private readonly planned: PlannedNotice[] = [];
  private readonly seen = new Map<string, Position>();
  private readonly told = new Map<string, Told>();
  private readonly entries = new Map<string, Entry | undefined>();
  private readonly groups = new Map<string, Group>();

  constructor(
    private readonly record: OnRecord,
    readonly context: PlanContext,
  ) {}

  positionOf(messageKey: string): Position | undefined {
    return this.seen.get(messageKey) ?? this.record.seen.get(messageKey);
  }

  setPosition(messageKey: string, position: Position): void {
    this.seen.set(messageKey, position);
  }

  toldTo(destination: Destination, subject: string): Told {
    const key = toldKey(destination, subject);
    return this.told.get(key) ?? this.record.told.get(key) ?? { status: 'untold', cycle: 0 };
  }

  setTold(destination: Destination, subject: string, told: Told): void {
    this.told.set(toldKey(destination, subject), told);
  }

  entryOf(destination: Destination, subject: string): Entry | undefined {
    const key = toldKey(destination, subject);
    return this.entries.has(key) ? this.entries.get(key) : this.record.entries.get(key);
  }

  setEntry(entry: Entry): void {
    this.entries.set(toldKey(entry.destination, entry.fact.subject), entry);
  }

  removeEntry(destination: Destination, subject: string): void {
    this.entries.set(toldKey(destination, subject), undefined);
  }

  groupOf(key: string): Group | undefined {
    return this.groups.get(key) ?? this.record.groups.get(key);
  }

  setGroup(key: string, group: Group): void {
    this.groups.set(key, group);
  }

  addNotice(notice: PlannedNotice): void {
    this.planned.push(notice);
  }

  plan(): Plan {
    const { planned: notices, seen, told, entries, groups } = this;
    return { notices, seen, told, entries, groups };
  }
}
