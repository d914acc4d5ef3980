import { DAY_MS, dateText, midnightFrom, plusMonths } from './calendar.js';
import type { ControlGap } from './control-gap.js';
import { FREQUENCIES, SAMPLE_NOTES, expectedOccurrences } from './sample-hints.js';
import type { Frequency, SampleHint, SampleHints } from './sample-hints.js';

/** From when a window of Type II can honestly run: not before every key control in scope has evidence. */
export interface EarliestWindow {
  /** The first day; null: no day can be named yet. */
  readonly from: string | null;
  readonly reasons: readonly string[];
  /** Key controls that hold the date back: without evidence, or the last ones to have it. */
  readonly heldBackBy: readonly HeldBack[];
  /** From when the key controls that have evidence would allow a window; null: none has. */
  readonly othersAllow: string | null;
  readonly keyControls: number;
  readonly keyControlsWithEvidence: number;
  readonly lengths: readonly WindowLength[];
  /** The shortest of the lengths that surely holds the customary sample of every key control with a calendar; null: none. */
  readonly monthsForSamples: number | null;
}

interface HeldBack {
  readonly control: string;
  readonly title: string;
  readonly owner: string;
  readonly firstEvidenceAt: string | null;
  readonly reason: string;
}

interface WindowLength {
  readonly months: number;
  readonly from: string | null;
  /** The day after the last one. */
  readonly to: string | null;
  readonly frequencies: readonly OfFrequency[];
}

interface OfFrequency {
  readonly frequency: Frequency;
  readonly controls: readonly string[];
  /** Null: it depends on how often the event happens. */
  readonly expected: number | null;
  readonly customarySample: SampleHint;
  readonly enough: boolean | null;
  readonly note?: string;
}

const WINDOW_MONTHS = [3, 6, 9, 12] as const;
/** For lengths in days while no first day is known. */
const SHORTEST_MONTH_DAYS = 30;

export function earliestWindow(controls: readonly ControlGap[], hints: SampleHints): EarliestWindow {
  const keyControls = controls.filter(({ keyControl }) => keyControl);
  const since = keyControls.flatMap(({ firstEvidenceAt }) => (firstEvidenceAt === null ? [] : [Date.parse(firstEvidenceAt)]));
  const latestMs = since.length === 0 ? undefined : Math.max(...since);
  const isKnown = latestMs !== undefined && since.length === keyControls.length;
  const fromMs = isKnown ? midnightFrom(latestMs) : undefined;
  const lengths = WINDOW_MONTHS.map((months) => lengthOf(months, fromMs, keyControls, hints));
  return {
    from: fromMs === undefined ? null : dateText(fromMs),
    reasons: reasonsFor({ keyControls, evidenced: since.length, latestMs, lengths }),
    heldBackBy: heldBack(keyControls, isKnown ? latestMs : undefined),
    othersAllow: latestMs === undefined ? null : dateText(midnightFrom(latestMs)),
    keyControls: keyControls.length,
    keyControlsWithEvidence: since.length,
    lengths,
    monthsForSamples: lengths.find(({ frequencies }) => frequencies.every(({ enough }) => enough !== false))?.months ?? null,
  };
}

interface Known {
  readonly keyControls: readonly ControlGap[];
  readonly evidenced: number;
  readonly latestMs: number | undefined;
  readonly lengths: readonly WindowLength[];
}

