import { TOPICS } from '@tickmark/contracts';
import type { Queryable } from '../database.js';
import { DEMO_ORIGIN } from '../ingestion/demo-ledger.js';

/** How far judging and the ledger have come. */
export interface Progress {
  /** W: the smallest tick that every partition has passed; absent before the first tick of each. */
  readonly watermarkMs?: number;
  /** Every leaf up to it is judged in all partitions. */
  readonly judgedLeafIndex?: number;
  /** -1: the ledger is empty. */
  readonly lastLeafIndex: number;
  readonly ledgerClockMs: number;
  /** Its leaves were received on a simulated clock. */
  readonly demo: boolean;
}

interface Row {
  watermark: number | null;
  judged: number | null;
  waiting: number;
  next_index: number;
  clock: number;
  origin: string;
}

export async function readProgress(database: Queryable): Promise<Progress> {
  const { rows } = await database.query<Row>(
    `SELECT min(p.tick_clock) AS watermark, min(p.tick_leaf_index) AS judged,
       count(*) FILTER (WHERE p.partition IS NOT NULL AND p.tick_clock IS NULL)::int AS waiting, h.next_index, h.clock, h.origin
     FROM ledger_head h LEFT JOIN partition_progress p ON p.topic = $1
     GROUP BY h.next_index, h.clock, h.origin`,
    [TOPICS.controlEvents],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('The ledger has no head row; was the schema migrated?');
  const ticked = row.waiting === 0 && row.watermark !== null;
  return {
    ...(ticked && row.watermark !== null ? { watermarkMs: row.watermark } : {}),
    ...(ticked && row.judged !== null ? { judgedLeafIndex: row.judged } : {}),
    lastLeafIndex: row.next_index - 1,
    ledgerClockMs: row.clock,
    demo: row.origin === DEMO_ORIGIN,
  };
}
