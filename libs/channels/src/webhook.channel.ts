import type { AttemptOutcome, NoticeBody } from '@tickmark/alerting';
import { AddressRefused, guardedAgent } from '@tickmark/platform';
import { Webhook } from 'standardwebhooks';
import { errors, request } from 'undici';
import type { Agent, Dispatcher } from 'undici';
import { z } from 'zod';
import { SEND_TIMEOUT_MS } from './channel.js';
import type { Channel } from './channel.js';
import { retryAfterMs } from './outbound/retry-after.js';

const ANSWER_LIMIT_BYTES = 16_384;
const RETRIED_STATUSES = new Set([408, 425, 429]);

const config = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
    .refine((text) => !URL.canParse(text) || (new URL(text).username === '' && new URL(text).password === ''), {
      error: 'must not carry a user or password; the signature tells who sent it',
    }),
  /** As the Standard Webhooks specification writes it. */
  secret: z.string().regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, { error: 'must be whsec_ and base64' }),
});
type Config = z.output<typeof config>;

interface Rendered {
  readonly id: string;
  readonly body: string;
}

/** Standard Webhooks: the notice as JSON, signed with the receiver's secret; `webhook-id` is the notice's id. */
export const webhook: Channel<Config, Rendered> = {
  id: 'webhook',
  config,
  render: (notice: NoticeBody) => ({ id: notice.id, body: JSON.stringify(notice) }),
  open: (settings) => {
    const agent = guardedAgent(settings);
    const timeoutMs = settings.timeoutMs ?? SEND_TIMEOUT_MS;
    return {
      send: (rendered, receiver, signal) => post({ agent, timeoutMs, rendered, receiver, signal }),
      close: () => agent.destroy(),
    };
  },
};

interface Post {
  readonly agent: Agent;
  readonly timeoutMs: number;
  readonly rendered: Rendered;
  readonly receiver: Config;
  readonly signal: AbortSignal;
}

async function post({ agent, timeoutMs, rendered, receiver, signal }: Post): Promise<AttemptOutcome> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const answer = await request(receiver.url, {
      dispatcher: agent,
      method: 'POST',
      headers: headersOf(rendered, receiver.secret),
      body: rendered.body,
      signal: limit,
    });
    await discard(answer, limit);
    return outcomeOf(answer);
  } catch (error) {
    return outcomeOfError(error, { timeoutMs, ended: signal.aborted });
  }
}

function headersOf({ id, body }: Rendered, secret: string): Record<string, string> {
  const now = new Date();
  return {
    'content-type': 'application/json',
    'user-agent': 'Tickmark',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, now, body),
  };
}

/** The status says everything; the body is read to its bound so that the connection can serve again. */
async function discard(answer: Dispatcher.ResponseData, signal: AbortSignal): Promise<void> {
  try {
    await answer.body.dump({ limit: ANSWER_LIMIT_BYTES, signal });
  } catch {
    // The receiver has answered; how its body ends changes nothing.
    answer.body.destroy();
  }
}

function outcomeOf({ statusCode, headers }: Dispatcher.ResponseData): AttemptOutcome {
  const reason = `status ${statusCode}`;
  if (statusCode >= 200 && statusCode < 300) return { kind: 'sent' };
  if (statusCode < 400) return { kind: 'giveUp', reason: `${reason}: redirects are not followed; set the final address` };
  if (statusCode < 500 && !RETRIED_STATUSES.has(statusCode)) return { kind: 'giveUp', reason };
  const header = headers['retry-after'];
  const afterMs = retryAfterMs(typeof header === 'string' ? header : undefined, Date.now());
  return { kind: 'retry', reason, ...(afterMs === undefined ? {} : { afterMs }) };
}

function outcomeOfError(error: unknown, { timeoutMs, ended }: { timeoutMs: number; ended: boolean }): AttemptOutcome {
  if (causesOf(error).some((cause) => cause instanceof AddressRefused)) {
    return { kind: 'giveUp', reason: `${new AddressRefused().message}; TICKMARK_ALLOWED_NETWORKS allows networks` };
  }
  if (ended) return { kind: 'retry', reason: 'interrupted by shutdown' };
  if (error instanceof Error && error.name === 'TimeoutError') return { kind: 'retry', reason: `no answer within ${timeoutMs} ms` };
  if (error instanceof errors.ConnectTimeoutError) return { kind: 'retry', reason: 'no connection in time' };
  return { kind: 'retry', reason: codeOf(error) };
}

/** Only the code: messages can repeat the address, and with it a token in its path. */
function codeOf(error: unknown): string {
  const codes = causesOf(error).flatMap((cause) => ('code' in cause && typeof cause.code === 'string' ? [cause.code] : []));
  return codes[0] === undefined ? 'the connection failed' : `the connection failed (${codes[0]})`;
}

function causesOf(error: unknown): readonly Error[] {
  if (error instanceof AggregateError) return [error, ...error.errors.flatMap(causesOf)];
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
