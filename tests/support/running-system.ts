import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureTopics } from '@tickmark/messaging';
import { Database } from '@tickmark/persistence';
import { createLogger } from '@tickmark/platform';
import { WebhookSink, eventually, makeTestDatabase, testAddress, uniqueTopicPrefix } from '@tickmark/testing';
import type { AppName, Patience, TestDatabase } from '@tickmark/testing';
import type { Credentials, Delivery, Deviation, KeyState, Page, Received, RegisteredFeed, Segment } from './answers.ts';
import { AppHandle } from './app-handle.ts';
import type { CloudEvent } from './events.ts';
import { HttpClient } from './http-client.ts';
import type { Answer } from './http-client.ts';
import { OwnCatalogue } from './own-catalogue.ts';
import { ROOT, runNode, scratchBase } from './run-node.ts';

export interface SystemOptions {
  /** For its logs, which stay under .tickmark/test/. */
  readonly name: string;
  /** Controls of this system's own: id and YAML. */
  readonly controls?: Readonly<Record<string, string>>;
  /** Other files of its catalogue folder: event types, objectives, overrides, by their path in it. */
  readonly catalogueFiles?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What the apps are given instead, such as addresses of lines that can be cut. */
  readonly appsEnv?: (env: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** Called before anything uses the database. */
  readonly prepares?: (database: TestDatabase) => Promise<void>;
}

interface Parts {
  readonly database: TestDatabase;
  readonly sink: WebhookSink;
  readonly catalogue: OwnCatalogue;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly credentials: Credentials;
  readonly apps: Readonly<Record<AppName, AppHandle>>;
}

const APPS: readonly AppName[] = ['ingestion', 'evaluator', 'notifier', 'sealer', 'console'];
const BATCH = 'application/cloudevents-batch+json';
const READY_MS_MAX = 75_000;
const SUPERVISES_MS = 500;

/**
 * The five built apps as processes over a fresh database, with topics, queues, credentials, a catalogue folder and a
 * receiver of notices of their own: what `npm start` runs, without the supervisor.
 */
export class RunningSystem implements AsyncDisposable {
  readonly apps: Readonly<Record<AppName, AppHandle>>;
  readonly sink: WebhookSink;
  readonly database: TestDatabase;
  readonly catalogue: OwnCatalogue;
  readonly credentials: Credentials;
  readonly env: Readonly<Record<string, string>>;
  readonly #parts: Parts;
  readonly #reader: Database;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#reader = new Database({ url: parts.database.url, app: 'specs', maxConnections: 1 });
    this.apps = parts.apps;
    this.sink = parts.sink;
    this.database = parts.database;
    this.catalogue = parts.catalogue;
    this.credentials = parts.credentials;
    this.env = parts.env;
  }

  static async start(options: SystemOptions): Promise<RunningSystem> {
    const folder = mkdtempSync(path.join(scratchBase(), 'tickmark-system-'));
    const catalogue = new OwnCatalogue(options.controls ?? {}, options.catalogueFiles);
    const [database, sink] = await Promise.all([makeTestDatabase(), WebhookSink.start()]);
    await options.prepares?.(database);
    const env = environment({ database, sink, catalogue, folder }, options);
    const [credentials] = await Promise.all([seed(env), makeTopics(env)]);
    const apps = await makeApps({ ...env, ...options.appsEnv?.(env) }, options.name);
    const system = new RunningSystem({ database, sink, catalogue, folder, env, credentials, apps });
    try {
      // One after the other, so that all are known, and ended, should one of them not start.
      for (const app of APPS) await apps[app].start({ waits: false });
      await Promise.all(APPS.map((app) => apps[app].waitReady(READY_MS_MAX)));
    } catch (error) {
      await system[Symbol.asyncDispose]();
      throw error;
    }
    return system;
  }

  /** ingestion, with the key of the ready-made feed unless another is given. */
  ingestion(key = this.credentials.apiKeys.integration): HttpClient {
    return new HttpClient(this.apps.ingestion.url, key);
  }

  console(as: keyof Credentials['apiKeys'] = 'admin'): HttpClient {
    return new HttpClient(this.apps.console.url, this.credentials.apiKeys[as]);
  }

  post(events: readonly CloudEvent[], key?: string): Promise<Answer<Received>> {
    return this.ingestion(key).send('/v1/events', { method: 'POST', headers: { 'content-type': BATCH }, body: JSON.stringify(events) });
  }

  /** All of them accepted, or it throws. */
  async push(events: readonly CloudEvent[], key?: string): Promise<Received> {
    const { status, text, body } = await this.post(events, key);
    if (status !== 202 || body.accepted !== events.length) throw new Error(`not all were accepted: ${status} ${text}`);
    return body;
  }

  registerFeed(feed: Readonly<Record<string, unknown>>): Promise<RegisteredFeed> {
    const preset = { production: true, types: ['*'], sources: ['*'], liveness: 'none', authentication: { kind: 'bearer' } };
    return this.console().post('/v1/feeds', { ...preset, ...feed });
  }

