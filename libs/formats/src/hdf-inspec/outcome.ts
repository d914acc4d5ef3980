import { z } from 'zod';
import { worstOf } from '../reading/findings.js';

const text = z.string().nullish();
const flag = z.union([z.boolean(), z.string()]).nullish();

const resultBody = z.object({ status: text, code_desc: text, start_time: text, backtrace: z.unknown().optional() });
type Result = z.infer<typeof resultBody>;

const waiverBody = z.object({ skipped_due_to_waiver: flag, run: flag, justification: text, message: text, expiration_date: text });
type Waiver = z.infer<typeof waiverBody>;

export const controlBody = z.object({
  id: z.string().min(1),
  title: text,
  impact: z.union([z.number(), z.string()]).nullish(),
  status: text,
  results: z.array(resultBody).nullish(),
  waiver_data: waiverBody.nullish(),
});
export type Control = z.infer<typeof controlBody>;

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['passed', 'pass'],
  ['failed', 'fail'],
  ['error', 'error'],
  ['not_applicable', 'not-applicable'],
]);

export interface Judged {
  readonly outcome: string;
  readonly suppressed: boolean;
  readonly severity: string | undefined;
}

/**
 * A control and what it lays over: the outermost says how much it counts and who has waived it, each may have results. The
 * worst result counts. None at all is an error of the profile, as MITRE's own tools say.
 */
export function judged(layers: readonly Control[]): Judged {
  const results = layers.flatMap(({ results: own }) => own ?? []);
  const impact = impactOf(layers.find(({ impact: given }) => given !== null && given !== undefined)?.impact);
  const suppressed = layers.some(({ waiver_data: waiver }) => isWaived(waiver));
  const told = [...results.map(resultOutcome), ...layers.flatMap(({ status }) => (typeof status === 'string' && status !== '' ? [wordOutcome(status)] : []))];
  const worst = told.length === 0 ? 'error' : worstOf(told);
  const outcome = settled(worst, { impact, suppressed, empty: told.length === 0 });
  // A control that says "passed" of itself and lists no result has nothing that could show it.
  return { outcome: results.length === 0 && outcome === 'pass' ? 'unknown' : outcome, suppressed, severity: severityOf(impact) };
}

interface Circumstances {
  readonly impact: number | undefined;
  readonly suppressed: boolean;
  readonly empty: boolean;
}

/** Impact 0 is how a profile says that a control does not apply; it does not undo a failure. */
function settled(worst: string, { impact, suppressed, empty }: Circumstances): string {
  if (suppressed && (worst === 'pass' || empty)) return 'unknown';
  if (impact !== 0 || suppressed) return worst;
  return worst === 'fail' || (worst === 'error' && !empty) ? worst : 'not-applicable';
}

export const wordOutcome = (status: string): string => OUTCOMES.get(status.toLowerCase()) ?? 'unknown';

/** A person's word, laid over the report by a tool, is no result of a check. */
const ATTESTED = /^manual.{0,60}attest/i;

function resultOutcome({ status, code_desc: description, backtrace }: Result): string {
  if (hasBacktrace(backtrace)) return 'error';
  const outcome = wordOutcome(status ?? '');
  return outcome === 'pass' && ATTESTED.test(description ?? '') ? 'unknown' : outcome;
}

export const hasBacktrace = (backtrace: unknown): boolean => (Array.isArray(backtrace) || typeof backtrace === 'string') && backtrace.length > 0;

/** A waiver that has expired is written into the report as well, with a message that says so. */
function isWaived(waiver: Waiver | null | undefined): boolean {
  if (waiver === null || waiver === undefined) return false;
  if (isYes(waiver.skipped_due_to_waiver)) return true;
  const claimed = [waiver.justification, waiver.expiration_date].some((given) => typeof given === 'string' && given !== '') || isYes(waiver.run);
  return claimed && !/expired/i.test(waiver.message ?? '');
}

const isYes = (value: boolean | string | null | undefined): boolean => value === true || (typeof value === 'string' && /^(true|yes)$/i.test(value));

function impactOf(impact: number | string | null | undefined): number | undefined {
  if (typeof impact === 'number') return impact;
  const named = IMPACTS.get(impact?.toLowerCase() ?? '');
  return named ?? (/^[01](\.\d{1,10})?$/.test(impact ?? '') ? Number(impact) : undefined);
}

const IMPACTS: ReadonlyMap<string, number> = new Map([
  ['none', 0],
  ['low', 0.3],
  ['medium', 0.5],
  ['high', 0.7],
  ['critical', 0.9],
]);

function severityOf(impact: number | undefined): string | undefined {
  if (impact === undefined) return undefined;
  if (impact >= 0.9) return 'critical';
  if (impact >= 0.7) return 'high';
  if (impact >= 0.4) return 'medium';
  return impact > 0 ? 'low' : 'info';
}
