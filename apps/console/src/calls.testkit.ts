import { jest } from '@jest/globals';
import { issueReadingKey } from '@tickmark/access';
import { createLogger } from '@tickmark/platform';
import type { Clock } from '@tickmark/platform';
import { makeTestDatabase } from '@tickmark/testing';
import type { TestDatabase } from '@tickmark/testing';
import { createConsole } from './create-console.js';
import type { Console } from './create-console.js';
import { JudgedData } from './judged-data.testkit.js';
import { ROUTES } from './routes.js';

/** A database, a catalogue and an app for each spec, on a machine that does other things as well. */
jest.setTimeout(120_000);

interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly body: T;
  readonly text: string;
}

interface CallOptions {
  readonly key?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestConsole {
  readonly console: Console;
  readonly data: JudgedData;
  readonly database: TestDatabase;
  readonly clock: Clock & { nowMs: number };
  readonly keys: Readonly<Record<'admin' | 'auditor' | 'dashboard', string>>;
  get<T = Record<string, unknown>>(url: string, options?: CallOptions): Promise<Answer<T>>;
  post<T = Record<string, unknown>>(url: string, body: unknown, options?: CallOptions): Promise<Answer<T>>;
  call(method: 'GET' | 'POST' | 'DELETE', url: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

/** A console over a database of its own, at a fixed time, with a key of every reading role. */
export async function aConsole(now: string): Promise<TestConsole> {
  const database = await makeTestDatabase();
  const data = await JudgedData.into(database.url);
  const clock = { nowMs: Date.parse(now), now: () => clock.nowMs };
  const console = await createConsole({
    config: { DATABASE_URL: database.url, TICKMARK_SECRET_KEY: Buffer.alloc(32, 7), TICKMARK_ENTITY: 'Larkspur Payroll', NODE_ENV: 'test' },
    logger: createLogger('console', 'silent'),
    clock,
    metricsKeepMs: 0,
  });
  const keys = {
    admin: await issueReadingKey(data.database, 'admin'),
    auditor: await issueReadingKey(data.database, 'auditor'),
    dashboard: await issueReadingKey(data.database, 'dashboard'),
  };
  const call = callsTo(console);
  return {
    console,
    data,
    database,
    clock,
    keys,
    call,
    get: (url, options) => call('GET', url, { key: keys.admin, ...options }) as never,
    post: (url, body, options) => call('POST', url, { key: keys.admin, body, ...options }) as never,
    async close() {
      await console.close();
      await data.close();
      await database.drop();
    },
  };
}

type Call = TestConsole['call'];

/** Calls an app in this process; whatever it answers must obey its schema. */
export const callsTo =
  (console: Console): Call =>
  async (method, url, { key, body, headers = {} } = {}) => {
    const response = await console.app.inject({
      method,
      url,
      headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const isJson = String(response.headers['content-type']).includes('json');
    const answer = { status: response.statusCode, headers: response.headers, text: response.body };
    const parsed = isJson ? (JSON.parse(response.body) as Record<string, unknown>) : {};
    if (isJson) obeysItsSchema(method, url, { ...answer, body: parsed });
    return { ...answer, body: parsed };
  };

/** Every answer of every spec is held against the schema that the document shows. */
function obeysItsSchema(method: string, url: string, answer: Answer): void {
  const path = url.split('?')[0] ?? '';
  const found = ROUTES.find((route) => route.method === method && new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path));
  if (found?.answer === undefined || answer.status !== found.status) return;
  const parsed = found.answer.safeParse(answer.body);
  if (!parsed.success) throw new Error(`${method} ${path} does not answer by its schema: ${parsed.error.message}`);
}
