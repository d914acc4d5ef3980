import type { Queryable } from '../database.js';
import { JUDGED_EVIDENCE, JUDGED_EVIDENCE_COLUMNS, toEvidence } from '../judging/judged-evidence.js';
import type { EvidenceToJudge, JudgedEvidenceRow } from '../judging/judged-evidence.js';

/** Evidence with what shows that it is what was received. */
export interface EvidenceWithProof {
  readonly id: string;
  readonly receivedAtMs: number;
  /** As judging takes it. Only after its bytes were held against the leaf: what was changed may be no JSON. */
  readonly read: () => EvidenceToJudge;
  /** Canonical JSON, the bytes as hashed. */
  readonly normal: string;
  readonly salt: Buffer;
  readonly leaf: Buffer | undefined;
}

interface Row extends JudgedEvidenceRow {
  salt: Buffer;
  leaf: Buffer | null;
}

/** Those that are there; the caller sees which are missing. At most a few hundred at once: normal forms are large. */
export async function readEvidenceWithProof(database: Queryable, ids: readonly string[]): Promise<readonly EvidenceWithProof[]> {
  const { rows } = await database.query<Row>(
    `SELECT ${JUDGED_EVIDENCE_COLUMNS}, e.salt, l.bytes AS leaf
     FROM ${JUDGED_EVIDENCE} LEFT JOIN ledger_leaf l ON l.leaf_index = e.leaf_index AND l.received_at = e.received_at
     WHERE e.id = ANY($1::uuid[])`,
    [ids],
  );
  return rows.map((row) => ({
    id: row.id,
    receivedAtMs: row.received_at,
    read: () => toEvidence(row),
    normal: row.normal,
    salt: row.salt,
    leaf: row.leaf ?? undefined,
  }));
}
