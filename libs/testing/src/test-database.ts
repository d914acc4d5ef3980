import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { migrate } from '@tickmark/persistence';
import pg from 'pg';
import { testAddress } from './test-environment.js';

const MIGRATIONS = fileURLToPath(new URL('../../persistence/migrations/', import.meta.url));
/** One number for all test processes: making the template and copying it take turns. */
const TEMPLATE_LOCK = 7_416_001;

export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  /** Copies it while nobody is connected; `restore` puts the copy in its place, whatever was written since. */
  backUp(): Promise<{ restore(): Promise<void> }>;
  /** Removes it, connections or not. */
  drop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

function addressOf(name: string): string {
  const url = new URL(testAddress('DATABASE_URL'));
  url.pathname = `/${name}`;
  return url.href;
}

async function asAdmin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: addressOf('postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Named after the migrations' content: a changed migration makes another template. */
function templateName(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(MIGRATIONS).sort()) hash.update(file).update(readFileSync(`${MIGRATIONS}${file}`));
  return `template_${hash.digest('hex').slice(0, 16)}`;
}

async function exists(client: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  return rowCount === 1;
}

async function makeTemplate(client: pg.Client, name: string): Promise<void> {
  if (await exists(client, name)) return;
  const draft = `${name}_draft`;
  await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${draft}`);
  await migrate(addressOf(draft));
  await client.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
}

/** A migrated database of the spec's own, copied from a template that is migrated once for a test run. */
export async function makeTestDatabase(): Promise<TestDatabase> {
  const name = `spec_${randomBytes(8).toString('hex')}`;
  await asAdmin(async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const template = templateName();
    await makeTemplate(client, template);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  const drop = () =>
    asAdmin(async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    });
  return { name, url: addressOf(name), backUp: () => backUp(name), drop, [Symbol.asyncDispose]: drop };
}

async function backUp(name: string): Promise<{ restore(): Promise<void> }> {
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
