import type { JsonObject } from '@tickmark/contracts';
import { eventId } from '../reading/event-id.js';
import { event, ignored, type ItemResult, rejected } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { booleanAt, idOfActivity, numberAt, type OcsfRecord, type Result, resultOf, sourceOf, textAt, TOO_MANY } from './record.js';

const LOGON = 1;

/** Authentication, 3002. */
export function authentication(record: OcsfRecord): ItemResult {
  const { raw } = record;
  if (numberAt(raw, 'activity_id') !== LOGON) return ignored('authentication other than a logon');
  const outcome = resultOf(raw) ?? 'unknown';
  if (outcome === 'unknown') return ignored('logon whose result is not known: neither in nor out');
  const mfa = booleanAt(raw, 'is_mfa') ?? booleanAt(raw, 'mfa');
  const ip = textAt(raw, 'src_endpoint', 'ip');
  return withAccount(record, (account, common) =>
    event({
      ...common,
      type: 'identity.signin',
      data: {
        account,
        system: record.system,
        outcome,
        ...(mfa === undefined ? {} : { mfa }),
        ...(ip === undefined ? {} : { ip: ip.slice(0, 64) }),
      },
    }),
  );
}

const GRANTS: ReadonlyMap<number, boolean> = new Map([
  [1, true], // Create
  [2, true], // Enable
  [5, false], // Disable
  [6, false], // Delete
  [7, true], // Attach Policy
  [8, false], // Detach Policy
]);
const ATTACH_POLICY = 7;
const DETACH_POLICY = 8;

/** Account Change, 3001. */
export function accountChange(record: OcsfRecord): ItemResult {
  const { raw } = record;
  const activity = numberAt(raw, 'activity_id') ?? 0;
  const grants = GRANTS.get(activity);
  if (grants === undefined) return ignored('account change that gives or takes no access');
  const unchanged = withoutChange(raw, 'account change');
  if (unchanged !== undefined) return unchanged;
  const policy = textAt(raw, 'policy', 'name') ?? textAt(raw, 'policy', 'uid');
  const isPolicy = activity === ATTACH_POLICY || activity === DETACH_POLICY;
  const by = firstName(raw, 'actor', 'user') ?? 'unknown';
  return withAccount(record, (account, common) => {
    if (isPolicy && policy === undefined) return rejected('/policy', 'does not say which access changed');
    const data = { account, system: record.system, ...(isPolicy && policy !== undefined ? { role: policy.slice(0, 256) } : {}) };
    if (grants) return event({ ...common, type: 'identity.access-granted', data: { ...data, grantedBy: by } });
    return event({ ...common, type: 'identity.access-revoked', data: { ...data, revokedBy: by } });
  });
}

const ASSIGN = 1;
const REVOKE = 2;

/** User Access Management, 3005: each privilege. In drafts of 1.0 this was the number of API calls, which name none. */
export function userAccess(record: OcsfRecord): ItemResult | readonly ItemResult[] {
  const { raw } = record;
  const activity = numberAt(raw, 'activity_id');
  if (activity !== ASSIGN && activity !== REVOKE) return ignored('access management that gives or takes no privilege');
  const privileges = Array.isArray(raw.privileges) ? (raw.privileges as readonly unknown[]).filter((one): one is string => typeof one === 'string' && one !== '') : [];
  if (privileges.length === 0) return ignored('access management without privileges: what changed is not told');
  const unchanged = withoutChange(raw, 'access management');
  if (unchanged !== undefined) return unchanged;
  if (privileges.length > record.room) return TOO_MANY;
  const id = idOfActivity(record);
  return privileges.map((privilege, at) => roleChange(record, { id: at === 0 ? id : eventId(`${id}#${at}`), grants: activity === ASSIGN, role: privilege }));
}

const ADD_USER = 3;
const REMOVE_USER = 4;

/** Group Management, 3006. */
export function groupMembership(record: OcsfRecord): ItemResult {
  const { raw } = record;
  const activity = numberAt(raw, 'activity_id');
  if (activity !== ADD_USER && activity !== REMOVE_USER) return ignored('group management that changes no membership');
  const unchanged = withoutChange(raw, 'group management');
  if (unchanged !== undefined) return unchanged;
  const group = textAt(raw, 'group', 'name') ?? textAt(raw, 'group', 'uid');
  if (group === undefined) return rejected('/group', 'does not say which access changed');
  return roleChange(record, { id: idOfActivity(record), grants: activity === ADD_USER, role: `group/${group}` });
}

function roleChange(record: OcsfRecord, { id, grants, role }: { readonly id: string; readonly grants: boolean; readonly role: string }): ItemResult {
  const by = firstName(record.raw, 'actor', 'user') ?? 'unknown';
  return withAccount(
    record,
    (account, common) => {
      const data = { account, system: record.system, role: role.slice(0, 256) };
      if (grants) return event({ ...common, type: 'identity.access-granted', data: { ...data, grantedBy: by } });
      return event({ ...common, type: 'identity.access-revoked', data: { ...data, revokedBy: by } });
    },
    id,
  );
}

/** Why there is no event; undefined: it succeeded. */
function withoutChange(raw: JsonObject, what: string): ItemResult | undefined {
  const result = resultOf(raw) ?? answerOf(raw);
  if (result === 'success') return undefined;
  return ignored(result === 'failure' ? `${what} without success: nothing was changed` : `${what} whose result is not known`);
}

/** Events made of calls may go without a status; then the answer to the call says it. */
function answerOf(raw: JsonObject): Result {
  const answer = isObject(raw.api) ? raw.api.response : undefined;
  if (!isObject(answer)) return 'unknown';
  const code = numberAt(answer, 'code');
  if (textAt(answer, 'error') !== undefined || (code ?? 0) >= 400) return 'failure';
  return isObject(answer.data) || code !== undefined ? 'success' : 'unknown';
}

function withAccount(record: OcsfRecord, map: (account: string, common: { id: string; source: string; subject: string; timeMs: number }) => ItemResult, id = idOfActivity(record)): ItemResult {
  const account = firstName(record.raw, 'user');
  if (account === undefined) return rejected('/user', 'names nobody');
  return map(account, { id, source: sourceOf(record.raw), subject: account, timeMs: record.timeMs });
}

function firstName(raw: JsonObject, ...path: readonly string[]): string | undefined {
  return ['name', 'email_addr', 'uid', 'uuid'].map((name) => textAt(raw, ...path, name)).find((name) => name !== undefined)?.slice(0, 256);
}
