import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Database } from '@tickmark/persistence';
import { makeTestDatabase, testAddress, testServers } from '@tickmark/testing';
import type { TestDatabase } from '@tickmark/testing';

const MIB = 1_048_576;
const SIZE_MIB = 192;
const TABLESPACE = 'small_disk';

const may = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args, { stdio: 'ignore', timeout: 10_000 }).status === 0;

/** Why a disk of its own cannot be made here; undefined when it can. */
export async function whyNoSmallDisk(): Promise<string | undefined> {
  if ((await postgresPid()) === undefined) return 'Postgres runs in a container';
  const probe = mkdtempSync(path.join(tmpdir(), 'tickmark-mount-'));
  try {
    if (!may('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe)) return 'no right to mount a file system';
    spawnSync('umount', [probe]);
    return undefined;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

export async function postgresPid(): Promise<number | undefined> {
  return (await testServers.list()).find(({ name }) => name === 'postgres')?.pid ?? undefined;
}

/** As an administrator of the cluster, without a database of a spec in the way; each statement by itself. */
async function asAdmin(...statements: readonly string[]): Promise<void> {
  const url = new URL(testAddress('DATABASE_URL'));
  url.pathname = '/postgres';
  const database = new Database({ url: url.href, app: 'specs', maxConnections: 1 });
  try {
    const client = await database.connect();
    for (const statement of ['SET ROLE NONE', ...statements]) await client.query(statement);
    client.release(true);
  } finally {
    await database.close();
  }
}

/** A file system of a few megabytes for the tables of one database: full when we say so. */
export class SmallDisk implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  static async mount(): Promise<SmallDisk> {
    const folder = mkdtempSync(path.join(tmpdir(), 'tickmark-small-disk-'));
    const made = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m,mode=700`, 'tmpfs', folder], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`a file system could not be mounted: ${made.stderr}`);
    // Postgres runs as a user of its own when we are root.
    const status = readFileSync(`/proc/${(await postgresPid()) ?? 0}/status`, 'utf8');
    const id = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    chownSync(folder, id('Uid'), id('Gid'));
    // Its roles come with the first migrated database of a server.
    await (await makeTestDatabase()).drop();
    await asAdmin(`CREATE TABLESPACE ${TABLESPACE} LOCATION '${folder}'`);
    return new SmallDisk(folder);
  }

  /** Moves a database here that nobody is connected to. */
  async take({ name }: TestDatabase): Promise<void> {
    await asAdmin(`ALTER DATABASE ${name} SET TABLESPACE ${TABLESPACE}`);
  }

  fill(): void {
    const { bavail, bsize } = statfsSync(this.folder);
    const left = bavail * bsize;
    const file = path.join(this.folder, 'filler');
    const block = Buffer.alloc(MIB);
    // Written, not only made long: a hole takes no place.
    writeFileSync(file, '');
    for (let bytes = 0; bytes < left; bytes += MIB) {
      try {
        writeFileSync(file, block, { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
        throw error;
      }
    }
  }

  free(): void {
    truncateSync(path.join(this.folder, 'filler'), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await asAdmin(`DROP TABLESPACE IF EXISTS ${TABLESPACE}`).catch(() => undefined);
    spawnSync('umount', ['-l', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
