import type { JsonObject } from '@tickmark/contracts';
import { event, ignored, type ItemResult, rejected } from '../reading/items.js';
import { booleanAt, idOf, numberAt, type OcsfRecord, sourceOf, textAt } from './record.js';

const SUCCESS = 1;
const FAILURE = 2;
const LOGON = 1;

/** Authentication, 3002. */
export function authentication(record: OcsfRecord): ItemResult {
  const { raw } = record;
  if (numberAt(raw, 'activity_id') !== LOGON) return ignored('authentication other than a logon');
  const status = numberAt(raw, 'status_id');
  if (status !== SUCCESS && status !== FAILURE) return ignored('logon whose result is not known: neither in nor out');
  const mfa = booleanAt(raw, 'is_mfa') ?? booleanAt(raw, 'mfa');
  const ip = textAt(raw, 'src_endpoint', 'ip');
  return withAccount(record, (account, common) =>
    event({
      ...common,
      type: 'identity.signin',
      data: {
        account,
        system: record.system,
        outcome: status === SUCCESS ? 'success' : 'failure',
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
  if (numberAt(raw, 'status_id') !== SUCCESS) return ignored('account change without success: nothing was changed');
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

function withAccount(record: OcsfRecord, map: (account: string, common: { id: string; source: string; subject: string; timeMs: number }) => ItemResult): ItemResult {
  const account = firstName(record.raw, 'user');
  if (account === undefined) return rejected('/user', 'names nobody');
  const id = idOf(record, 0);
  if (id === undefined) return rejected('/metadata/uid', 'is missing: nothing identifies the event');
  return map(account, { id, source: sourceOf(record.raw), subject: account, timeMs: record.timeMs });
}

function firstName(raw: JsonObject, ...path: readonly string[]): string | undefined {
  return ['name', 'email_addr', 'uid', 'uuid'].map((name) => textAt(raw, ...path, name)).find((name) => name !== undefined)?.slice(0, 256);
}
