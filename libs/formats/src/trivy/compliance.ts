import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';
import { checkResult, instantOf, ReportEvents, text } from '../scanners/reports.js';

const count = z.number().int().nonnegative();
const complianceBody = z.object({
  spec: z.object({
    compliance: z.object({ id: text, controls: z.array(z.object({ id: z.string(), checks: z.array(z.unknown()).nullish() })).nullish() }).nullish(),
  }).nullish(),
  status: z.object({
    updateTimestamp: z.string(),
    summary: z.object({ passCount: count.nullish(), failCount: count.nullish() }).nullish(),
    summaryReport: z
      .object({ controlCheck: z.array(z.object({ id: z.string().min(1), name: text, severity: text, totalFail: count.nullish() })).nullish() })
      .nullish(),
  }),
});
type Compliance = z.infer<typeof complianceBody>;

interface Named {
  readonly id: readonly string[];
  readonly name: string;
  /** The report names no cluster; the feed does. */
  readonly system: string;
}

/** One result for each control of a benchmark. The report only counts failed checks. */
export function complianceResults(record: JsonObject, { id, name, system }: Named): readonly ItemResult[] {
  const fields = fieldsOf(complianceBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const { spec, status } = fields.value;
  const controls = status.summaryReport?.controlCheck ?? [];
  if (controls.length === 0) return [ignored('a compliance report without a summary of its controls: nothing is known of any')];
  const timeMs = instantOf(status.updateTimestamp);
  if (timeMs === undefined) return [rejected('/status/updateTimestamp', 'is no instant')];
  const events = new ReportEvents({ source: 'trivy-operator', id, timeMs });
  const benchmark = spec?.compliance?.id ?? name;
  const outcomeOf = outcomes(fields.value);
  return controls.map((control) =>
    events.eventOf({
      key: [control.id],
      ...checkResult({ rule: `${benchmark}/${control.id}`, resource: system, outcome: outcomeOf(control), severity: control.severity, title: control.name }),
    }),
  );
}

type Control = { readonly id: string; readonly totalFail?: number | null | undefined };

/**
 * No failed check is a pass only where the report counts it as one and says which checks there are: a control that
 * nothing checks has no failures either.
 */
function outcomes({ spec, status }: Compliance): (control: Control) => string {
  const checked = new Set((spec?.compliance?.controls ?? []).filter(({ checks }) => (checks ?? []).length > 0).map(({ id }) => id));
  const clean = (status.summaryReport?.controlCheck ?? []).filter(({ totalFail }) => totalFail === 0).length;
  const reconciles = status.summary?.passCount === clean;
  return ({ id, totalFail }) => {
    if (typeof totalFail === 'number' && totalFail > 0) return 'fail';
    return totalFail === 0 && reconciles && checked.has(id) ? 'pass' : 'unknown';
  };
}
