import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parseConfig, portSetting } from '@tickmark/platform';
import { z } from 'zod';
import { addressOf, keyFrom } from '../credentials.js';
import type { Io } from '../io.js';

const settings = z.object({
  TICKMARK_API_KEY: z.string().optional(),
  TICKMARK_CONSOLE_URL: z.string().optional(),
  TICKMARK_CREDENTIALS_FILE: z.string().default('.tickmark/credentials.json'),
  CONSOLE_PORT: portSetting(3000),
});

export interface ConsoleOptions {
  readonly url?: string;
  readonly key?: string;
}

export type Answered =
  | { readonly outcome: 'answered'; readonly body: unknown }
  /** For good; `body` is the problem document as it came. */
  | { readonly outcome: 'refused'; readonly status: number; readonly detail: string; readonly body: unknown }
  | { readonly outcome: 'away'; readonly detail: string };

const ATTEMPTS = 6;
const TIMEOUT_MS = 60_000;
const DOWNLOAD_MS = 30 * 60_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
const DEMO = 'DEMO: an invented company and an invented story, received on a simulated clock\n';
const COMES_BACK = new Set([429, 502, 503, 504]);

const problem = z.object({ title: z.string().optional(), detail: z.string().optional() });

/** Asks the console, and again when it says that it will be back. */
export class ConsoleClient {
  private saidDemo = false;

  constructor(
    readonly url: string,
    private readonly key: string,
    private readonly wait: (ms: number) => Promise<unknown> = (ms) => pause(ms),
    private readonly demo: () => void = () => undefined,
  ) {}

  /** Says once on `io.err` when what is answered is a demo's. */
  static async from(options: ConsoleOptions, { err }: Pick<Io, 'err'>): Promise<ConsoleClient> {
    const config = parseConfig(settings);
    const url = addressOf(options.url ?? config.TICKMARK_CONSOLE_URL ?? `http://127.0.0.1:${config.CONSOLE_PORT}`);
    return new ConsoleClient(url, options.key ?? config.TICKMARK_API_KEY ?? (await keyFrom(config.TICKMARK_CREDENTIALS_FILE, 'admin')), undefined, () => err.write(DEMO));
  }

  get(path: string): Promise<Answered> {
    return this.ask('GET', path);
  }

  post(path: string, body: unknown): Promise<Answered> {
    return this.ask('POST', path, JSON.stringify(body));
  }

  /** Into a file, which must not be there yet; `onBytes` is told how many came. */
  async download(path: string, file: string, onBytes: (bytes: number) => void): Promise<Answered> {
    try {
      const response = await fetch(new URL(path, this.url), { headers: { authorization: `Bearer ${this.key}` }, redirect: 'error', signal: AbortSignal.timeout(DOWNLOAD_MS) });
      if (!response.ok || response.body === null) return (await understood(response)).answer;
      const counted = async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
        for await (const piece of pieces) {
          onBytes(piece.length);
          yield piece;
        }
      };
      await pipeline(Readable.fromWeb(response.body), counted, createWriteStream(file, { flags: 'wx' }));
      return { outcome: 'answered', body: undefined };
    } catch (error) {
      return { outcome: 'away', detail: `the download broke off (${reasonOf(error)})` };
    }
  }

  private async ask(method: 'GET' | 'POST', path: string, body?: string): Promise<Answered> {
    let last: Answered = { outcome: 'away', detail: '' };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { answer, waitMs } = await this.once(method, path, body);
      if (answer.outcome !== 'away') return answer;
      last = answer;
      // Who is not there at all is told within seconds; who says when to come back is believed.
      if (attempt < ATTEMPTS) await this.wait(waitMs ?? Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), 2_000));
    }
    return last;
  }

  private sayDemo(): void {
    if (this.saidDemo) return;
    this.saidDemo = true;
    this.demo();
  }

  private async once(method: string, path: string, body: string | undefined): Promise<{ readonly answer: Answered; readonly waitMs?: number }> {
    try {
      const response = await fetch(new URL(path, this.url), {
        method,
        headers: { authorization: `Bearer ${this.key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { body }),
      });
      if (response.headers.get('tickmark-origin') === 'demo') this.sayDemo();
      return await understood(response);
    } catch (error) {
      return { answer: { outcome: 'away', detail: `${new URL(this.url).origin} does not answer (${reasonOf(error)})` } };
    }
  }
}

async function understood(response: Response): Promise<{ readonly answer: Answered; readonly waitMs?: number }> {
  const body = jsonOf(await response.text());
  if (response.ok) return { answer: body === undefined ? notTheConsole(response) : { outcome: 'answered', body } };
  const { detail, title } = problem.safeParse(body).data ?? {};
  const said = detail ?? title ?? response.statusText;
  if (!COMES_BACK.has(response.status)) return { answer: { outcome: 'refused', status: response.status, detail: said, body } };
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const waitMs = Number.isFinite(seconds) && seconds >= 0 ? { waitMs: Math.min(seconds * 1_000, LONGEST_WAIT_MS) } : {};
  return { answer: { outcome: 'away', detail: `the server answers ${response.status}: ${said}` }, ...waitMs };
}

const notTheConsole = ({ status }: Response): Answered => ({ outcome: 'refused', status, detail: 'what answers there is not the console', body: undefined });

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