  /** Waits until nothing of a delivery is pending. */
  judged(deliveryId: string, patience: Patience = { limitMs: 15_000 }): Promise<Delivery> {
    return eventually(async () => {
      const delivery = await this.console().get<Delivery>(`/v1/deliveries/${deliveryId}`);
      if (delivery.pending > 0) throw new Error(`still pending: ${JSON.stringify(delivery)}`);
      return delivery;
    }, patience);
  }

  /** Waits until what fell due by this instant is decided. */
  judgedPast(atMs: number, patience: Patience = { limitMs: 20_000 }): Promise<void> {
    return eventually(async () => {
      const { judgedUntil } = await this.console().get<Page<unknown>>('/v1/deviations', { limit: 1 });
      if (judgedUntil === null || Date.parse(judgedUntil) < atMs) throw new Error(`judged until ${judgedUntil ?? 'nothing yet'}, not ${new Date(atMs).toISOString()}`);
    }, patience);
  }

  states(control: string, query: Readonly<Record<string, string>> = {}): Promise<readonly KeyState[]> {
    return this.all(`/v1/controls/${control}/states`, query);
  }

  timeline(control: string, query: Readonly<Record<string, string>> = {}): Promise<readonly Segment[]> {
    return this.all(`/v1/controls/${control}/timeline`, query);
  }

  deviations(query: Readonly<Record<string, string>> = {}): Promise<readonly Deviation[]> {
    return this.all('/v1/deviations', query);
  }

  /** Every page of a list. */
  async all<T>(list: string, query: Readonly<Record<string, string>> = {}): Promise<readonly T[]> {
    const items: T[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<T> = await this.console().get(list, { limit: 500, ...query, ...(cursor === null ? {} : { cursor }) });
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return items;
  }

  /** Looks into the tables, for what no API counts. */
  async rows<Row extends Record<string, unknown>>(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.#reader.query<Row>(sql, values)).rows;
  }

  /** As a supervisor does: starts again what ended by itself; `onEnd` hears of it. */
  keepRunning(onEnd: (app: AppName) => void): Disposable {
    const timer = setInterval(() => {
      for (const app of APPS.filter((one) => this.apps[one].ended)) {
        onEnd(app);
        void this.apps[app].start({ waits: false });
      }
    }, SUPERVISES_MS);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { apps, sink, database, catalogue, folder } = this.#parts;
    await Promise.all(APPS.map((app) => apps[app].stop()));
    await Promise.all([sink.close(), this.#reader.close()]);
    await database.drop();
    catalogue[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

function environment({ database, sink, catalogue, folder }: Omit<Parts, 'env' | 'credentials' | 'apps'>, { env }: SystemOptions): Record<string, string> {
  return {
    DATABASE_URL: database.url,
    REDIS_URL: testAddress('REDIS_URL'),
    KAFKA_BROKERS: testAddress('KAFKA_BROKERS'),
    TICKMARK_TOPIC_PREFIX: uniqueTopicPrefix(),
    TICKMARK_SECRET_KEY: randomBytes(32).toString('base64'),
    TICKMARK_CATALOGUE: path.join(ROOT, 'catalogue'),
    TICKMARK_CATALOGUE_PATH: catalogue.folder,
    TICKMARK_CREDENTIALS_FILE: path.join(folder, 'credentials.json'),
    TICKMARK_SEALER_KEY_FILE: path.join(folder, 'sealer', 'key.json'),
    TICKMARK_SEALER_MEMORY_FILE: path.join(folder, 'sealer', 'memory.json'),
    TICKMARK_SEAL_EVERY: '1s',
    TICKMARK_WEBHOOK_URL: sink.url,
    TICKMARK_WEBHOOK_SECRET: sink.secret,
    LOG_LEVEL: 'warn',
    ...env,
  };
}

async function seed(env: Readonly<Record<string, string>>): Promise<Credentials> {
  const { code, err } = await runNode([path.join(ROOT, 'apps', 'console', 'dist', 'seed.js'), '--empty'], { env });
  if (code !== 0) throw new Error(`seeding ended with code ${code}: ${err}`);
  return JSON.parse(readFileSync(env['TICKMARK_CREDENTIALS_FILE'] ?? '', 'utf8')) as Credentials;
}

async function makeTopics(env: Readonly<Record<string, string>>): Promise<void> {
  const brokers = (env['KAFKA_BROKERS'] ?? '').split(',');
  await ensureTopics({ brokers, clientId: 'specs', logger: createLogger('specs', 'silent'), topicPrefix: env['TICKMARK_TOPIC_PREFIX'] ?? '' });
}

async function makeApps(env: Readonly<Record<string, string>>, name: string): Promise<Record<AppName, AppHandle>> {
  const started = new Date().toISOString().replaceAll(':', '-');
  const logFile = (app: AppName): string => path.join(ROOT, '.tickmark', 'test', 'logs', `${started}-${name}`, `${app}.log`);
  const make = (app: AppName): Promise<AppHandle> => AppHandle.make({ app, env, logFile: logFile(app) });
  const [ingestion, evaluator, notifier, sealer, console] = await Promise.all([
    make('ingestion'), make('evaluator'), make('notifier'), make('sealer'), make('console'),
  ]);
  return { ingestion, evaluator, notifier, sealer, console };
}
