import type { Json, JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { contentId, eventId } from '../reading/event-id.js';
import { parseLenientInstant } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();
/** Google writes numbers as text; copies write them as numbers. */
const number = z.union([z.string(), z.number()]).transform(String);

const activityBody = z.object({
  id: z.object({ applicationName: z.string().min(1), time: z.string(), uniqueQualifier: number.refine((written) => written !== '', 'expected a number'), customerId: text }),
  actor: z.object({ email: text, key: text, profileId: number.nullish() }).nullish(),
  ipAddress: text,
});

interface Activity {
  readonly application: string;
  readonly id: string;
  readonly customer: string;
  readonly timeMs: number;
  readonly system: string;
  readonly actor: string | undefined;
  readonly ip: string | undefined;
}

interface ActivityEvent {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly pointer: string;
}

/** One activity of the Reports API: it holds several events, each of them evidence of its own. */
export function workspaceActivity(raw: JsonObject, system: string): readonly ItemResult[] {
  const fields = fieldsOf(activityBody, raw);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const { id, actor, ipAddress } = fields.value;
  // Google writes UTC only, so a copy that lost the zone is still read.
  const timeMs = parseLenientInstant(id.time);
  if (timeMs === undefined) return [rejected('/id/time', 'is no instant')];
  const activity: Activity = {
    application: id.applicationName,
    // The qualifier alone repeats.
    id: [id.applicationName, id.time, id.uniqueQualifier, id.customerId ?? '', ...(isObject(raw.events) ? [contentId(raw.events)] : [])].join('/'),
    customer: id.customerId ?? 'unknown',
    timeMs,
    system,
    actor: firstText(actor?.email, actor?.key, actor?.profileId),
    ip: firstText(ipAddress),
  };
  const events = eventsOf(raw);
  return events.length === 0 ? [rejected('/events', 'holds no event')] : events.map((one, at) => mapped(activity, one, at));
}

/**
 * Native: `events[]`. Some collectors write one record for each of them. Copies in warehouses are flattened to one event
 * with its name and parameters at the top.
 */
function eventsOf(raw: JsonObject): readonly ActivityEvent[] {
  const list: readonly [Json, string][] = Array.isArray(raw.events)
    ? (raw.events as readonly Json[]).map((one, at) => [one, `/events/${at}`])
    : [isObject(raw.events) ? [raw.events, '/events'] : [raw, '']];
  return list.flatMap(([one, pointer]) => {
    const name = isObject(one) && typeof one.name === 'string' ? one.name.trim() : '';
    return isObject(one) && name !== '' ? [{ name, parameters: parametersOf(one.parameters), pointer }] : [];
  });
}

/** A list of `{name, value}`, or a plain object. Only texts matter here. */
function parametersOf(parameters: Json | undefined): ReadonlyMap<string, string> {
  const pairs = Array.isArray(parameters)
    ? (parameters as readonly Json[]).filter(isObject).map((one): [unknown, unknown] => [one.name, one.value])
    : Object.entries(isObject(parameters) ? parameters : {});
  return new Map(pairs.filter((pair): pair is [string, string] => typeof pair[0] === 'string' && typeof pair[1] === 'string' && pair[1] !== ''));
}

function mapped(activity: Activity, one: ActivityEvent, at: number): ItemResult {
  const outcome = activity.application === 'login' ? SIGN_INS.get(one.name) : undefined;
  if (outcome !== undefined) return signIn(activity, one, { at, outcome });
  const change = activity.application === 'admin' ? CHANGES.get(one.name) : undefined;
  if (change === undefined) return ignored(`${activity.application.slice(0, 50)} ${one.name.slice(0, 100)}: no event type of the catalogue says it`);
  return accessChange(activity, { one, at, change });
}

const SIGN_INS: ReadonlyMap<string, string> = new Map([
  ['login_success', 'success'],
  ['login_failure', 'failure'],
]);

function signIn(activity: Activity, one: ActivityEvent, { at, outcome }: { at: number; outcome: string }): ItemResult {
  const account = (activity.actor ?? one.parameters.get('affected_email_address'))?.slice(0, 256);
  if (account === undefined) return rejected('/actor/email', 'names nobody');
  const { ip, system } = activity;
  return event({
    ...base(activity, account, at),
    type: 'identity.signin',
    data: { account, system, outcome, ...(ip === undefined ? {} : { ip: ip.slice(0, 64) }) },
  });
}

interface Change {
  readonly grants: boolean;
  /** The parameter that names the right, with what goes before it; absent: the account itself. */
  readonly right?: { readonly parameter?: string; readonly prefix: string };
}

const CHANGES: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['CREATE_USER', { grants: true }],
  ['UNSUSPEND_USER', { grants: true }],
  ['UNDELETE_USER', { grants: true }],
  ['SUSPEND_USER', { grants: false }],
  ['DELETE_USER', { grants: false }],
  ['ASSIGN_ROLE', { grants: true, right: { parameter: 'ROLE_NAME', prefix: 'role/' } }],
  ['UNASSIGN_ROLE', { grants: false, right: { parameter: 'ROLE_NAME', prefix: 'role/' } }],
  ['ADD_GROUP_MEMBER', { grants: true, right: { parameter: 'GROUP_EMAIL', prefix: 'group/' } }],
  ['REMOVE_GROUP_MEMBER', { grants: false, right: { parameter: 'GROUP_EMAIL', prefix: 'group/' } }],
  ['GRANT_ADMIN_PRIVILEGE', { grants: true, right: { prefix: 'super-admin' } }],
  ['REVOKE_ADMIN_PRIVILEGE', { grants: false, right: { prefix: 'super-admin' } }],
]);

function accessChange(activity: Activity, { one, at, change }: { one: ActivityEvent; at: number; change: Change }): ItemResult {
  const account = one.parameters.get('USER_EMAIL')?.slice(0, 256);
  if (account === undefined) return rejected(`${one.pointer}/parameters`, 'USER_EMAIL is missing: nobody is named whose access changed');
  const { right } = change;
  const name = right?.parameter === undefined ? '' : one.parameters.get(right.parameter);
  if (name === undefined) return rejected(`${one.pointer}/parameters`, `${right?.parameter ?? ''} is missing: it is not said which access changed`);
  const role = right === undefined ? {} : { role: `${right.prefix}${name}`.slice(0, 256) };
  return changed(activity, { ...base(activity, account, at), grants: change.grants, data: { account, system: activity.system, ...role } });
}

interface Changed extends ReturnType<typeof base> {
  readonly grants: boolean;
  readonly data: JsonObject;
}

function changed(activity: Activity, { grants, data, ...common }: Changed): ItemResult {
  const by = (activity.actor ?? 'unknown').slice(0, 256);
  if (grants) return event({ ...common, type: 'identity.access-granted', data: { ...data, grantedBy: by } });
  return event({ ...common, type: 'identity.access-revoked', data: { ...data, revokedBy: by } });
}

const base = (activity: Activity, subject: string, at: number): { id: string; source: string; subject: string; timeMs: number } => ({
  id: eventId(at === 0 ? activity.id : `${activity.id}#${at}`),
  source: `google-workspace/${activity.customer}`,
  subject,
  timeMs: activity.timeMs,
});

const firstText = (...candidates: readonly (string | null | undefined)[]): string | undefined =>
  candidates.find((candidate): candidate is string => typeof candidate === 'string' && candidate !== '');
