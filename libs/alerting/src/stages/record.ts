import { createHash } from 'node:crypto';
import { SEVERITIES } from '@tickmark/contracts';
import type { Desk, Told } from '../desk.js';
import type { DeviationFact, Fact, GapFact } from '../fact.js';
import { linksOf } from '../links.js';
import type { NoticeBody, NoticeDeviation, NoticeKind, PlannedNotice } from '../notice.js';
import { destinationKey } from '../routing.js';
import type { Destination } from '../routing.js';
import type { HeldAlert, Stage } from './stage.js';

/** Bounds one message to a receiver; more of them are several notices. */
const MOST_DEVIATIONS = 5_000;

export const record: Stage<HeldAlert, PlannedNotice> = ({ target, kind, fact }, desk) =>
  recordTogether({ destination: target, kind, facts: [fact], desk });

interface Telling {
  readonly destination: Destination;
  readonly kind: NoticeKind;
  /** Of one control, or one gap; at least one. */
  readonly facts: readonly Fact[];
  readonly desk: Desk;
}

export function recordTogether({ destination, kind, facts, desk }: Telling): readonly PlannedNotice[] {
  const sorted = [...facts].sort(inOrder);
  const notices: PlannedNotice[] = [];
  for (let from = 0; from < sorted.length; from += MOST_DEVIATIONS) {
    notices.push(recordOne({ destination, kind, facts: sorted.slice(from, from + MOST_DEVIATIONS), desk }));
  }
  return notices;
}

function recordOne({ destination, kind, facts, desk }: Telling): PlannedNotice {
  const cycles = facts.map((fact) => markTold(destination, fact, desk));
  const dedupKey = `${destinationKey(destination)}/${kind}/${firstOf(facts).subject}/${cycles[0] ?? 1}`;
  const notice: PlannedNotice = {
    id: idOf(dedupKey),
    dedupKey,
    receiver: destination.receiver,
    channel: destination.channel,
    body: bodyOf(idOf(dedupKey), kind, facts, desk),
    ...receivedAtOf(facts),
  };
  desk.addNotice(notice);
  return notice;
}

const STATUS = { opened: 'open', closed: 'closed', withdrawn: 'withdrawn' } as const;

/** Answers the cycle that this telling belongs to. */
function markTold(destination: Destination, fact: Fact, desk: Desk): number {
  const told = desk.toldTo(destination, fact.subject);
  const cycle = beginsCycle(told, fact) ? told.cycle + 1 : told.cycle;
  desk.setTold(destination, fact.subject, { status: STATUS[fact.transition], cycle });
  return cycle;
}

const beginsCycle = (told: Told, fact: Fact): boolean => {
  if (fact.transition === 'opened') return told.status !== 'open';
  return fact.transition === 'closed' ? told.status !== 'open' : told.cycle === 0;
};

/** A UUID (version 8) made of the dedup key: planned again, on any machine, it is the same. */
function idOf(dedupKey: string): string {
  const bytes = createHash('sha256').update(dedupKey).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function bodyOf(id: string, kind: NoticeKind, facts: readonly Fact[], desk: Desk): NoticeBody {
  const first = firstOf(facts);
  const { consoleUrl, demo = false } = desk.context;
  const severities = new Set(facts.map(({ severity }) => severity));
  return {
    id,
    kind,
    control: controlOf(first),
    title: demo ? `DEMO: ${first.title}` : first.title,
    severity: SEVERITIES.find((severity) => severities.has(severity)) ?? first.severity,
    owner: first.owners.length === 1 ? (first.owners[0] ?? null) : null,
    criteria: [...first.criteria],
    deviations: facts.flatMap((fact) => (fact.about === 'deviation' ? [asTold(fact)] : [])),
    ...(first.about === 'gap' ? { gap: first.gap } : {}),
    ...(demo ? { demo } : {}),
    links: linksOf(facts, consoleUrl),
  };
}

function asTold({ deviation }: DeviationFact): NoticeDeviation {
  const { id, check, key, status, occurredAt, ...rest } = deviation;
  return { id, check, key, status, occurredAt, ...rest };
}

const controlOf = (fact: DeviationFact | GapFact): string | null => {
  if (fact.about === 'deviation') return fact.control;
  return fact.controls.length === 1 ? (fact.controls[0] ?? null) : null;
};

function receivedAtOf(facts: readonly Fact[]): { receivedAtMs?: number } {
  const receivedAtMs = facts.length === 1 ? firstOf(facts).receivedAtMs : undefined;
  return receivedAtMs === undefined ? {} : { receivedAtMs };
}

function firstOf(facts: readonly Fact[]): Fact {
  const [first] = facts;
  if (first === undefined) throw new Error('a notice tells at least one fact');
  return first;
}

/** Oldest first; then by subject, so that the order of arrival shows nowhere. */
function inOrder(left: Fact, right: Fact): number {
  return compare(occurredAtOf(left), occurredAtOf(right)) || compare(left.subject, right.subject);
}

const occurredAtOf = (fact: Fact): string => (fact.about === 'deviation' ? fact.deviation.occurredAt : fact.gap.from);
const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
