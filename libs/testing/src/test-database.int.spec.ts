import { expect, test } from '@jest/globals';
import pg from 'pg';
import { makeTestDatabase } from './test-database.js';

async function tablesOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public' AND tablename = 'feed'",
  );
  await client.end();
  return rows[0]?.n ?? 0;
}

test('each spec has a migrated database of its own', async () => {
  await using first = await makeTestDatabase();
  await using second = await makeTestDatabase();
  expect(first.name).not.toBe(second.name);
  expect(await Promise.all([tablesOf(first.url), tablesOf(second.url)])).toEqual([1, 1]);
});
