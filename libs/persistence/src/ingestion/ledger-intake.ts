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

/** Several at once, in their order. */
export async function putAllIntoLedger(
  database: Queryable,
  kind: Exclude<LeafKind, 'evidence' | 'conflict'>,
  payloads: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  if (payloads.length === 0) return;
  await database.query(
    `INSERT INTO ledger_intake (kind, payload)
     SELECT $1, payload FROM unnest($2::jsonb[]) WITH ORDINALITY AS n(payload, place) ORDER BY place`,
    [LEAF_KINDS[kind], payloads.map((payload) => JSON.stringify(payload))],
  );
}
