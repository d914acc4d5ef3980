import type { DeviationRecord } from '@tickmark/evaluation';
import { instantToColumn } from '../column-types.js';
import { rowPages } from '../cursor.js';
import type { Queryable } from '../database.js';
import { DEVIATION_COLUMNS, toDeviationRecord } from '../judging/deviations.js';
import type { DeviationColumns } from '../judging/deviations.js';

const PAGE_ROWS = 2_000;

export interface RecordedOfKey {
  readonly group: string;
  readonly record: DeviationRecord;
}

/** All deviations of a check, of every version and status, page by page. In a transaction. */
export async function* streamDeviations(transaction: Queryable, control: string, check: string): AsyncGenerator<readonly RecordedOfKey[]> {
  const text = `SELECT k.name, g.name AS "group", ${DEVIATION_COLUMNS}
     FROM deviation d JOIN key_name k ON k.id = d.key_id JOIN key_name g ON g.id = d.group_id
     WHERE d.control = $1 AND d.check_name = $2`;
  const pages = rowPages<DeviationColumns & { group: string }>(transaction, { text, values: [control, check], pageRows: PAGE_ROWS });
  for await (const rows of pages) yield rows.map((row) => ({ group: row.group, record: toDeviationRecord(row) }));
}

export async function countKeys(database: Queryable, checkIds: readonly number[]): Promise<number> {
  const { rows } = await database.query<{ count: number }>('SELECT count(*) AS count FROM key_span WHERE check_id = ANY($1)', [checkIds]);
  return rows[0]?.count ?? 0;
}

/** The earliest due time of these checks that the watermark has passed and that was not decided yet. */
export async function earliestUndecided(database: Queryable, checkIds: readonly number[], watermarkMs: number): Promise<number | undefined> {
  const { rows } = await database.query<{ ready: number | null }>(
    'SELECT min(ready_at) AS ready FROM check_state WHERE ready_at IS NOT NULL AND ready_at <= $2 AND check_id = ANY($1)',
    [checkIds, instantToColumn(watermarkMs)],
  );
  return rows[0]?.ready ?? undefined;
}
