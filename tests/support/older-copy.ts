import { testAddress } from '@tickmark/testing';
import pg from 'pg';

async function asAdmin(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const url = new URL(testAddress('DATABASE_URL'));
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** A backup of a database that nobody is connected to; `restore` puts it in its place, whatever was written since. */
export async function backUp(name: string): Promise<{ restore(): Promise<void> }> {
  const copy = `${name}_backup`;
  await asAdmin(async (client) => {
    await client.query(`CREATE DATABASE ${copy} TEMPLATE ${name}`);
  });
  return {
    restore: () =>
      asAdmin(async (client) => {
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
        await client.query(`ALTER DATABASE ${copy} RENAME TO ${name}`);
      }),
  };
}
