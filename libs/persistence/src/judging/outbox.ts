import type { JsonObject, OutboxRow, OutboxSource, Topic, WaitingOutbox } from '@tickmark/contracts';
import { HeldLock, LOCKS } from '../advisory-lock.js';
import type { Database, Queryable } from '../database.js';
import { writeAll } from './rows.js';

export interface OutgoingMessage {
  readonly topic: Topic;
  readonly key: string;
  /** Without `sequence`: that is the row's id. */
  readonly message: JsonObject;
}

/** In their order, within the caller's transaction. */
export async function addToOutbox(transaction: Queryable, messages: readonly OutgoingMessage[]): Promise<void> {
  await writeAll(
    transaction,
    `INSERT INTO outbox (topic, message_key, message)
     SELECT topic, message_key, message FROM unnest($1::text[], $2::text[], $3::jsonb[])
       WITH ORDINALITY AS n(topic, message_key, message, place) ORDER BY place`,
    messages,
    [(one) => one.topic, (one) => one.key, (one) => JSON.stringify(one.message)],
  );
}

/** More messages than any history has sent between a backup and its restore; a reader's numbers stay exact for long. */
const LOST_NUMBERS = 1_000_000_000;

/**
 * The next messages get numbers that a history which was lost cannot have given: readers have seen its numbers, and would
 * take ours for repeats.
 */
export async function leaveOutLostNumbers(transaction: Queryable): Promise<void> {
  await transaction.query(`SELECT setval('outbox_id_seq', nextval('outbox_id_seq') + $1::bigint)`, [LOST_NUMBERS]);
}

/** Seconds that the oldest message waits for the relay; 0 when none does. */
export async function outboxAge(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ age: number }>(
    'SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS age FROM outbox WHERE sent_at IS NULL',
  );
  return rows[0]?.age ?? 0;
}

const KEPT = "interval '1 day'";
const DELETED_MAX = 10_000;
const CLEAN_EVERY_MS = 60_000;

export class PostgresOutbox implements OutboxSource {
  constructor(private readonly database: Database) {}

  async exclusively(work: (outbox: WaitingOutbox) => Promise<void>): Promise<boolean> {
    const held = await HeldLock.take(this.database, LOCKS.stateChangesRelay);
    if (held === undefined) return false;
    try {
      await work(waitingOutbox(held.connection));
      return true;
    } finally {
      held.release();
    }
  }
}

function waitingOutbox(connection: Queryable): WaitingOutbox {
  let cleanedMs = -Infinity;
  return {
    waiting: async (limit) => {
      const { rows } = await connection.query<{ id: number; topic: Topic; message_key: string; message: JsonObject }>(
        'SELECT id, topic, message_key, message FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT $1',
        [limit],
      );
      return rows.map((row): OutboxRow => ({ id: row.id, topic: row.topic, key: row.message_key, message: row.message }));
    },
    markSent: async (ids) => {
      await connection.query('UPDATE outbox SET sent_at = clock_timestamp() WHERE id = ANY($1::bigint[])', [ids]);
      if (performance.now() - cleanedMs < CLEAN_EVERY_MS) return;
      cleanedMs = performance.now();
      await connection.query(
        `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE sent_at < now() - ${KEPT} ORDER BY id LIMIT $1)`,
        [DELETED_MAX],
      );
    },
  };
}
