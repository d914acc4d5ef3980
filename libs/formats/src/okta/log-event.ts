import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId } from '../reading/event-id.js';
import { parseLenientInstant } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();

const logEvent = z.object({
  uuid: z.string().min(1),
  published: z.string(),
  eventType: z.string().min(1),
  outcome: z.object({ result: text, reason: text }).nullish(),
  actor: z.object({ alternateId: text, id: text, displayName: text }).nullish(),
  client: z.object({ ipAddress: text }).nullish(),
  target: z.array(z.object({ type: text, alternateId: text, id: text, displayName: text })).nullish(),
  debugContext: z.object({ debugData: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});

type LogEvent = z.infer<typeof logEvent> & { readonly timeMs: number; readonly system: string };

/** Copies of the log in warehouses write the names in lower case. */
const NAMES = ['eventType', 'debugContext'];

/** One event of the System Log. Okta writes UTC only, so a copy that lost the zone is still read. */
export function oktaEvent(raw: JsonObject, system: string): ItemResult {
  const lowered = Object.fromEntries(NAMES.map((name) => [name, raw[name] ?? raw[name.toLowerCase()]]));
  const fields = fieldsOf(logEvent, { ...raw, ...lowered });
  if (!fields.ok) return rejectedBy(fields.error);
  const timeMs = parseLenientInstant(fields.value.published);
  if (timeMs === undefined) return rejected('/published', 'is no instant');
  return mapped({ ...fields.value, timeMs, system });
}

function mapped(log: LogEvent): ItemResult {
  const { eventType } = log;
  const result = log.outcome?.result ?? 'none';
  if (eventType === 'user.session.start' || eventType === 'user.authentication.auth_via_mfa') return signIn(log, result);
  const change = CHANGES.get(eventType);
  if (change === undefined) return ignored(`${eventType.slice(0, 100)}: no event type of the catalogue says it`);
  if (result !== 'SUCCESS') return ignored(`${eventType} ended with ${result.slice(0, 100)}: nothing was changed`);
  return accessChange(log, change);
}

const SIGN_INS: ReadonlyMap<string, string> = new Map([
  ['SUCCESS', 'success'],
  ['FAILURE', 'failure'],
  ['DENY', 'failure'],
]);

function signIn(log: LogEvent, result: string): ItemResult {
  const outcome = SIGN_INS.get(result);
  if (outcome === undefined) return ignored(`${log.eventType} ended with ${result.slice(0, 100)}: neither in nor out`);
  const account = nameOf(log.actor);
  if (account === undefined) return rejected('/actor', 'names nobody');
  const byFactor = log.eventType === 'user.authentication.auth_via_mfa' && outcome === 'success';
  const ip = log.client?.ipAddress;
  return event({
    ...base(log, account),
    type: 'identity.signin',
    data: { account, system: log.system, outcome, ...(byFactor ? { mfa: true } : {}), ...(typeof ip === 'string' ? { ip: ip.slice(0, 64) } : {}) },
  });
}

interface Change {
  readonly grants: boolean;
  /** The type of the target whose access changes; without one it is the actor's own. */
  readonly holder?: 'User' | 'UserGroup';
  /** Absent: the account itself. */
  readonly right?: (log: LogEvent) => string | undefined;
}

const ofTarget = (type: string, prefix: string) => (log: LogEvent): string | undefined => {
  const name = log.target?.find((target) => target.type === type)?.displayName;
  return typeof name === 'string' && name !== '' ? `${prefix}/${name}` : undefined;
};
const ofDebugData = (name: string) => (log: LogEvent): string => {
  const value = log.debugContext?.debugData?.[name];
  return typeof value === 'string' && value !== '' ? value : 'administrator';
};

const CHANGES: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['user.lifecycle.activate', { grants: true, holder: 'User' }],
  ['user.lifecycle.reactivate', { grants: true, holder: 'User' }],
  ['user.lifecycle.unsuspend', { grants: true, holder: 'User' }],
  ['user.lifecycle.suspend', { grants: false, holder: 'User' }],
  ['user.lifecycle.deactivate', { grants: false, holder: 'User' }],
  ['user.account.privilege.grant', { grants: true, holder: 'User', right: ofDebugData('privilegeGranted') }],
  ['user.account.privilege.revoke', { grants: false, holder: 'User', right: ofDebugData('privilegeRevoked') }],
  ['group.privilege.grant', { grants: true, holder: 'UserGroup', right: ofDebugData('privilegeGranted') }],
  ['group.privilege.revoke', { grants: false, holder: 'UserGroup', right: ofDebugData('privilegeRevoked') }],
  ['group.user_membership.add', { grants: true, holder: 'User', right: ofTarget('UserGroup', 'group') }],
  ['group.user_membership.remove', { grants: false, holder: 'User', right: ofTarget('UserGroup', 'group') }],
  ['application.user_membership.add', { grants: true, holder: 'User', right: ofTarget('AppInstance', 'app') }],
  ['application.user_membership.remove', { grants: false, holder: 'User', right: ofTarget('AppInstance', 'app') }],
  ['system.api_token.create', { grants: true, right: ofTarget('Token', 'api-token') }],
  ['system.api_token.revoke', { grants: false, right: ofTarget('Token', 'api-token') }],
]);

function accessChange(log: LogEvent, change: Change): ItemResult {
  const { holder } = change;
  const account = nameOf(holder === undefined ? log.actor : log.target?.find((target) => target.type === holder));
  if (account === undefined) return rejected(holder === undefined ? '/actor' : '/target', 'names nobody whose access changed');
  const right = change.right?.(log);
  if (change.right !== undefined && right === undefined) return rejected('/target', 'does not say which access changed');
  return changed(log, change, { account, system: log.system, ...(right === undefined ? {} : { role: right.slice(0, 256) }) });
}

function changed(log: LogEvent, { grants }: Change, data: { readonly account: string; readonly system: string }): ItemResult {
  const by = nameOf(log.actor) ?? 'unknown';
  if (grants) return event({ ...base(log, data.account), type: 'identity.access-granted', data: { ...data, grantedBy: by } });
  return event({ ...base(log, data.account), type: 'identity.access-revoked', data: { ...data, revokedBy: by } });
}

const base = (log: LogEvent, subject: string): { id: string; source: string; subject: string; timeMs: number } => ({
  id: eventId(log.uuid),
  source: 'okta',
  subject,
  timeMs: log.timeMs,
});

type Named = { readonly alternateId?: string | null | undefined; readonly id?: string | null | undefined; readonly displayName?: string | null | undefined };

/** `alternateId` is the sign-in name; groups have none that says more than `unknown`. */
function nameOf(named: Named | null | undefined): string | undefined {
  const candidates = [named?.alternateId === 'unknown' ? undefined : named?.alternateId, named?.displayName, named?.id];
  return candidates.find((name): name is string => typeof name === 'string' && name !== '')?.slice(0, 256);
}
