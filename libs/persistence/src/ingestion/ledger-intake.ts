import { LEAF_KINDS } from '@tickmark/ledger';
import type { LeafKind } from '@tickmark/ledger';
import type { Queryable } from '../database.js';

/**
 * Puts a record into the ledger within the caller's own transaction: ingestion's appender gives it its leaf, in the
 * order of arrival. The payload is kept beside the leaf, which holds its salted hash only.
 */
export async function putIntoLedger(
  database: Queryable,
  kind: Exclude<LeafKind, 'evidence' | 'conflict'>,
  payload: Readonly<Record<string, unknown>>,
): Promise<void> {
  await database.query('INSERT INTO ledger_intake (kind, payload) VALUES ($1, $2)', [LEAF_KINDS[kind], payload]);
}
