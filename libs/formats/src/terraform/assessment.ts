import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { Findings, worstOf } from '../reading/findings.js';
import { parseRfc3339 } from '../reading/instant.js';
import { type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';
import { organisationSource, workspaceName } from './run.js';

const count = z.number().int().nonnegative().nullish();
const assessmentBody = z.object({
  details: z.object({
    workspace_name: z.string().min(1),
    organization_name: z.string().min(1),
    new_assessment_result: z.object({
      id: z.string().min(1),
      succeeded: z.boolean(),
      drifted: z.boolean().nullish(),
      all_checks_succeeded: z.boolean().nullish(),
      resources_drifted: count,
      resources_undrifted: count,
      checks_passed: count,
      checks_failed: count,
      checks_errored: count,
      checks_unknown: count,
      created_at: z.string(),
    }),
  }),
});
type Assessment = z.infer<typeof assessmentBody>['details']['new_assessment_result'];

/** One assessment may be told by several notifications: what it says of the workspace is the same, and so are the ids. */
export function assessmentResults(record: JsonObject): readonly ItemResult[] {
  const fields = fieldsOf(assessmentBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const { workspace_name: workspace, organization_name: organisation, new_assessment_result: result } = fields.value.details;
  const timeMs = parseRfc3339(result.created_at);
  if (timeMs === undefined) return [rejected('/details/new_assessment_result/created_at', 'is no instant')];
  const findings = new Findings(organisationSource(organisation), result.id);
  const resource = workspaceName(organisation, workspace);
  const checks = checksOutcome(result);
  const drift = findings.of({ rule: 'terraform-drift', resource, outcome: driftOutcome(result), timeMs });
  return checks === undefined ? [drift] : [drift, findings.of({ rule: 'terraform-checks', resource, outcome: checks, timeMs })];
}

/** Nothing has drifted only where that is said, not gainsaid by the numbers, and something was looked at. */
function driftOutcome({ succeeded, drifted, resources_drifted: found, resources_undrifted: same }: Assessment): string {
  if (drifted === true || (found ?? 0) > 0) return 'fail';
  if (!succeeded) return 'error';
  return drifted === false && same !== 0 ? 'pass' : 'unknown';
}

const COUNTS = [
  ['checks_failed', 'fail'],
  ['checks_errored', 'error'],
  ['checks_unknown', 'unknown'],
  ['checks_passed', 'pass'],
] as const;

/** Undefined where a workspace has no checks: then nothing is said of them. */
function checksOutcome(result: Assessment): string | undefined {
  const told = COUNTS.filter(([name]) => (result[name] ?? 0) > 0).map(([, outcome]) => outcome);
  const all = result.all_checks_succeeded;
  if (told.length === 0 && all !== false) return undefined;
  if (told.length > 0 && worstOf(told) !== 'pass') return worstOf(told);
  if (!result.succeeded) return 'error';
  if (all === false) return 'fail';
  return all === true ? 'pass' : 'unknown';
}
