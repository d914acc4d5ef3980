import { z } from 'zod';

export interface ServerAddress {
  readonly url: string;
  readonly key: string;
}

export interface Sending extends ServerAddress {
  readonly format: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Told before each wait. */
  readonly onWait: (reason: string, ms: number) => void;
  readonly wait: (ms: number) => Promise<void>;
}

const fault = z.object({ index: z.int().optional(), pointer: z.string(), message: z.string() });
export const rejectedItem = fault.extend({ index: z.int() });
export const keptItem = z.object({ index: z.int(), id: z.string(), evidenceId: z.string() });
export const receipt = z.object({ deliveryId: z.string(), accepted: z.int(), ignored: z.int(), rejected: z.array(rejectedItem), events: z.array(keptItem) });
const problem = z.object({ title: z.string().optional(), detail: z.string().optional(), errors: z.array(fault).optional() });

/** Refused for good; `errors` name items where the server could tell them apart. */
export interface Refused {
  readonly outcome: 'refused';
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly z.output<typeof fault>[];
}

export interface Away {
  readonly outcome: 'away';
  readonly detail: string;
}

/** What one attempt came to: settled, or worth another one. */
export type Attempt<Settled> =
  | { readonly settled: Settled }
  | { readonly reason: string; readonly waitMs?: number; readonly unreachable?: true };

const ATTEMPTS = 8;
/** Nobody listens there at all: a wrong address is told within seconds. */
const ATTEMPTS_UNREACHABLE = 4;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** What a server asks for is honoured up to here. */
const LONGEST_ASKED_MS = 300_000;
const COMES_BACK = new Set([429, 502, 503, 504]);

/** Attempt after attempt until one is settled for good. Sending again is safe: the server knows repeats. */
export async function untilSettled<Settled>(attemptOnce: () => Promise<Attempt<Settled>>, { onWait, wait }: Pick<Sending, 'onWait' | 'wait'>): Promise<Settled | Away> {
  let last = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const tried = await attemptOnce();
    if ('settled' in tried) return tried.settled;
    last = tried.reason;
    if (tried.unreachable === true && attempt >= ATTEMPTS_UNREACHABLE) break;
    if (attempt === ATTEMPTS) break;
    const waitMs = Math.min(tried.waitMs ?? Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS), LONGEST_ASKED_MS);
    onWait(last, waitMs);
    await wait(waitMs);
  }
  return { outcome: 'away', detail: last };
}

export const targetOf = ({ url, format }: Pick<Sending, 'url' | 'format'>): URL =>
  new URL(format === 'cloudevents' ? '/v1/events' : `/v1/events/${encodeURIComponent(format)}`, url);

/** An answer that is no receipt. */
export interface Problem {
  readonly status: number;
  readonly statusText: string;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

export function settledBy({ status, statusText, retryAfter, text }: Problem): Attempt<Refused> {
  const { detail, title, errors = [] } = problem.safeParse(parsed(text)).data ?? {};
  const said = detail ?? title ?? statusText;
  if (!COMES_BACK.has(status)) return { settled: { outcome: 'refused', status, detail: said, errors } };
  const seconds = Number(retryAfter ?? Number.NaN);
  return { reason: `the server answers ${status}: ${said}`, ...(Number.isFinite(seconds) && seconds >= 0 ? { waitMs: seconds * 1_000 } : {}) };
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
