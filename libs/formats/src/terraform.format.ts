import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, HandshakeAnswer, HandshakeRequest, ParseRequest, ParseResult } from './format.js';
import { ignored, type ItemResult } from './reading/items.js';
import { readJson } from './reading/json.js';
import { isObject, readRecords } from './reading/records.js';
import { assessmentResults } from './terraform/assessment.js';
import { isRun, isVerification, runStates } from './terraform/run.js';
import { TERRAFORM_SIGNATURE } from './terraform/signature.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 1_000 };
const MOST_OF_A_VERIFICATION = 64 * 1024;

/** Notifications of HCP Terraform and Terraform Enterprise, generic: of runs, and of what assessments found. */
export const terraform: Format = {
  id: 'terraform',
  title: 'HCP Terraform and Terraform Enterprise notifications',
  contentTypes: ['application/json'],
  limits: LIMITS,
  authentication: [TERRAFORM_SIGNATURE, BEARER],
  words: [
    { theirs: 'applied', ours: 'infrastructure.run applied', why: 'the changes were made' },
    { theirs: 'planned_and_finished', ours: 'infrastructure.run no-changes', why: 'there was nothing to change, or the run was a plan only' },
    { theirs: 'errored, or trigger run:errored', ours: 'infrastructure.run failed', why: 'the run ended early' },
    { theirs: 'canceled, force_canceled', ours: 'infrastructure.run cancelled', why: 'somebody ended it' },
    { theirs: 'discarded', ours: 'infrastructure.run discarded', why: 'somebody refused the plan' },
    { theirs: 'policy_override, policy_soft_failed, or trigger run:needs_attention', ours: 'infrastructure.run waiting', why: 'a person has to decide' },
    { theirs: 'any other state of a run', ours: 'ignored', why: 'how far a run is' },
    { theirs: 'assessment with drifted true, or resources_drifted above 0', ours: 'terraform-drift fail', why: 'what runs is not what the code says' },
    { theirs: 'assessment with drifted false', ours: 'terraform-drift pass', why: 'it was compared and is the same' },
    { theirs: 'assessment without drifted, or of no resource', ours: 'terraform-drift unknown', why: 'nothing was compared' },
    { theirs: 'assessment with succeeded false', ours: 'error', why: 'it could not be carried out' },
    { theirs: 'checks_failed, checks_errored, checks_unknown, checks_passed above 0', ours: 'terraform-checks, the worst of them', why: 'one check that holds does not make up for one that fails' },
    { theirs: 'no checks', ours: 'nothing', why: 'no checks are not checks that hold' },
    { theirs: 'verification', ours: 'answered, no evidence', why: 'it says that the notification works' },
    { theirs: 'any other trigger', ours: 'ignored', why: 'no event type of the catalogue says it' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      payload_version: 1,
      notification_configuration_id: 'nc-AeUQ2zfKZzW9TiGZ',
      run_url: 'https://app.terraform.io/app/larkspur/network/runs/run-FwnENkvDnrpyFC7M',
      run_id: 'run-FwnENkvDnrpyFC7M',
      run_message: 'Add a queue worker',
      run_created_at: '2026-01-31T11:50:00.000Z',
      run_created_by: 'al',
      workspace_id: 'ws-XdeUVMWShTesDMME',
      workspace_name: 'network',
      organization_name: 'larkspur',
      notifications: [
        { message: 'Run Applied', trigger: 'run:completed', run_status: 'applied', run_updated_at: '2026-01-31T12:00:00.000Z', run_updated_by: 'bea' },
      ],
    }),
  },
  handshake,
  parse,
};

function parse(request: ParseRequest): ParseResult {
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', map: notificationOf });
}

function notificationOf(record: JsonObject): readonly ItemResult[] {
  if (isRun(record)) return runStates(record);
  if (record.trigger_scope === 'assessment') return assessmentResults(record);
  const trigger = typeof record.trigger === 'string' ? record.trigger.slice(0, 100) : 'a body without a trigger';
  return [ignored(`${trigger}: no event type of the catalogue says it`)];
}

/** Terraform asks before it enables a notification, and does not enable it without an answer. */
function handshake({ method, rawBody }: HandshakeRequest): HandshakeAnswer | undefined {
  if (method !== 'POST' || rawBody.length > MOST_OF_A_VERIFICATION) return undefined;
  const reading = readJson(rawBody, { bigNumbers: 'text' });
  if (!reading.ok || !isObject(reading.value) || !isVerification(reading.value)) return undefined;
  return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"message":"verified"}', authenticated: true };
}
