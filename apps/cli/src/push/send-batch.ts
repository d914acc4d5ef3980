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
const receipt = z.object({
  deliveryId: z.string(),
  accepted: z.int(),
  ignored: z.int(),
  rejected: z.array(fault.extend({ index: z.int() })),
  events: z.array(z.object({ index: z.int(), id: z.string(), evidenceId: z.string() })),
});
const problem = z.object({ title: z.string().optional(), detail: z.string().optional(), errors: z.array(fault).optional() });

const HANDSHAKE: z.output<typeof receipt> = { deliveryId: '', accepted: 0, ignored: 1, rejected: [], events: [] };

type Fault = z.output<typeof fault>;

export type Sent =
  | { readonly outcome: 'kept'; readonly receipt: z.output<typeof receipt> }
  /** Refused for good; `errors` name items where the server could tell them apart. */
  | { readonly outcome: 'refused'; readonly status: number; readonly detail: string; readonly errors: readonly Fault[] }
  | { readonly outcome: 'away'; readonly detail: string };

const ATTEMPTS = 8;
/** Nobody listens there at all: a wrong address is told within seconds. */
const ATTEMPTS_UNREACHABLE = 4;
const TIMEOUT_MS = 30_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** What a server asks for is honoured up to here. */
const LONGEST_ASKED_MS = 300_000;
const COMES_BACK = new Set([429, 502, 503, 504]);

/** Sends one request until it is answered for good. Sending again is safe: the server knows repeats. */
export async function sendBatch(body: string, sending: Sending): Promise<Sent> {
  let last = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const answer = await post(body, sending);
    if ('sent' in answer) return answer.sent;
    last = answer.reason;
    if (answer.unreachable === true && attempt >= ATTEMPTS_UNREACHABLE) break;
    if (attempt === ATTEMPTS) break;
    const waitMs = Math.min(answer.waitMs ?? Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS), LONGEST_ASKED_MS);
    sending.onWait(last, waitMs);
    await sending.wait(waitMs);
  }
  return { outcome: 'away', detail: last };
}

type Posted = { readonly sent: Sent } | { readonly reason: string; readonly waitMs?: number; readonly unreachable?: true };

async function post(body: string, { url, key, format, contentType, headers }: Sending): Promise<Posted> {
  const target = new URL(format === 'cloudevents' ? '/v1/events' : `/v1/events/${encodeURIComponent(format)}`, url);
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${key}`, 'content-type': contentType },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return await understood(response);
  } catch (error) {
    const reason = `${target.origin} does not answer (${reasonOf(error)})`;
    return error instanceof Error && error.name === 'TimeoutError' ? { reason } : { reason, unreachable: true };
  }
}

async function understood(response: Response): Promise<Posted> {
  const answer = await jsonOf(response);
  const { detail, title, errors = [] } = problem.safeParse(answer).data ?? {};
  const said = detail ?? title ?? response.statusText;
  if (COMES_BACK.has(response.status)) return { reason: `the server answers ${response.status}: ${said}`, ...askedWait(response) };
  const kept = response.status === 202 ? receipt.safeParse(answer).data : undefined;
  if (kept !== undefined) return { sent: { outcome: 'kept', receipt: kept } };
  // A handshake (GitHub's ping) is answered and leaves no evidence.
  if (response.ok) return { sent: { outcome: 'kept', receipt: HANDSHAKE } };
  return { sent: { outcome: 'refused', status: response.status, detail: said, errors } };
}

function askedWait({ headers }: Response): { readonly waitMs?: number } {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { waitMs: seconds * 1_000 } : {};
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
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
