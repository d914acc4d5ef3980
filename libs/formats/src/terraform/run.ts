import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId, shortened } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();
const runBody = z.object({
  run_id: z.string().min(1).max(256),
  run_created_by: text,
  workspace_name: z.string().min(1),
  organization_name: z.string().min(1),
  notifications: z.array(z.unknown()).min(1).max(1_000),
});
type Run = z.infer<typeof runBody>;

const notificationBody = z.object({ trigger: z.string().min(1), run_status: z.string().min(1), run_updated_at: z.string(), run_updated_by: text });
type Notification = z.infer<typeof notificationBody>;

const STATUSES: ReadonlyMap<string, string> = new Map([
  ['applied', 'applied'],
  ['planned_and_finished', 'no-changes'],
  ['errored', 'failed'],
  ['canceled', 'cancelled'],
  ['force_canceled', 'cancelled'],
  ['discarded', 'discarded'],
  ['policy_override', 'waiting'],
  ['policy_soft_failed', 'waiting'],
]);
/** What such a trigger says, whatever the state is called. */
const TRIGGERS: ReadonlyMap<string, string> = new Map([
  ['run:errored', 'failed'],
  ['run:needs_attention', 'waiting'],
]);
const VERIFICATION = 'verification';

export const organisationSource = (organisation: string): string => `terraform/${encodeURIComponent(organisation.toWellFormed()).slice(0, 300)}`;
export const workspaceName = (organisation: string, workspace: string): string => shortened(`${organisation}/${workspace}`, 512);

export const isRun = (record: JsonObject): boolean => Array.isArray(record.notifications);

/** When a notification is saved or tested: every field of the run is null. */
export function isVerification(record: JsonObject): boolean {
  const { notifications, run_id: run } = record;
  if (!Array.isArray(notifications) || notifications.length === 0 || (run !== null && run !== undefined)) return false;
  return (notifications as readonly unknown[]).every((one) => typeof one === 'object' && one !== null && (one as { trigger?: unknown }).trigger === VERIFICATION);
}

export function runStates(record: JsonObject): readonly ItemResult[] {
  if (isVerification(record)) return [ignored('verification: the notification works')];
  const fields = fieldsOf(runBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  return fields.value.notifications.map((raw, at) => {
    const notification = fieldsOf(notificationBody, raw);
    const pointer = `/notifications/${at}`;
    return notification.ok ? runState(fields.value, notification.value, pointer) : rejected(`${pointer}${notification.error.pointer}`, notification.error.message);
  });
}

function runState(run: Run, { trigger, run_status: word, run_updated_at: written, run_updated_by: changedBy }: Notification, pointer: string): ItemResult {
  const status = STATUSES.get(word) ?? TRIGGERS.get(trigger);
  if (status === undefined) return ignored(`${trigger.slice(0, 60)}, ${word.slice(0, 60)}: how far a run is`);
  const timeMs = parseRfc3339(written);
  if (timeMs === undefined) return rejected(`${pointer}/run_updated_at`, 'is no instant');
  const workspace = workspaceName(run.organization_name, run.workspace_name);
  return event({
    id: eventId(run.run_id, trigger, written),
    source: organisationSource(run.organization_name),
    type: 'infrastructure.run',
    subject: run.run_id,
    timeMs,
    data: { run: run.run_id, workspace, status, ...person('startedBy', run.run_created_by), ...person('changedBy', changedBy) },
  });
}

const person = (field: string, name: string | null | undefined): JsonObject =>
  typeof name === 'string' && name !== '' ? { [field]: name.slice(0, 256).toWellFormed() } : {};
