import type { Database, Queryable } from '../database.js';

/** Everything read inside is of one instant, however long it takes and whatever is judged meanwhile. */
export function inSnapshot<T>(database: Database, read: (snapshot: Queryable) => Promise<T>): Promise<T> {
  return database.transaction(async (transaction) => {
    await transaction.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    return read(transaction);
  });
}
