import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { issueReadingKey } from '@tickmark/access';
import { Database } from '@tickmark/persistence';
import { createLogger } from '@tickmark/platform';
import { eventually } from '@tickmark/testing';
import { callsTo } from '../../apps/console/src/calls.testkit.js';
import { createConsole } from '../../apps/console/src/create-console.js';
import type { Console } from '../../apps/console/src/create-console.js';
import { JudgedData } from '../../apps/console/src/judged-data.testkit.js';
import { TestIngestion, cloudEvent } from '../../apps/ingestion/src/ingestion.testkit.js';
import { Memory } from '../../apps/sealer/src/keep/memory.js';
import { SealLedger } from '../../apps/sealer/src/seal/seal-ledger.js';

interface Shown {
  readonly status: string;
  readonly detail: string | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly progress: number;
  readonly fileName: string;
}

/** Ingestion that appends, sealer that seals when it is told to, and a console, over one ledger. */
export class BundledLedger implements AsyncDisposable {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'tickmark-bundles-'));
  readonly keyFile = path.join(this.folder, 'pinned.txt');
  readonly #call: ReturnType<typeof callsTo>;

  private constructor(
    readonly ingestion: TestIngestion,
    readonly data: JudgedData,
    private readonly console: Console,
    readonly keys: Readonly<Record<'admin' | 'auditor' | 'dashboard', string>>,
    private readonly sealer: Database,
  ) {
    this.#call = callsTo(console);
  }

  static async begin(): Promise<BundledLedger> {
    const ingestion = await TestIngestion.start();
    const data = await JudgedData.into(ingestion.databaseUrl);
    const console = await createConsole({
      config: { DATABASE_URL: ingestion.databaseUrl, TICKMARK_SECRET_KEY: Buffer.alloc(32, 7), TICKMARK_ENTITY: 'Larkspur Payroll, Inc.', NODE_ENV: 'test' },
      logger: createLogger('console', 'silent'),
      sealPatience: { everyMs: 50, mostMs: 60_000 },
    });
    const [admin, auditor, dashboard] = [await issueReadingKey(data.database, 'admin'), await issueReadingKey(data.database, 'auditor'), await issueReadingKey(data.database, 'dashboard')];
    return new BundledLedger(ingestion, data, console, { admin, auditor, dashboard }, new Database({ url: ingestion.databaseUrl, app: 'spec', role: 'tickmark_sealer' }));
  }

  /** Accepts one delivery and gives the ids of its evidence. */
  async accept(...ids: readonly string[]): Promise<readonly string[]> {
    const { status, body } = await this.ingestion.post(ids.map((id) => cloudEvent(id, { data: { n: id.length, told: id } })), { type: 'application/cloudevents-batch+json' });
    if (status !== 202) throw new Error(`not accepted: ${JSON.stringify(body)}`);
    return body.events.map(({ evidenceId }) => evidenceId);
  }

  async seal(): Promise<string> {
    const outcome = await new SealLedger(this.sealer, new Memory(path.join(this.folder, 'memory.json')), path.join(this.folder, 'key.json')).seal();
    if (outcome.kind === 'refused') throw new Error(outcome.reason);
    const { body } = await this.call('GET', '/v1/ledger/keys');
    const items = body['items'] as readonly { readonly key: string }[];
    writeFileSync(this.keyFile, items.map(({ key }) => `${key}\n`).join(''));
    return (await this.call('GET', '/v1/ledger/checkpoint')).body['note'] as string;
  }

  /** The time of the ledger, once it has moved on. */
  async later(): Promise<string> {
    const clock = async (): Promise<number> => (await this.ingestion.rows<{ clock: number }>('SELECT clock FROM ledger_head'))[0]?.clock ?? 0;
    const before = await clock();
    return eventually(async () => {
      const now = await clock();
      if (now <= before) throw new Error('the ledger stands still');
      return new Date(now).toISOString();
    });
  }

  /** Judged up to the last leaf there is. */
  async judged(): Promise<void> {
    const [head] = await this.ingestion.rows<{ next_index: number; clock: number }>('SELECT next_index, clock FROM ledger_head');
    await this.data.judgedUntil(new Date(head?.clock ?? 0).toISOString(), (head?.next_index ?? 1) - 1);
  }

  call(method: 'GET' | 'POST', url: string, body?: unknown, as: 'admin' | 'auditor' | 'dashboard' = 'admin') {
    return this.#call(method, url, { key: this.keys[as], ...(body === undefined ? {} : { body }) });
  }

  /** An engagement with its first revision frozen. */
  async frozen(from: string, to: string): Promise<string> {
    const engagement = { name: 'Autumn', reports: ['soc2'], type: 'II', from, to, categories: ['security'], objectives: [], systems: [] };
    const { status, body } = await this.call('POST', '/v1/engagements', engagement);
    if (status !== 201) throw new Error(JSON.stringify(body));
    await this.judged();
    const revision = await this.call('POST', `/v1/engagements/${String(body['id'])}/revisions`, {});
    if (revision.status !== 201) throw new Error(JSON.stringify(revision.body));
    return String(body['id']);
  }

  async asked(engagement: string, as: 'admin' | 'auditor' = 'admin'): Promise<string> {
    const { status, body } = await this.call('POST', `/v1/engagements/${engagement}/bundles`, { revision: 1 }, as);
    if (status !== 202) throw new Error(JSON.stringify(body));
    return String(body['id']);
  }

  async shown(id: string): Promise<Shown> {
    return (await this.call('GET', `/v1/bundles/${id}`)).body as unknown as Shown;
  }

  /** Once it is done, or failed. */
  async ended(id: string): Promise<Shown> {
    return eventually(async () => {
      const shown = await this.shown(id);
      if (!['done', 'failed', 'interrupted'].includes(shown.status)) throw new Error(`it is ${shown.status}: ${shown.detail ?? ''}`);
      return shown;
    }, { limitMs: 60_000 });
  }

  /** The bytes, in a file. */
  async downloaded(id: string, as: 'admin' | 'auditor' = 'admin'): Promise<{ readonly file: string; readonly zip: Buffer; readonly headers: Readonly<Record<string, unknown>> }> {
    const { statusCode, rawPayload, headers } = await this.console.app.inject({ method: 'GET', url: `/v1/bundles/${id}/download`, headers: { authorization: `Bearer ${this.keys[as]}` } });
    if (statusCode !== 200) throw new Error(rawPayload.toString());
    const file = path.join(this.folder, `${id}.zip`);
    writeFileSync(file, rawPayload);
    return { file, zip: rawPayload, headers };
  }

  /** What somebody does who owns the database. */
  async asOwner(statement: string, values: readonly unknown[] = []): Promise<void> {
    const client = await this.data.database.connect();
    await client.query('SET ROLE NONE');
    await client.query('SET session_replication_role = replica');
    await client.query(statement, [...values]);
    client.release(true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.console.close();
    await Promise.all([this.sealer.close(), this.data.database.close()]);
    await this.ingestion[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
