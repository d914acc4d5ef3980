import { destinationKey, partsOfToldKey } from '@tickmark/alerting';
import type { Entry, Plan, PlannedNotice } from '@tickmark/alerting';
import { instantToColumn, optionalInstantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import { arrayLiteral, columnsOf, optional, writeAll } from '../judging/rows.js';

/** Writes all that a plan changes; answers the ids of those notices that are new. */
export async function savePlan(transaction: Queryable, plan: Plan, reader: string): Promise<readonly string[]> {
  await saveGroups(transaction, plan);
  await saveEntries(transaction, plan);
  return saveRest(transaction, plan, reader);
}

async function saveGroups(transaction: Queryable, { groups }: Plan): Promise<void> {
  await writeAll(
    transaction,
    `INSERT INTO notice_group (key, group_wait_ms, group_interval_ms, first_at, last_at, due_at, flushed_at)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[])
     ON CONFLICT (key) DO UPDATE SET group_wait_ms = excluded.group_wait_ms, group_interval_ms = excluded.group_interval_ms,
       first_at = excluded.first_at, last_at = excluded.last_at, due_at = excluded.due_at, flushed_at = excluded.flushed_at`,
    [...groups],
    [
      ([key]) => key,
      ([, group]) => group.groupWaitMs,
      ([, group]) => group.groupIntervalMs,
      ([, group]) => optionalInstantToColumn(group.firstMs),
      ([, group]) => optionalInstantToColumn(group.lastMs),
      ([, group]) => optionalInstantToColumn(group.dueMs),
      ([, group]) => optionalInstantToColumn(group.flushedMs),
    ],
  );
}

async function saveEntries(transaction: Queryable, { entries }: Plan): Promise<void> {
  const gone = [...entries].flatMap(([key, entry]) => (entry === undefined ? [partsOfToldKey(key)] : []));
  await writeAll(
    transaction,
    `DELETE FROM notice_entry e USING unnest($1::text[], $2::text[]) AS w(subject, destination)
     WHERE e.subject = w.subject AND e.destination = w.destination`,
    gone,
    [({ subject }) => subject, ({ destination }) => destination],
  );
  const kept = [...entries.values()].filter((entry): entry is Entry => entry !== undefined);
  await writeAll(
    transaction,
    `INSERT INTO notice_entry (subject, destination, group_key, kind, ready_at, fact)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::jsonb[])
     ON CONFLICT (subject, destination) DO UPDATE SET group_key = excluded.group_key, kind = excluded.kind,
       ready_at = excluded.ready_at, fact = excluded.fact`,
    kept,
    [
      ({ fact }) => fact.subject,
      ({ destination }) => destinationKey(destination),
      ({ groupKey }) => groupKey,
      ({ kind }) => kind,
      ({ readyMs }) => instantToColumn(readyMs),
      ({ fact }) => JSON.stringify(fact),
    ],
  );
}

/** What was seen, what was told, and the notices: one statement. */
async function saveRest(transaction: Queryable, { seen, told, notices }: Plan, reader: string): Promise<readonly string[]> {
  if (seen.size + told.size + notices.length === 0) return [];
  const { rows } = await transaction.query<{ id: string }>(
    `WITH seen AS (
       INSERT INTO change_seen (reader, message_key, epoch, sequence)
       SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[])
       ON CONFLICT (reader, message_key) DO UPDATE SET epoch = excluded.epoch, sequence = excluded.sequence
       WHERE (change_seen.epoch, change_seen.sequence) < (excluded.epoch, excluded.sequence)),
     told AS (
       INSERT INTO notice_told (subject, destination, status, cycle, anew)
       SELECT * FROM unnest($5::text[], $6::text[], $7::text[], $8::int[], $9::boolean[])
       ON CONFLICT (subject, destination) DO UPDATE SET status = excluded.status, cycle = excluded.cycle, anew = excluded.anew)
     INSERT INTO notice (id, dedup_key, kind, receiver, channel, control, gap_id, severity, payload, deviation_ids, caused_received_at,
       status, next_attempt_at)
     SELECT id, dedup_key, kind, receiver, channel, control, gap_id, severity, payload, deviation_ids::text[], caused_received_at,
       'waiting', clock_timestamp()
     FROM unnest($10::uuid[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::json[],
       $19::text[], $20::timestamptz[])
       AS n(id, dedup_key, kind, receiver, channel, control, gap_id, severity, payload, deviation_ids, caused_received_at)
     ON CONFLICT DO NOTHING RETURNING id`,
    [
      reader,
      ...columnsOf([...seen], [([key]) => key, ([, { epoch }]) => epoch, ([, { sequence }]) => sequence]),
      ...columnsOf(
        [...told].map(([key, value]) => ({ ...partsOfToldKey(key), ...value })),
        [({ subject }) => subject, ({ destination }) => destination, ({ status }) => status, ({ cycle }) => cycle, ({ anew }) => anew === true],
      ),
      ...columnsOf(notices, NOTICE_COLUMNS),
    ],
  );
  return rows.map(({ id }) => id);
}

const NOTICE_COLUMNS: readonly ((notice: PlannedNotice) => unknown)[] = [
  ({ id }) => id,
  ({ dedupKey }) => dedupKey,
  ({ body }) => body.kind,
  ({ receiver }) => receiver,
  ({ channel }) => channel,
  ({ body }) => body.control,
  ({ body }) => optional(body.gap?.id),
  ({ body }) => body.severity,
  ({ body }) => JSON.stringify(body),
  ({ body }) => arrayLiteral(body.deviations.map(({ id }) => JSON.stringify(id))),
  ({ receivedAtMs }) => optionalInstantToColumn(receivedAtMs),
];
