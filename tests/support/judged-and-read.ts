import { issueReadingKey } from '@tickmark/access';
import type { CatalogueFile } from '@tickmark/catalogue';
import { leafBytes, saltedHash } from '@tickmark/ledger';
import { createLogger } from '@tickmark/platform';
import type { BacktestRunner } from '../../apps/console/src/backtests/backtest-runner.js';
import { inProcess } from '../../apps/console/src/backtests/in-process.testkit.js';
import { callsTo } from '../../apps/console/src/calls.testkit.js';
import { createConsole } from '../../apps/console/src/create-console.js';
import type { Console } from '../../apps/console/src/create-console.js';
import { JudgingWorld } from '../../apps/evaluator/src/judging-world.testkit.js';

interface Options {
  readonly catalogue: readonly CatalogueFile[];
  readonly feeds?: Parameters<typeof JudgingWorld.begin>[0]['feeds'];
  readonly runner?: BacktestRunner;
}

/** What an evaluator has judged, and a console over the same database and the same clock. */
export class JudgedAndRead implements AsyncDisposable {
  #reads = true;
  #port: number | undefined;

  private constructor(
    readonly world: JudgingWorld,
    private readonly console: Console,
    private readonly key: string,
  ) {}

  static async begin({ catalogue, feeds, runner }: Options): Promise<JudgedAndRead> {
    const world = await JudgingWorld.begin({ catalogue, ...(feeds === undefined ? {} : { feeds }) });
    const console = await createConsole({
      config: { DATABASE_URL: world.url, TICKMARK_SECRET_KEY: Buffer.alloc(32, 7), TICKMARK_ENTITY: 'Larkspur Payroll', NODE_ENV: 'test' },
      logger: createLogger('console', process.env['SPEC_LOG'] ?? 'silent'),
      clock: { now: () => world.nowMs },
      metricsKeepMs: 0,
      backtestRunner: runner ?? inProcess(world.database, { now: () => world.nowMs }),
    });
    return new JudgedAndRead(world, console, await issueReadingKey(world.database, 'admin'));
  }

  /** Accepted, sealed into leaves, and judged up to this instant. */
  async judged(events: Parameters<JudgingWorld['accept']>[0], untilMs: number): Promise<void> {
    await this.world.accept(events);
    await this.#putLeaves();
    await this.world.until(untilMs);
  }

  /** The leaves that ingestion would have appended. */
  async #putLeaves(): Promise<void> {
    const { rows } = await this.world.database.query<{ leaf_index: number; received_at: number; id: string; normal: string; salt: Buffer }>(
      `SELECT e.leaf_index, e.received_at, e.id, e.normal, e.salt FROM evidence e
       WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.leaf_index = e.leaf_index)`,
    );
    for (const { leaf_index, received_at, id, normal, salt } of rows) {
      const digest = saltedHash(salt, normal);
      const bytes = leafBytes({ kind: 'evidence', id, receivedAtMs: received_at, digests: [digest, digest] });
      await this.world.database.query('INSERT INTO ledger_leaf (leaf_index, received_at, kind, bytes) VALUES ($1, $2, 1, $3)', [leaf_index, new Date(received_at), bytes]);
    }
  }

  get(url: string): ReturnType<ReturnType<typeof callsTo>> {
    return callsTo(this.console)('GET', url, { key: this.key });
  }

  post(url: string, body: unknown): ReturnType<ReturnType<typeof callsTo>> {
    return callsTo(this.console)('POST', url, { key: this.key, body });
  }

  /** What a command line is pointed at. */
  async address(): Promise<readonly string[]> {
    this.#port ??= await this.console.listen(0, '127.0.0.1');
    return ['--url', `http://127.0.0.1:${this.#port}`, '--key', this.key];
  }

  /** The console goes; what was judged stays. */
  async stopReading(): Promise<void> {
    if (this.#reads) await this.console.close();
    this.#reads = false;
  }

  /** As whoever holds the tables, which the application's role does not. */
  async tamper(statement: string): Promise<void> {
    await this.world.asOwner(statement);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopReading();
    await this.world[Symbol.asyncDispose]();
  }
}
