import { eventId } from '../reading/event-id.js';
import { event, type ItemResult, rejected } from '../reading/items.js';
import { actorOf, type Parameters, sourceOf, textIn, type TrailRecord, userArn } from './cloudtrail-identity.js';

/** What of IAM a call changes: whose access, and which. Without `right` it is the user or role itself. */
interface Change {
  readonly grants: boolean;
  readonly holder: 'user' | 'role' | 'group';
  readonly right?: (record: TrailRecord) => string | undefined;
}

const parameter = (name: string) => (record: TrailRecord): string | undefined => textIn(record.requestParameters, name);
const prefixed = (prefix: string, name: string) => (record: TrailRecord): string | undefined => {
  const value = textIn(record.requestParameters, name);
  return value === undefined ? undefined : `${prefix}/${value}`;
};
const fixed = (right: string) => (): string => right;

function createdKey(record: TrailRecord): string | undefined {
  const key = textIn(record.responseElements?.accessKey as Parameters, 'accessKeyId');
  return key === undefined ? undefined : `access-key/${key}`;
}

function policies(holder: 'user' | 'role' | 'group', Name: string): readonly [string, Change][] {
  return [
    [`Attach${Name}Policy`, { grants: true, holder, right: parameter('policyArn') }],
    [`Detach${Name}Policy`, { grants: false, holder, right: parameter('policyArn') }],
    [`Put${Name}Policy`, { grants: true, holder, right: prefixed('inline', 'policyName') }],
    [`Delete${Name}Policy`, { grants: false, holder, right: prefixed('inline', 'policyName') }],
  ];
}

const CHANGES: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['CreateUser', { grants: true, holder: 'user' }],
  ['DeleteUser', { grants: false, holder: 'user' }],
  ['CreateRole', { grants: true, holder: 'role' }],
  ['DeleteRole', { grants: false, holder: 'role' }],
  ['CreateLoginProfile', { grants: true, holder: 'user', right: fixed('console') }],
  ['DeleteLoginProfile', { grants: false, holder: 'user', right: fixed('console') }],
  ['CreateAccessKey', { grants: true, holder: 'user', right: createdKey }],
  ['DeleteAccessKey', { grants: false, holder: 'user', right: prefixed('access-key', 'accessKeyId') }],
  ['AddUserToGroup', { grants: true, holder: 'user', right: prefixed('group', 'groupName') }],
  ['RemoveUserFromGroup', { grants: false, holder: 'user', right: prefixed('group', 'groupName') }],
  // Who may take on the role is decided by its trust policy.
  ['UpdateAssumeRolePolicy', { grants: true, holder: 'role', right: fixed('trust-policy') }],
  ...policies('user', 'User'),
  ...policies('role', 'Role'),
  ...policies('group', 'Group'),
]);

/** Access granted or revoked by a call to IAM that succeeded; undefined for calls that change no access. */
export function accessChange(record: TrailRecord): ItemResult | undefined {
  const change = CHANGES.get(record.eventName);
  if (change === undefined) return undefined;
  const account = holderOf(record, change);
  if (account === undefined) return rejected('/requestParameters', 'names nobody whose access changed');
  const right = change.right?.(record);
  if (change.right !== undefined && right === undefined) return rejected('/requestParameters', 'does not say which access changed');
  const data = { account, system: record.system, ...(right === undefined ? {} : { role: right.slice(0, 256) }) };
  const base = { id: eventId(record.eventID), source: sourceOf(record), subject: account, timeMs: record.timeMs };
  if (change.grants) return event({ ...base, type: 'identity.access-granted', data: { ...data, grantedBy: actorOf(record) } });
  return event({ ...base, type: 'identity.access-revoked', data: { ...data, revokedBy: actorOf(record) } });
}

function holderOf(record: TrailRecord, { holder }: Change): string | undefined {
  const account = record.recipientAccountId ?? record.userIdentity?.accountId ?? '';
  // A user who acts on themselves may leave the name out.
  const name = textIn(record.requestParameters, `${holder}Name`) ?? (holder === 'user' ? record.userIdentity?.userName : undefined);
  if (typeof name !== 'string' || name === '') return undefined;
  return holder === 'user' ? userArn(account, name) : `arn:aws:iam::${account}:${holder}/${name}`.slice(0, 256);
}