function reasonsFor({ keyControls, evidenced, latestMs, lengths }: Known): readonly string[] {
  if (keyControls.length === 0) return ['No key control is mapped to what is in scope, so nothing can show that controls operated.'];
  if (latestMs === undefined) return ['Nothing is on file: no key control in scope has evidence, so no date can be named.'];
  const missing = keyControls.length - evidenced;
  if (missing > 0) {
    return [
      `${missing} of ${keyControls.length} key controls in scope ${missing === 1 ? 'has' : 'have'} no evidence, so no date can be named: a window that began today would have controls in it that nobody can show to have operated.`,
    ];
  }
  const unproven = keyControls.filter(({ verdict }) => verdict === 'evidence-stale').map(({ id }) => id);
  const deviating = keyControls.filter(({ verdict }) => verdict === 'deviations-open').map(({ id }) => id);
  return [
    `Not earlier, since the last key control to have evidence has it since ${new Date(latestMs).toISOString()}; the window begins with the next day in UTC.`,
    ...(unproven.length === 0 ? [] : [`Evidence is stale now of ${unproven.join(', ')}: a window over this time has a stretch in it that is not proven.`]),
    ...(deviating.length === 0 ? [] : [`Deviations of ${deviating.join(', ')} are open: the report of a window that holds them will name them.`]),
    ...shortWindow(lengths),
  ];
}

/** What the shortest window does not hold. */
function shortWindow(lengths: readonly WindowLength[]): readonly string[] {
  const [shortest] = lengths;
  return (shortest?.frequencies ?? [])
    .filter(({ enough }) => enough === false)
    .map(({ frequency, expected, customarySample }) => {
      const holds = `${expected ?? 0} ${expected === 1 ? 'occurrence' : 'occurrences'}`;
      return `A window of ${shortest?.months ?? 0} months surely holds ${holds} of a control that runs ${RUNS[frequency]}; the customary sample is ${sampleText(customarySample)}.`;
    });
}

const RUNS: { readonly [frequency in Frequency]: string } = {
  continuous: 'all the time',
  'many-per-day': 'many times a day',
  daily: 'daily',
  weekly: 'weekly',
  monthly: 'monthly',
  quarterly: 'quarterly',
  annual: 'once a year',
  'per-event': 'with each event',
};

const sampleText = ({ least, most }: SampleHint): string => (least === most ? String(least) : `${least} to ${most}`);

function heldBack(keyControls: readonly ControlGap[], latestMs: number | undefined): readonly HeldBack[] {
  const holds = ({ firstEvidenceAt }: ControlGap): boolean =>
    latestMs === undefined ? firstEvidenceAt === null : firstEvidenceAt !== null && Date.parse(firstEvidenceAt) === latestMs;
  return keyControls.filter(holds).map(({ id, title, owner, firstEvidenceAt, verdict, reasons }) => ({
    control: id,
    title,
    owner,
    firstEvidenceAt,
    reason: firstEvidenceAt === null ? (reasons.join('; ') || verdict) : `has evidence since ${firstEvidenceAt}`,
  }));
}

function lengthOf(months: number, fromMs: number | undefined, controls: readonly ControlGap[], hints: SampleHints): WindowLength {
  const toMs = fromMs === undefined ? undefined : plusMonths(fromMs, months);
  const days = fromMs === undefined || toMs === undefined ? months * SHORTEST_MONTH_DAYS : (toMs - fromMs) / DAY_MS;
  const byFrequency = Map.groupBy(controls, ({ frequency }) => frequency);
  return {
    months,
    from: fromMs === undefined ? null : dateText(fromMs),
    to: toMs === undefined ? null : dateText(toMs),
    frequencies: FREQUENCIES.flatMap((frequency) => {
      const those = byFrequency.get(frequency);
      return those === undefined ? [] : [ofFrequency(frequency, those, { expected: expectedOccurrences(frequency, months, days), hint: hints[frequency] })];
    }),
  };
}

function ofFrequency(
  frequency: Frequency,
  controls: readonly ControlGap[],
  { expected, hint }: { readonly expected: number | undefined; readonly hint: SampleHint },
): OfFrequency {
  const note = SAMPLE_NOTES[frequency];
  return {
    frequency,
    controls: controls.map(({ id }) => id),
    expected: expected ?? null,
    customarySample: hint,
    enough: expected === undefined ? null : expected >= hint.least,
    ...(note === undefined ? {} : { note }),
  };
}
