import { rowPages } from '../cursor.js';
import type { Queryable } from '../database.js';
import { JUDGED_EVIDENCE, JUDGED_EVIDENCE_COLUMNS, toEvidence } from '../judging/judged-evidence.js';
import type { EvidenceToJudge, JudgedEvidenceRow } from '../judging/judged-evidence.js';

/** How much is in memory at once while all evidence of some types goes by. */
const PAGE_ROWS = 1_000;

/** Evidence of these types, page by page and in no particular order: sorting is the core's business. In a transaction. */
export async function* streamEvidence(transaction: Queryable, types: readonly string[]): AsyncGenerator<readonly EvidenceToJudge[]> {
  const text = `SELECT ${JUDGED_EVIDENCE_COLUMNS} FROM ${JUDGED_EVIDENCE} WHERE e.type = ANY($1)`;
  for await (const rows of rowPages<JudgedEvidenceRow>(transaction, { text, values: [types], pageRows: PAGE_ROWS })) yield rows.map(toEvidence);
}

export async function countEvidence(database: Queryable, types: readonly string[]): Promise<number> {
  const { rows } = await database.query<{ count: number }>('SELECT count(*) AS count FROM evidence WHERE type = ANY($1)', [types]);
  return rows[0]?.count ?? 0;
}
