import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const envelope = z.object({ id: z.string().min(1), event: z.string().min(1), created_at: z.string(), data: z.record(z.string(), z.unknown()) });

const user = z.object({
  id: z.string().min(1).max(256),
  idp_id: z.string().max(256).nullish(),
  directory_id: z.string().max(256).nullish(),
  state: z.string().nullish(),
  previous_attributes: z.object({ state: z.string().nullish() }).nullish(),
});
type User = z.infer<typeof user>;

interface Change {
  readonly id: string;
  readonly at: string;
  readonly timeMs: number;
  readonly worker: string;
  readonly source: string;
}

const USERS: ReadonlySet<string> = new Set(['dsync.user.created', 'dsync.user.updated', 'dsync.user.deleted']);

/** One event of directory sync: a worker's state, and with it joining or leaving where this event says so. */
export function directoryEvent(record: JsonObject): readonly ItemResult[] {
  const fields = fieldsOf(envelope, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const { id, event: kind, created_at: at, data } = fields.value;
  const timeMs = parseRfc3339(at);
  if (timeMs === undefined) return [rejected('/created_at', 'is no instant')];
  if (!USERS.has(kind)) return [ignored(`${kind.slice(0, 100)}: no event type of the catalogue says it`)];
  const read = fieldsOf(user, data);
  if (!read.ok) return [rejected(`/data${read.error.pointer}`, read.error.message)];
  const worker = read.value.idp_id !== undefined && read.value.idp_id !== null && read.value.idp_id !== '' ? read.value.idp_id : read.value.id;
  const change: Change = { id, at: new Date(timeMs).toISOString(), timeMs, worker, source: `workos/${read.value.directory_id ?? 'directory'}` };
  return userEvents(kind, read.value, change);
}

function userEvents(kind: string, { state, previous_attributes: before }: User, change: Change): readonly ItemResult[] {
  if (kind === 'dsync.user.deleted') return [told(change, 'left'), left(change)];
  if (state !== 'active' && state !== 'inactive') return [ignored(`state ${(state ?? 'missing').slice(0, 100)}: neither active nor inactive`)];
  const status = state === 'active' ? 'active' : 'left';
  if (kind === 'dsync.user.created') return state === 'active' ? [told(change, status), joined(change)] : [told(change, status)];
  return [told(change, status), ...turned(state, before, change)];
}

/** An update says what it changed; where it does not, only leaving is taken from it: it may not be missed. */
function turned(state: 'active' | 'inactive', before: User['previous_attributes'], change: Change): readonly ItemResult[] {
  if (before === null || before === undefined) return state === 'inactive' ? [left(change)] : [];
  if (typeof before.state !== 'string' || before.state === state) return [];
  return [state === 'inactive' ? left(change) : joined(change)];
}

const told = (change: Change, status: 'active' | 'left'): ItemResult => of(change, 'hr.worker', { worker: change.worker, status });
const joined = (change: Change): ItemResult => of(change, 'hr.worker-joined', { worker: change.worker, startDate: change.at });
const left = (change: Change): ItemResult => of(change, 'hr.worker-left', { worker: change.worker, lastDay: change.at });

/** One event of theirs gives two of ours; the state keeps the id, the change adds what it is. */
function of({ id, source, worker, timeMs }: Change, type: string, data: JsonObject): ItemResult {
  return event({ id: type === 'hr.worker' ? eventId(id) : eventId(id, type), source, type, subject: worker, timeMs, data });
}
