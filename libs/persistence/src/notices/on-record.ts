import { destinationOf, partsOfToldKey, toldKey } from '@tickmark/alerting';
import type { Entry, Fact, Group, NoticeKind, OnRecord, Position, Told, Touched } from '@tickmark/alerting';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';

export interface ReadRecord {
  readonly onRecord: OnRecord;
  /** The time of the database. */
  readonly nowMs: number;
}

interface RecordRow {
  now: number;
  seen: SeenRow[];
  told: ToldRow[];
  waiting: boolean;
}

const WANTED = 'unnest($1::text[], $2::text[]) AS w(subject, destination)';

/**
 * Loads the part of the record that a plan may touch. Most facts wait for nothing: one question is enough. Where something
 * waits or may have to, the groups are locked in one order for everybody, and only then the rest is read.
 */
export async function lockOnRecord(transaction: Queryable, touched: Touched, reader: string): Promise<ReadRecord> {
  const { rows } = await transaction.query<RecordRow>(
    `SELECT date_trunc('milliseconds', clock_timestamp()) AS now,
       (SELECT coalesce(json_agg(s), '[]') FROM change_seen s WHERE reader = $3 AND message_key = ANY($4::text[])) AS seen,
       (SELECT coalesce(json_agg(t), '[]') FROM ${WANTED} JOIN notice_told t USING (subject, destination)) AS told,
       EXISTS (SELECT FROM ${WANTED} JOIN notice_entry e USING (subject, destination)) AS waiting`,
    [...wanted(touched.toldKeys), reader, touched.messageKeys],
  );
  const row = rows[0] as RecordRow;
  const seen = new Map(row.seen.map(({ message_key, epoch, sequence }) => [message_key, { epoch, sequence }]));
  if (!row.waiting && touched.newGroupKeys.length === 0) {
    return { nowMs: row.now, onRecord: { seen, told: toTold(row.told), groups: new Map(), entries: new Map() } };
  }
  await makeGroups(transaction, touched.newGroupKeys);
  const groups = await lockGroups(transaction, touched.groupKeys);
  const told = await readTold(transaction, touched.toldKeys);
  return { nowMs: row.now, onRecord: { seen, groups, told, entries: await readEntries(transaction, touched.toldKeys) } };
}

/** Groups that are due, whole and locked; those that somebody else holds are left to them. */
export async function lockDueGroups(transaction: Queryable, nowMs: number, limit: number): Promise<OnRecord> {
  const { rows } = await transaction.query<GroupRow>(
    `SELECT ${GROUP_COLUMNS} FROM notice_group WHERE due_at <= $1 ORDER BY key LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [instantToColumn(nowMs), limit],
  );
  const groups = new Map(rows.map((row) => [row.key, toGroup(row)]));
  const { rows: entryRows } = await transaction.query<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM notice_entry e WHERE group_key = ANY($1::text[]) ORDER BY subject, destination`,
    [[...groups.keys()]],
  );
  const entries = new Map(entryRows.map((row) => [keyOf(row), toEntry(row)]));
  return { groups, entries, seen: new Map(), told: await readTold(transaction, [...entries.keys()]) };
}

async function makeGroups(transaction: Queryable, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await transaction.query(
    `INSERT INTO notice_group (key, group_wait_ms, group_interval_ms)
     SELECT key, 0, 0 FROM unnest($1::text[]) AS n(key) ORDER BY key ON CONFLICT DO NOTHING`,
    [keys],
  );
}

const GROUP_COLUMNS = 'key, group_wait_ms, group_interval_ms, first_at, last_at, due_at, flushed_at';

interface GroupRow {
  key: string;
  group_wait_ms: number;
  group_interval_ms: number;
  first_at: number | null;
  last_at: number | null;
  due_at: number | null;
  flushed_at: number | null;
}

async function lockGroups(transaction: Queryable, keys: readonly string[]): Promise<ReadonlyMap<string, Group>> {
  if (keys.length === 0) return new Map();
  const { rows } = await transaction.query<GroupRow>(
    `SELECT ${GROUP_COLUMNS} FROM notice_group WHERE key = ANY($1::text[]) ORDER BY key FOR UPDATE`,
    [keys],
  );
  return new Map(rows.map((row) => [row.key, toGroup(row)]));
}

const toGroup = (row: GroupRow): Group => ({
  groupWaitMs: row.group_wait_ms,
  groupIntervalMs: row.group_interval_ms,
  ...(row.first_at === null ? {} : { firstMs: row.first_at }),
  ...(row.last_at === null ? {} : { lastMs: row.last_at }),
  ...(row.due_at === null ? {} : { dueMs: row.due_at }),
  ...(row.flushed_at === null ? {} : { flushedMs: row.flushed_at }),
});

interface SeenRow extends Position {
  readonly message_key: string;
}

interface OfDestination {
  subject: string;
  destination: string;
}

const keyOf = ({ subject, destination }: OfDestination): string => toldKey(destinationOf(destination), subject);

const wanted = (keys: readonly string[]): readonly [string[], string[]] => {
  const parts = keys.map(partsOfToldKey);
  return [parts.map(({ subject }) => subject), parts.map(({ destination }) => destination)];
};

interface ToldRow extends OfDestination {
  status: Exclude<Told['status'], 'untold'>;
  cycle: number;
  anew: boolean;
}

async function readTold(transaction: Queryable, keys: readonly string[]): Promise<ReadonlyMap<string, Told>> {
  if (keys.length === 0) return new Map();
  const { rows } = await transaction.query<ToldRow>(
    `SELECT t.subject, t.destination, t.status, t.cycle, t.anew FROM ${WANTED} JOIN notice_told t USING (subject, destination)`,
    wanted(keys),
  );
  return toTold(rows);
}

const toTold = (rows: readonly ToldRow[]): ReadonlyMap<string, Told> =>
  new Map(rows.map((row) => [keyOf(row), { status: row.status, cycle: row.cycle, ...(row.anew ? { anew: true as const } : {}) }]));

const ENTRY_COLUMNS = 'e.subject, e.destination, e.group_key, e.kind, e.ready_at, e.fact';

interface EntryRow extends OfDestination {
  group_key: string;
  kind: NoticeKind;
  ready_at: number;
  fact: Fact;
}

async function readEntries(transaction: Queryable, keys: readonly string[]): Promise<ReadonlyMap<string, Entry>> {
  if (keys.length === 0) return new Map();
  const { rows } = await transaction.query<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM ${WANTED} JOIN notice_entry e USING (subject, destination)`,
    wanted(keys),
  );
  return new Map(rows.map((row) => [keyOf(row), toEntry(row)]));
}

const toEntry = (row: EntryRow): Entry => ({
  destination: destinationOf(row.destination),
  groupKey: row.group_key,
  kind: row.kind,
  readyMs: row.ready_at,
  fact: row.fact,
});
