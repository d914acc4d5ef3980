import { RegisterFeed, SecretBox, feedRegistration } from '@tickmark/access';
import type { FeedRegistrationInput } from '@tickmark/access';
import type { BatchSender, ControlEventMessage, OutgoingRecord } from '@tickmark/contracts';
import { Database } from '@tickmark/persistence';
import { createLogger } from '@tickmark/platform';
import type { Got } from '@tickmark/platform';
import { makeTestDatabase } from '@tickmark/testing';
import { createIngestion } from './create-ingestion.js';
import type { Ingestion } from './create-ingestion.js';
import { EventTypes } from './event-types.js';
import { answers } from './http/answer-schemas.js';

const SECRET_KEY = Buffer.alloc(32, 9);

/** Kafka as the relay sees it: remembers what was sent, and can be away. */
export class FakeSender implements BatchSender {
  readonly records: OutgoingRecord[] = [];
  away = false;

  send(_topic: string, records: readonly OutgoingRecord[]): Promise<void> {
    if (this.away) return Promise.reject(new Error('kafka is away'));
    this.records.push(...records);
    return Promise.resolve();
  }

  partitions(): Promise<number> {
    return this.away ? Promise.reject(new Error('kafka is away')) : Promise.resolve(3);
  }

  messages(): ControlEventMessage[] {
    return this.records.map(({ value }) => JSON.parse(value) as ControlEventMessage);
  }

  leaves(): number[] {
    return this.messages().filter(({ kind }) => kind === 'evidence').map(({ leafIndex }) => leafIndex);
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

/** Of a receipt or a problem; what is not there fails the expectation that looks for it. */
interface AnswerBody {
  readonly deliveryId: string;
  readonly accepted: number;
  readonly ignored: number;
  readonly rejected: readonly { readonly index: number; readonly pointer: string; readonly message: string }[];
  readonly events: readonly { readonly index: number; readonly id: string; readonly evidenceId: string }[];
  readonly detail: string;
  readonly errors: readonly { readonly index?: number; readonly pointer: string; readonly message: string }[];
}

interface PostOptions {
  readonly path?: string;
  readonly key?: string | undefined;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface StartOptions {
  readonly sender?: BatchSender;
  readonly patienceMs?: number;
  /** Puts something between ingestion and Postgres. */
  readonly through?: (databaseUrl: string) => string;
  readonly databaseUrl?: string;
  readonly getFromVendor?: (url: string) => Promise<Got>;
}

/** Ingestion in this process over a database of its own, with the feed `local`. */
export class TestIngestion implements AsyncDisposable {
  private constructor(
    readonly ingestion: Ingestion,
    readonly database: Database,
    readonly databaseUrl: string,
    readonly url: string,
    private readonly undo: () => Promise<void>,
  ) {}

  key = '';

  static async start({ sender = new FakeSender(), patienceMs, through = (url) => url, databaseUrl, getFromVendor }: StartOptions = {}): Promise<TestIngestion> {
    const own = databaseUrl === undefined ? await makeTestDatabase() : undefined;
    const url = databaseUrl ?? (own as { url: string }).url;
    const database = new Database({ url, app: 'spec', maxConnections: 2 });
    const ingestion = await createIngestion({
      config: { DATABASE_URL: through(url), TICKMARK_SECRET_KEY: SECRET_KEY },
      eventTypes: await EventTypes.load(''),
      sender,
      logger: createLogger('ingestion', 'silent'),
      ...(patienceMs === undefined ? {} : { patienceMs }),
      ...(getFromVendor === undefined ? {} : { getFromVendor }),
    });
    const port = await ingestion.listen(0, '127.0.0.1');
    const started = new TestIngestion(ingestion, database, url, `http://127.0.0.1:${port}`, async () => {
      await database.close();
      await own?.drop();
    });
    if (own !== undefined) started.key = await started.feed({ name: 'local' });
    return started;
  }

  /** Registers a feed and gives its key; empty when a vendor signs. */
  async feed(change: Partial<FeedRegistrationInput> & { name: string }): Promise<string> {
    const registration = feedRegistration(['github', 'standard-webhooks']).parse({
      system: 'test',
      production: true,
      types: ['*'],
      sources: ['*'],
      liveness: 'none',
      authentication: { kind: 'bearer' },
      ...change,
    });
    const registered = await new RegisterFeed(this.database, new SecretBox(SECRET_KEY)).execute(registration, 'spec');
    if (registered.outcome !== 'registered') throw new Error('the name is taken');
    return registered.apiKey ?? '';
  }

  async post(body: unknown, options: PostOptions = {}): Promise<Answer> {
    const { path = '/v1/events', type = 'application/json', headers = {} } = options;
    const key = 'key' in options ? options.key : this.key;
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
    return answerOf(response);
  }

  async rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.database.query<Row>(text, values)).rows;
  }

  async count(text: string): Promise<number> {
    const [row] = await this.rows<{ n: number }>(`SELECT count(*)::int AS n FROM ${text}`);
    return row?.n ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ingestion.close();
    await this.undo();
  }
}

/** Every answer of every spec is one that the OpenAPI document promises. */
async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body: unknown = text === '' ? {} : JSON.parse(text);
  if (response.status === 202) answers.Receipt.parse(body);
  if (response.status >= 400) answers.Problem.parse(body);
  return { status: response.status, headers: response.headers, body: body as AnswerBody };
}

interface CloudEvent {
  readonly specversion: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: string;
  readonly data?: unknown;
}

export const cloudEvent = (id: string, change: Partial<CloudEvent> = {}): CloudEvent => ({
  specversion: '1.0',
  id,
  source: '/spec',
  type: 'spec.happened',
  subject: 's1',
  time: '2026-11-01T00:00:00Z',
  data: { n: 1 },
  ...change,
});
