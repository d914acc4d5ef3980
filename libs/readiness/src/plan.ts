import { dateText, dayOf, plusDays, plusMonths } from './calendar.js';
import type { Gaps } from './gaps.js';
import type { ReportType } from './questions.js';
import { gapsOfStep } from './plan-gaps.js';
import type { PlannedGap } from './plan-gaps.js';
import type { SampleHints } from './sample-hints.js';
import { STEPS } from './steps.js';
import type { Duration, Step } from './steps.js';
import { earliestWindow } from './window.js';
import type { EarliestWindow } from './window.js';

/** A day that is known as a range. */
export interface DayRange {
  readonly earliest: string;
  readonly latest: string;
}

export interface PlannedStep {
  readonly step: number;
  readonly title: string;
  readonly what: string;
  readonly typically: string;
  readonly basis: string;
  readonly begins: DayRange;
  /** Null: it does not end. */
  readonly ends: DayRange | null;
  readonly gaps: readonly PlannedGap[];
  readonly notes: readonly string[];
}

export interface Plan {
  readonly type: ReportType;
  readonly start: string;
  readonly steps: readonly PlannedStep[];
  /** Of the last report. */
  readonly report: DayRange;
  readonly endToEnd: string;
  /** Null: a Type I has no window. */
  readonly window: EarliestWindow | null;
}

export interface PlanRequest {
  readonly type: ReportType;
  readonly startMs: number;
  readonly hints: SampleHints;
}

/** First and last possible day, in milliseconds. */
interface Range {
  readonly earliest: number;
  readonly latest: number;
}

const END_TO_END: { readonly [type in ReportType]: string } = {
  I: 'A Type I commonly takes 2 to 3 months where controls are mature, 4 to 6 from a cold start (guides of vendors, no statistics).',
  II: 'A Type II commonly takes 6 to 12 months from end to end, 9 to 15 from a cold start (guides of vendors, no statistics).',
  'I-then-II': 'The Type I commonly takes 2 to 6 months; the Type II 6 to 12 from end to end, 9 to 15 from a cold start (guides of vendors, no statistics).',
};

export function planOf(gaps: Gaps, { type, startMs, hints }: PlanRequest): Plan {
  const window = type === 'I' ? null : earliestWindow(gaps.controls, hints);
  const steps: PlannedStep[] = [];
  let at: Range = { earliest: dayOf(startMs), latest: dayOf(startMs) };
  let monitoringFrom = at;
  for (const step of STEPS.filter((each) => each.of.includes(type))) {
    const planned = place(step, { at, gaps, type, window, monitoringFrom });
    steps.push(planned.shown);
    if (step.step === 3) monitoringFrom = at;
    at = planned.ends;
  }
  return { type, start: dateText(dayOf(startMs)), steps, report: shown(at), endToEnd: END_TO_END[type], window };
}

interface Placing {
  readonly at: Range;
  readonly gaps: Gaps;
  readonly type: ReportType;
  readonly window: EarliestWindow | null;
  readonly monitoringFrom: Range;
}

function place(step: Step, placing: Placing): { readonly shown: PlannedStep; readonly ends: Range } {
  const gaps = gapsOfStep(step.step, placing.gaps);
  const begins = beginOf(step, placing);
  const ends = endOf(step, begins, { ...placing, open: gaps.length });
  const { step: number, title, what, typically, basis } = step;
  const isEndless = number === 8;
  return {
    shown: {
      ...{ step: number, title, what, typically, basis },
      begins: shown(begins),
      ends: isEndless ? null : shown(ends),
      gaps,
      notes: notesOn(step, { begins, type: placing.type, window: placing.window, open: gaps.length }),
    },
    ends: isEndless ? placing.at : ends,
  };
}

const shown = ({ earliest, latest }: Range): DayRange => ({ earliest: dateText(earliest), latest: dateText(latest) });

/** A window can have begun before the plan when nothing that monitoring sees has to be built first. */
function beginOf({ step }: Step, { at, gaps, type, window, monitoringFrom }: Placing): Range {
  if (step === 8) return monitoringFrom;
  const from = window?.from;
  if (step !== 5 || from === undefined || from === null || type !== 'II') return at;
  const fromMs = Date.parse(from);
  const nothingToBuild = gapsOfStep(3, gaps).length === 0;
  return { earliest: nothingToBuild ? fromMs : Math.max(at.earliest, fromMs), latest: Math.max(at.latest, fromMs) };
}

function endOf({ step, duration }: Step, { earliest, latest }: Range, { at, open }: Placing & { readonly open: number }): Range {
  // What is missing takes its time; where nothing is, remediation can be over at once.
  const takes = step === 3 && open === 0 ? { ...duration, least: 0, most: duration.least } : duration;
  // Fieldwork on a window that has ended already still comes after the steps before it.
  return {
    earliest: Math.max(after(earliest, takes, 'least'), at.earliest),
    latest: Math.max(after(latest, takes, 'most'), at.latest),
  };
}

const after = (ms: number, duration: Duration, which: 'least' | 'most'): number =>
  duration.unit === 'days' ? plusDays(ms, duration[which]) : plusMonths(ms, duration[which]);

interface Noted {
  readonly begins: Range;
  readonly type: ReportType;
  readonly window: EarliestWindow | null;
  readonly open: number;
}

function notesOn({ step }: Step, { begins, type, window, open }: Noted): readonly string[] {
  if (step === 3 && open === 0) return ['Monitoring sees nothing that has to be built; what it cannot see is for the assessment to find.'];
  if (step === 4) return notesOnTypeI(begins, type);
  if (step === 5) return notesOnWindow(type, window);
  return step === 6 && type === 'I-then-II' ? ['Of the Type II. That of the Type I runs beside the window.'] : [];
}

function notesOnTypeI(asOf: Range, type: ReportType): readonly string[] {
  if (type === 'I') return ['The as-of date; fieldwork and the report follow it.'];
  const report = { earliest: plusDays(asOf.earliest, 28), latest: plusDays(asOf.latest, 56) };
  return [
    `The as-of date. Its fieldwork (2 to 4 weeks) and report (2 to 4 weeks) run beside the window: the report of Type I between ${dateText(report.earliest)} and ${dateText(report.latest)}.`,
  ];
}

function notesOnWindow(type: ReportType, window: EarliestWindow | null): readonly string[] {
  const after4 = type === 'I-then-II' ? ['The window starts the day after the as-of date of the Type I.'] : [];
  return [
    ...after4,
    ...(window?.from === null ? ['These days are what the steps before it allow: the evidence on file names no day yet (see the earliest window).'] : []),
    'A gap that is found in the first month can be closed; found in the tenth it is a deviation or a longer window.',
  ];
}
