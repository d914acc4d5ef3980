import { TOPICS } from '@tickmark/contracts';
import type { GapMessage } from '@tickmark/contracts';
import type { Queryable } from '../database.js';

const WATCH_LOCK = 7_305_901;

/** One process at a time opens and closes the gap `not-judged`; false while another one looks. */
export async function lockWatch(transaction: Queryable): Promise<boolean> {
  const { rows } = await transaction.query<{ held: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS held', [WATCH_LOCK]);
  return rows[0]?.held === true;
}

/** A state change of the notifier's own; answers its place in the outbox, which is the message's sequence. */
export async function addStateChange(transaction: Queryable, key: string, message: Omit<GapMessage, 'sequence'>): Promise<number> {
  const { rows } = await transaction.query<{ id: number }>(
    'INSERT INTO outbox (topic, message_key, message) VALUES ($1, $2, $3) RETURNING id',
    [TOPICS.stateChanges, key, JSON.stringify(message)],
  );
  return (rows[0] as { id: number }).id;
}

/**
 * Messages that the relay sent and the reader never planned, as far as the outbox still holds them (a day): the way round
 * a hole in Kafka. In the order of their ids, from the one after `afterId` on.
 */
export async function missedChanges(
  transaction: Queryable,
  { reader, afterId, limit }: { readonly reader: string; readonly afterId: number; readonly limit: number },
): Promise<readonly { readonly id: number; readonly message: object }[]> {
  const { rows } = await transaction.query<{ id: number; message: object }>(
    `SELECT o.id, o.message FROM outbox o LEFT JOIN change_seen s ON s.reader = $1 AND s.message_key = o.message_key
     WHERE o.topic = $2 AND o.sent_at IS NOT NULL AND o.id > $3 AND o.message->>'kind' <> 'state-changed'
       AND (s.reader IS NULL OR s.epoch < (o.message->>'epoch')::int OR (s.epoch = (o.message->>'epoch')::int AND s.sequence < o.id))
     ORDER BY o.id LIMIT $4`,
    [reader, TOPICS.stateChanges, afterId, limit],
  );
  return rows;
}

/** Controls in force. */
export async function activeControls(database: Queryable): Promise<readonly string[]> {
  const { rows } = await database.query<{ control: string }>(
    `SELECT control FROM (SELECT DISTINCT ON (control) control, retired_from FROM control_version ORDER BY control, id DESC) latest
     WHERE retired_from IS NULL ORDER BY control`,
  );
  return rows.map(({ control }) => control);
}

/** Changes whenever a control version is added or ended. */
export async function controlsMark(database: Queryable): Promise<string> {
  const { rows } = await database.query<{ mark: string }>(
    `SELECT coalesce(max(id), 0) || '/' || count(retired_from) AS mark FROM control_version`,
  );
  return rows[0]?.mark ?? '';
}
