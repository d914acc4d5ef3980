import type { JsonObject } from '@tickmark/contracts';
import { event, ignored, type ItemResult, rejected } from '../reading/items.js';
import { readJsonText } from '../reading/json.js';
import { isObject } from '../reading/records.js';
import { baseOf } from './base.js';
import { type EntraRecord, textOf } from './record.js';

interface Change {
  readonly grants: boolean;
  /** The kind of target that names the right; absent: the account itself. */
  readonly right?: { readonly type: 'Role' | 'Group' | 'ServicePrincipal'; readonly prefix: string };
}

const role = (grants: boolean, prefix = 'role/'): Change => ({ grants, right: { type: 'Role', prefix } });
const pim = (name: string, change: Change): readonly [string, Change][] =>
  ['permanent', 'timebound'].map((term) => [`${name} in PIM completed (${term})`, change]);

/** A change that PIM was only asked for is none yet. */
const CHANGES: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['Add user', { grants: true }],
  ['Restore user', { grants: true }],
  ['Enable account', { grants: true }],
  ['Disable account', { grants: false }],
  ['Delete user', { grants: false }],
  ['Add member to role', role(true)],
  ['Remove member from role', role(false)],
  ...pim('Add member to role', role(true)),
  ...pim('Remove member from role', role(false)),
  ...pim('Add eligible member to role', role(true, 'eligible-role/')),
  ...pim('Remove eligible member from role', role(false, 'eligible-role/')),
  ['Add member to group', { grants: true, right: { type: 'Group', prefix: 'group/' } }],
  ['Remove member from group', { grants: false, right: { type: 'Group', prefix: 'group/' } }],
  ['Add app role assignment grant to user', { grants: true, right: { type: 'ServicePrincipal', prefix: 'app/' } }],
  ['Remove app role assignment from user', { grants: false, right: { type: 'ServicePrincipal', prefix: 'app/' } }],
]);

/** One record of the directory's audit log. */
export function auditRecord(record: EntraRecord, system: string): ItemResult {
  const name = record.text('operationName', 'activityDisplayName');
  if (name === undefined) return rejected('/operationName', 'is missing: only it says what happened');
  const change = CHANGES.get(name.trim());
  if (change === undefined) return ignored(`${name.slice(0, 100).trim()}: no event type of the catalogue says it`);
  const result = record.text('result') ?? 'no result';
  if (result.toLowerCase() !== 'success') return ignored(`${name.trim()} ended with ${result.slice(0, 50)}: nothing was changed`);
  return accessChange(record, change, system);
}

function accessChange(record: EntraRecord, change: Change, system: string): ItemResult {
  const targets = record.objects('targetResources');
  const account = textOf(holderOf(targets, change), 'userPrincipalName', 'displayName', 'id')?.slice(0, 256);
  if (account === undefined) return rejected('/properties/targetResources', 'names nobody whose access changed');
  if (change.right === undefined) return changed(record, change, { account, system });
  const right = rightOf(targets, change.right.type);
  if (right === undefined) return rejected('/properties/targetResources', 'does not say which access changed');
  return changed(record, change, { account, system, role: `${change.right.prefix}${right}`.slice(0, 256) });
}

const OTHER_HOLDERS: Readonly<Record<'Role' | 'Group' | 'ServicePrincipal', readonly string[]>> = {
  Role: ['serviceprincipal', 'group', 'device'],
  Group: ['serviceprincipal', 'device'],
  ServicePrincipal: ['group'],
};

/** A person, or for a right what else can have it: a program, a device, a group. A group in a group is named first. */
function holderOf(targets: readonly JsonObject[], { right }: Change): JsonObject | undefined {
  const user = targets.find((target) => typeOf(target) === 'user');
  if (user !== undefined || right === undefined) return user;
  const groups = targets.filter((target) => typeOf(target) === 'group');
  return targets.find((target) => OTHER_HOLDERS[right.type].includes(typeOf(target))) ?? (right.type === 'Group' && groups.length > 1 ? groups[0] : undefined);
}

const typeOf = (target: JsonObject): string => textOf(target, 'type', 'Type')?.toLowerCase() ?? '';

function changed(record: EntraRecord, { grants }: Change, data: { readonly account: string; readonly system: string; readonly role?: string }): ItemResult {
  const base = baseOf(record, data.account, ['activityDateTime', 'time', 'TimeGenerated']);
  if ('pointer' in base) return rejected(base.pointer, base.message);
  const by = actorOf(record);
  if (grants) return event({ ...base, type: 'identity.access-granted', data: { ...data, grantedBy: by } });
  return event({ ...base, type: 'identity.access-revoked', data: { ...data, revokedBy: by } });
}

/** PIM has the role as a target; the directory writes its name among the modified properties of the user. */
function rightOf(targets: readonly JsonObject[], type: 'Role' | 'Group' | 'ServicePrincipal'): string | undefined {
  // The last one: a group in a group stands before the one that it is put into.
  const target = targets.findLast((one) => typeOf(one) === type.toLowerCase());
  return textOf(target, 'displayName') ?? modified(targets, `${type}.DisplayName`) ?? textOf(target, 'id');
}

function modified(targets: readonly JsonObject[], name: string): string | undefined {
  for (const target of targets) {
    const properties = Array.isArray(target.modifiedProperties) ? (target.modifiedProperties as readonly unknown[]).filter(isObject) : [];
    const property = properties.find((one) => one.displayName === name);
    const written = textOf(property, 'newValue') ?? textOf(property, 'oldValue');
    const unquoted = written === undefined ? undefined : unquote(written);
    if (unquoted !== undefined) return unquoted;
  }
  return undefined;
}

/** Values are JSON text: `"Global Administrator"`, and `null` where there is none. */
function unquote(written: string): string | undefined {
  const reading = readJsonText(written, { bigNumbers: 'text' });
  const value = reading.ok ? reading.value : written;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function actorOf(record: EntraRecord): string {
  const initiatedBy = record.object('initiatedBy');
  const user = initiatedBy?.user;
  const app = initiatedBy?.app;
  const name = textOf(isObject(user) ? user : undefined, 'userPrincipalName', 'displayName', 'id') ?? textOf(isObject(app) ? app : undefined, 'displayName', 'servicePrincipalId', 'appId');
  return (name ?? 'unknown').slice(0, 256);
}
