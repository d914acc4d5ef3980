import { SEVERITIES, fromInstant } from '@tickmark/contracts';
import type { DeviationMessage, GapMessage, Severity, StateChangeMessage } from '@tickmark/contracts';
import { gapTitle } from './wording.js';
import type { NoticeDeviation, NoticeGap } from './notice.js';

type Transition = 'opened' | 'closed' | 'withdrawn';

interface FactOfAny {
  /** What it is about: the deviation or the gap. */
  readonly subject: string;
  readonly transition: Transition;
  readonly title: string;
  readonly severity: Severity;
  readonly owners: readonly string[];
  readonly criteria: readonly string[];
  readonly controls: readonly string[];
  readonly receivedAtMs?: number;
}

export interface DeviationFact extends FactOfAny {
  readonly about: 'deviation';
  readonly control: string;
  /** Opened and closed when it became known: the closing tells both. */
  readonly combined: boolean;
  readonly backfill: boolean;
  readonly deviation: NoticeDeviation;
}

export interface GapFact extends FactOfAny {
  readonly about: 'gap';
  readonly gap: NoticeGap;
}

/** What a state-change message says that people may have to know. Plain JSON. */
export type Fact = DeviationFact | GapFact;

/** What the plan knows of a control beside the message; a gap names controls only. */
export interface ControlFacts {
  readonly severity: Severity;
  readonly owner: string;
  /** Criteria and objectives. */
  readonly criteria: readonly string[];
}
export type ControlLookup = (control: string) => ControlFacts | undefined;

const TRANSITIONS = {
  'deviation-opened': 'opened',
  'deviation-closed': 'closed',
  'deviation-withdrawn': 'withdrawn',
  'gap-opened': 'opened',
  'gap-closed': 'closed',
} as const;

/** Undefined: a changed state alone wakes nobody, notices come from deviations and gaps. */
export function factOf(message: StateChangeMessage, lookup: ControlLookup): Fact | undefined {
  if (message.kind === 'state-changed') return undefined;
  return 'gap' in message ? ofGap(message, lookup) : ofDeviation(message, lookup);
}

function ofDeviation(message: DeviationMessage, lookup: ControlLookup): DeviationFact {
  const { verifiedAt: _verified, ...deviation } = message.deviation;
  return {
    about: 'deviation',
    subject: `deviation/${deviation.id}`,
    transition: TRANSITIONS[message.kind],
    title: message.title,
    severity: message.severity,
    owners: [message.owner],
    criteria: lookup(message.control)?.criteria ?? [],
    controls: [message.control],
    control: message.control,
    combined: message.combined,
    backfill: message.backfill,
    deviation: { ...deviation, check: message.check, key: message.key },
    ...(message.receivedAt === undefined ? {} : { receivedAtMs: fromInstant(message.receivedAt) }),
  };
}

/** A control that is not known takes nobody's attention away: a gap without known controls is high. */
const SEVERITY_OF_UNKNOWN: Severity = 'high';

function ofGap(message: GapMessage, lookup: ControlLookup): GapFact {
  const { control, ...gap } = message.gap;
  const controls = gap.controls.length > 0 || control === undefined ? gap.controls : [control];
  const known = controls.flatMap((id) => lookup(id) ?? []);
  return {
    about: 'gap',
    subject: `gap/${gap.id}`,
    transition: TRANSITIONS[message.kind],
    title: gapTitle(gap),
    severity: SEVERITIES.find((severity) => known.some((facts) => facts.severity === severity)) ?? SEVERITY_OF_UNKNOWN,
    owners: [...new Set(known.map((facts) => facts.owner))].sort(),
    criteria: [],
    controls,
    gap: { ...gap, controls: [...controls] },
  };
}
