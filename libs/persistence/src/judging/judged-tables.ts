import type { Queryable } from '../database.js';

/** Everything that judging a check writes, but its deviations and gaps: it can be had again from the ledger. */
const JUDGED_TABLES = ['check_state', 'carry_snapshot', 'point', 'segment', 'key_span', 'observation'] as const;

export async function forgetJudged(database: Queryable, checkIds: readonly number[]): Promise<void> {
  for (const table of JUDGED_TABLES) await database.query(`DELETE FROM ${table} WHERE check_id = ANY($1::int[])`, [checkIds]);
}
