import type { JsonObject } from '@tickmark/contracts';
import { LEAF_KINDS } from '@tickmark/ledger';
import type { Queryable } from '../database.js';
import { writeAll } from './rows.js';

export interface JudgingLeaf {
  readonly kind: 'deviation' | 'gap' | 'catalogue-version';
  readonly payload: JsonObject;
}

/** Many records for the ledger at once, in their order, within the caller's transaction. */
export async function putLeaves(transaction: Queryable, leaves: readonly JudgingLeaf[]): Promise<void> {
  await writeAll(
    transaction,
    `INSERT INTO ledger_intake (kind, payload)
     SELECT kind, payload FROM unnest($1::smallint[], $2::jsonb[]) WITH ORDINALITY AS n(kind, payload, place) ORDER BY place`,
    leaves,
    [(leaf) => LEAF_KINDS[leaf.kind], (leaf) => JSON.stringify(leaf.payload)],
  );
}
