import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import { forgetJudged } from './judged-tables.js';
import { writeAll } from './rows.js';

/** A draft that is judged beside the live control. */
export interface Shadow {
  readonly id: number;
  readonly control: string;
  readonly yaml: string;
  /** Compiled with the event types of this activation. */
  readonly activation: number;
  readonly createdAtMs: number;
  readonly createdBy: string;
  /** Undefined: not taken up yet. */
  readonly startedAtMs?: number;
  readonly checkIds: readonly number[];
  readonly trouble?: string;
  readonly endedAtMs?: number;
}

interface ShadowRow {
  id: number;
  control: string;
  yaml: string;
  activation: number;
  created_at: number;
  created_by: string;
  started_at: number | null;
  check_ids: number[];
  trouble: string | null;
  ended_at: number | null;
}

const COLUMNS = `id, control, yaml, activation, date_trunc('milliseconds', created_at) AS created_at, created_by, started_at, check_ids, trouble,
  date_trunc('milliseconds', ended_at) AS ended_at`;
const ADDING_LOCK = 7_305_817;

type NewShadow = Pick<Shadow, 'control' | 'yaml' | 'activation' | 'createdBy'>;

/** Undefined when as many as may be are there already. */
export async function addShadow(transaction: Queryable, shadow: NewShadow, most: number): Promise<Shadow | undefined> {
  await transaction.query('SELECT pg_advisory_xact_lock($1)', [ADDING_LOCK]);
  const { rows } = await transaction.query<ShadowRow>(
    `INSERT INTO shadow (control, yaml, activation, created_by)
     SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM shadow WHERE ended_at IS NULL) < $5 RETURNING ${COLUMNS}`,
    [shadow.control, shadow.yaml, shadow.activation, shadow.createdBy, most],
  );
  return rows[0] && toShadow(rows[0]);
}

/** All that were not dropped, by id. */
export async function readShadows(database: Queryable): Promise<readonly Shadow[]> {
  const { rows } = await database.query<ShadowRow>(`SELECT ${COLUMNS} FROM shadow WHERE ended_at IS NULL ORDER BY id`);
  return rows.map(toShadow);
}

export async function readShadow(database: Queryable, id: number): Promise<Shadow | undefined> {
  const { rows } = await database.query<ShadowRow>(`SELECT ${COLUMNS} FROM shadow WHERE id = $1 AND ended_at IS NULL`, [id]);
  return rows[0] && toShadow(rows[0]);
}

export async function endedShadows(database: Queryable): Promise<readonly Shadow[]> {
  const { rows } = await database.query<ShadowRow>(`SELECT ${COLUMNS} FROM shadow WHERE ended_at IS NOT NULL ORDER BY id`);
  return rows.map(toShadow);
}

/** What is judged by: the version of the catalogue and the drafts beside it. Asked in every transaction of judging. */
export async function judgedBy(database: Queryable): Promise<{ readonly version: number | undefined; readonly shadows: string }> {
  const { rows } = await database.query<{ version: number | null; shadows: string }>(
    `SELECT (SELECT max(version) FROM catalogue_activation) AS version,
       (SELECT coalesce(string_agg(id::text, ',' ORDER BY id), '') FROM shadow WHERE started_at IS NOT NULL AND ended_at IS NULL AND trouble IS NULL) AS shadows`,
  );
  return { version: rows[0]?.version ?? undefined, shadows: rows[0]?.shadows ?? '' };
}

/** Held until the end of the transaction; undefined when another evaluator took it up, or it was dropped. */
export async function lockWaitingShadow(transaction: Queryable, id: number): Promise<Shadow | undefined> {
  const { rows } = await transaction.query<ShadowRow>(
    `SELECT ${COLUMNS} FROM shadow WHERE id = $1 AND started_at IS NULL AND ended_at IS NULL AND trouble IS NULL FOR UPDATE`,
    [id],
  );
  return rows[0] && toShadow(rows[0]);
}

