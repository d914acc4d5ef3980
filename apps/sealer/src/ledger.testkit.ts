import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { leafBytes, sha256 } from '@tickmark/ledger';
import { Database } from '@tickmark/persistence';
import { makeTestDatabase } from '@tickmark/testing';
import { Memory } from './keep/memory.js';
import { SealLedger } from './seal/seal-ledger.js';

const RECEIVED_MS = Date.parse('2026-03-10T12:00:00.000Z');

/** The bytes of a leaf of a ledger; other ledgers have others. */
export const aLeaf = (index: number, ledger = 'first'): Buffer => {
  const digest = sha256(`${ledger} ${index}`);
  const id = digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return leafBytes({ kind: 'evidence', id, receivedAtMs: RECEIVED_MS + index, digests: [digest, digest] });
};

/** A database with a ledger, as sealer and as everybody else, and a folder for key and memory. */
export class SealedLedger implements AsyncDisposable {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'tickmark-sealer-'));
  readonly keyFile = path.join(this.folder, 'key.json');
  readonly memoryFile = path.join(this.folder, 'memory.json');
  readonly memory = new Memory(this.memoryFile);

  private constructor(
    readonly url: string,
    readonly app: Database,
    readonly sealer: Database,
    private readonly drop: () => Promise<void>,
  ) {}

  static async make(leaves = 0): Promise<SealedLedger> {
    const database = await makeTestDatabase();
    const { url } = database;
    const made = new SealedLedger(url, new Database({ url, app: 'spec' }), new Database({ url, app: 'spec', role: 'tickmark_sealer' }), () => database.drop());
    await made.grow(leaves);
    return made;
  }

  /** Up to so many leaves. */
  async grow(leaves: number, ledger = 'first'): Promise<void> {
    const { rows } = await this.app.query<{ next_index: number }>('SELECT next_index FROM ledger_head');
    const from = rows[0]?.next_index ?? 0;
    const indices = Array.from({ length: Math.max(0, leaves - from) }, (_, at) => from + at);
    await this.app.query(
      `INSERT INTO ledger_leaf (leaf_index, received_at, kind, bytes)
       SELECT index, '2026-03-10T12:00:00Z'::timestamptz + index * interval '1 ms', 1, bytes FROM unnest($1::bigint[], $2::bytea[]) AS l(index, bytes)`,
      [indices, indices.map((index) => aLeaf(index, ledger))],
    );
    await this.app.query('UPDATE ledger_head SET next_index = $1', [Math.max(from, leaves)]);
  }

  /** What somebody does who owns the database. */
  async asOwner(statement: string, values: readonly unknown[] = []): Promise<void> {
    const client = await this.app.connect();
    await client.query('SET ROLE NONE');
    await client.query('SET session_replication_role = replica');
    await client.query(statement, [...values]);
    client.release(true);
  }

  seal(memory: Memory = this.memory) {
    return new SealLedger(this.sealer, memory, this.keyFile).seal();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.app.close(), this.sealer.close()]);
    await this.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
