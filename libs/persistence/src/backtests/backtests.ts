import { instantToColumn } from '../column-types.js';
import type { Database, Queryable } from '../database.js';

export type BacktestStatus = 'queued' | 'running' | 'done' | 'failed' | 'interrupted';

export interface NewBacktest {
  readonly id: string;
  readonly control: string;
  readonly yaml: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly createdBy: string;
}

export interface StoredBacktest extends NewBacktest {
  readonly status: BacktestStatus;
  /** 0 to 1. */
  readonly progress: number;
  readonly detail?: string;
  readonly result?: unknown;
  readonly createdAtMs: number;
  readonly finishedAtMs?: number;
}

interface Row {
  id: string;
  control: string;
  yaml: string;
  from_at: number;
  to_at: number;
  created_by: string;
  status: BacktestStatus;
  progress: number;
  detail: string | null;
  result: unknown;
  created_at: number;
  finished_at: number | null;
}

const KEPT = 100;
const INSERTED_AT_ONCE = 500;
/** A process that tells nothing for so long runs it no more. */
const SILENT = "interval '60 seconds'";

/** Backtests and what they found. They are read beside the record and are no part of it; the oldest make room. */
export class BacktestRepository {
  constructor(private readonly database: Database) {}

  async add(backtest: NewBacktest): Promise<void> {
    const { id, control, yaml, fromMs, toMs, createdBy } = backtest;
    await this.database.query(
      `INSERT INTO backtest (id, control, yaml, from_at, to_at, status, created_by) VALUES ($1, $2, $3, $4, $5, 'queued', $6)`,
      [id, control, yaml, instantToColumn(fromMs), instantToColumn(toMs), createdBy],
    );
    await this.database.query('DELETE FROM backtest WHERE id IN (SELECT id FROM backtest ORDER BY created_at DESC OFFSET $1)', [KEPT]);
  }

  async find(id: string): Promise<StoredBacktest | undefined> {
    const { rows } = await this.database.query<Row>(
      `SELECT id, control, yaml, from_at, to_at, created_by, progress::float8 AS progress, detail, result, created_at, finished_at,
         CASE WHEN status IN ('queued', 'running') AND alive_at < clock_timestamp() - ${SILENT} THEN 'interrupted' ELSE status END AS status
       FROM backtest WHERE id = $1`,
      [id],
    );
    return rows[0] && toBacktest(rows[0]);
  }

  async begin(id: string): Promise<void> {
    await this.database.query("UPDATE backtest SET status = 'running', alive_at = clock_timestamp() WHERE id = $1", [id]);
  }

  /** Of all that this process has: how far the running one is, and that the others still wait. */
  async alive(running: { readonly id: string; readonly progress: number } | undefined, waiting: readonly string[]): Promise<void> {
    if (running !== undefined) {
      await this.database.query(`UPDATE backtest SET progress = $2, alive_at = clock_timestamp() WHERE id = $1 AND status = 'running'`, [running.id, running.progress]);
    }
    if (waiting.length > 0) await this.database.query('UPDATE backtest SET alive_at = clock_timestamp() WHERE id = ANY($1::uuid[])', [waiting]);
  }

  /** What was found, whole or not at all. */
  async finish(id: string, result: unknown, differences: readonly unknown[]): Promise<void> {
    await this.database.transaction(async (transaction) => {
      await insertDifferences(transaction, id, differences);
      await transaction.query(
        `UPDATE backtest SET status = 'done', progress = 1, result = $2, finished_at = clock_timestamp() WHERE id = $1 AND status = 'running'`,
        [id, JSON.stringify(result)],
      );
    });
  }

  async end(ids: readonly string[], status: 'failed' | 'interrupted', detail: string): Promise<void> {
    await this.database.query(
      `UPDATE backtest SET status = $2, detail = $3, finished_at = clock_timestamp() WHERE id = ANY($1::uuid[]) AND status IN ('queued', 'running')`,
      [ids, status, detail],
    );
  }

  /** In the order of check and key. */
  async differences(id: string, afterOrdinal: number, limit: number): Promise<readonly { readonly ordinal: number; readonly difference: unknown }[]> {
    const { rows } = await this.database.query<{ ordinal: number; difference: unknown }>(
      'SELECT ordinal, difference FROM backtest_difference WHERE backtest_id = $1 AND ordinal > $2 ORDER BY ordinal LIMIT $3',
      [id, afterOrdinal, limit],
    );
    return rows;
  }
}

async function insertDifferences(transaction: Queryable, id: string, differences: readonly unknown[]): Promise<void> {
  for (let at = 0; at < differences.length; at += INSERTED_AT_ONCE) {
    const page = differences.slice(at, at + INSERTED_AT_ONCE);
    await transaction.query(
      `INSERT INTO backtest_difference (backtest_id, ordinal, difference)
       SELECT $1, n.ordinal, n.difference FROM unnest($2::int[], $3::jsonb[]) AS n(ordinal, difference)`,
      [id, page.map((_, index) => at + index), page.map((one) => JSON.stringify(one))],
    );
  }
}

const toBacktest = (row: Row): StoredBacktest => ({
  id: row.id,
  control: row.control,
  yaml: row.yaml,
  fromMs: row.from_at,
  toMs: row.to_at,
  createdBy: row.created_by,
  status: row.status,
  progress: row.progress,
  ...(row.detail === null ? {} : { detail: row.detail }),
  ...(row.result === null ? {} : { result: row.result }),
  createdAtMs: row.created_at,
  ...(row.finished_at === null ? {} : { finishedAtMs: row.finished_at }),
});
