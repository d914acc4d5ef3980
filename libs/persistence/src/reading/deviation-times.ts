import type { Statistics } from '@tickmark/reporting';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';

export interface DeviationTimes {
  readonly timeToDetect: Statistics;
  /** From detection to verification. */
  readonly timeToRemediate: Statistics;
}

interface Row {
  n: number;
  mean: number | null;
  median: number | null;
  maximum: number | null;
}

const lengthMs = (from: string, to: string): string => `greatest(extract(epoch FROM ${to} - ${from}) * 1000, 0)`;

/** Of deviations detected since then; withdrawn and merged ones are left out, open ones were not remediated. */
export async function readDeviationTimes(database: Queryable, sinceMs: number): Promise<DeviationTimes> {
  const ask = async (length: string, statuses: readonly string[]): Promise<Statistics> => {
    const { rows } = await database.query<Row>(
      `SELECT count(*)::int AS n, avg(ms)::float8 AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::float8 AS median, max(ms)::float8 AS maximum
       FROM (SELECT ${length}::float8 AS ms FROM deviation WHERE detected_at >= $1 AND status = ANY($2)) times`,
      [instantToColumn(sinceMs), statuses],
    );
    return toStatistics(rows[0]);
  };
  return {
    timeToDetect: await ask(lengthMs('occurred_at', 'detected_at'), ['open', 'closed']),
    timeToRemediate: await ask(lengthMs('detected_at', 'verified_at'), ['closed']),
  };
}

const rounded = (ms: number | null | undefined): number | null => (ms === null || ms === undefined ? null : Math.round(ms));

const toStatistics = (row: Row | undefined): Statistics => ({
  n: row?.n ?? 0,
  meanMs: rounded(row?.mean),
  medianMs: rounded(row?.median),
  maximumMs: rounded(row?.maximum),
});
