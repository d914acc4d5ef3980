import { randomUUID } from 'node:crypto';
import type { QueryResultRow } from 'pg';
import type { Queryable } from './database.js';

interface Query {
  readonly text: string;
  readonly values: readonly unknown[];
  /** How many rows are in memory at once. */
  readonly pageRows: number;
}

/** The rows of a question page by page, through a cursor of the transaction: it is planned and sorted once. The last page may be empty. */
export async function* rowPages<Row extends QueryResultRow>(transaction: Queryable, { text, values, pageRows }: Query): AsyncGenerator<readonly Row[]> {
  const cursor = `rows_${randomUUID().replaceAll('-', '')}`;
  await transaction.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${text}`, values);
  try {
    for (;;) {
      const { rows } = await transaction.query<Row>(`FETCH ${pageRows} FROM ${cursor}`);
      yield rows;
      if (rows.length < pageRows) return;
    }
  } finally {
    // A transaction that failed has closed it already.
    await transaction.query(`CLOSE ${cursor}`).catch(() => undefined);
  }
}
