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