export async function startShadow(transaction: Queryable, id: number, { startedAtMs, checkIds }: { readonly startedAtMs: number; readonly checkIds: readonly number[] }): Promise<void> {
  await transaction.query('UPDATE shadow SET started_at = $2, check_ids = $3 WHERE id = $1', [id, instantToColumn(startedAtMs), checkIds]);
}

/** It cannot be judged: from the next transaction of judging on nobody tries, and the shadow says why until it is dropped. */
export async function stopShadow(transaction: Queryable, id: number, trouble: string): Promise<void> {
  await transaction.query('UPDATE shadow SET trouble = $2 WHERE id = $1', [id, trouble.replaceAll('\0', '\u{fffd}')]);
  await transaction.query('DELETE FROM judged_check WHERE shadow_id = $1', [id]);
}

/** From the next transaction of judging on nobody judges it; its rows go afterwards. False: there was none. */
export async function endShadow(transaction: Queryable, id: number): Promise<boolean> {
  const { rowCount } = await transaction.query('UPDATE shadow SET ended_at = now() WHERE id = $1 AND ended_at IS NULL', [id]);
  await transaction.query('DELETE FROM judged_check WHERE shadow_id = $1', [id]);
  return rowCount === 1;
}

/** Everything that judging a dropped draft left behind. */
export async function removeShadow(database: Queryable, { id, checkIds }: Shadow): Promise<void> {
  await forgetJudged(database, checkIds);
  await database.query('DELETE FROM judged_check WHERE shadow_id = $1', [id]);
  await database.query('DELETE FROM shadow WHERE id = $1 AND ended_at IS NOT NULL', [id]);
}

export interface ShadowError {
  readonly shadowId: number;
  readonly check: string;
  readonly evidenceId: string;
  readonly atMs: number;
  readonly message: string;
}

const ERRORS_KEPT = 1_000;

/** The same error again is one; after a thousand of them the draft is known to be broken. */
export async function addShadowErrors(transaction: Queryable, errors: readonly ShadowError[]): Promise<void> {
  await writeAll(
    transaction,
    `INSERT INTO shadow_error (shadow_id, check_name, evidence_id, at, message)
     SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[], $5::text[]) AS n(shadow_id, check_name, evidence_id, at, message)
     WHERE (SELECT count(*) FROM shadow_error e WHERE e.shadow_id = n.shadow_id) < ${ERRORS_KEPT}
     ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING`,
    errors,
    [
      (one) => one.shadowId,
      (one) => one.check,
      (one) => one.evidenceId,
      (one) => instantToColumn(one.atMs),
      (one) => one.message.replaceAll('\0', '\u{fffd}'),
    ],
  );
}

/** How many are kept, and the latest of them. */
export async function shadowErrors(
  database: Queryable,
  shadowId: number,
  limit: number,
): Promise<{ readonly count: number; readonly latest: readonly ShadowError[] }> {
  const counted = await database.query<{ n: number }>('SELECT count(*) AS n FROM shadow_error WHERE shadow_id = $1', [shadowId]);
  const { rows } = await database.query<{ check_name: string; evidence_id: string; at: number; message: string }>(
    'SELECT check_name, evidence_id, at, message FROM shadow_error WHERE shadow_id = $1 ORDER BY at DESC, evidence_id LIMIT $2',
    [shadowId, limit],
  );
  return {
    count: counted.rows[0]?.n ?? 0,
    latest: rows.map((row) => ({ shadowId, check: row.check_name, evidenceId: row.evidence_id, atMs: row.at, message: row.message })),
  };
}

const toShadow = (row: ShadowRow): Shadow => ({
  id: row.id,
  control: row.control,
  yaml: row.yaml,
  activation: row.activation,
  createdAtMs: row.created_at,
  createdBy: row.created_by,
  ...(row.started_at === null ? {} : { startedAtMs: row.started_at }),
  checkIds: row.check_ids,
  ...(row.trouble === null ? {} : { trouble: row.trouble }),
  ...(row.ended_at === null ? {} : { endedAtMs: row.ended_at }),
});
