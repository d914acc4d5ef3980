import type { z } from 'zod';
import { parsed, reasonOf, receipt, settledBy, targetOf, untilSettled } from './sending.js';
import type { Attempt, Away, Refused, Sending } from './sending.js';

const HANDSHAKE: z.output<typeof receipt> = { deliveryId: '', accepted: 0, ignored: 1, rejected: [], events: [] };

interface Kept {
  readonly outcome: 'kept';
  readonly receipt: z.output<typeof receipt>;
}

export type Sent = Kept | Refused | Away;

const TIMEOUT_MS = 30_000;

/** Sends one request until it is answered for good. */
export const sendBatch = (body: string, sending: Sending): Promise<Sent> => untilSettled(() => post(body, sending), sending);

async function post(body: string, sending: Sending): Promise<Attempt<Kept | Refused>> {
  const { key, contentType, headers } = sending;
  const target = targetOf(sending);
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${key}`, 'content-type': contentType },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return understood(response, await response.text());
  } catch (error) {
    const reason = `${target.origin} does not answer (${reasonOf(error)})`;
    return error instanceof Error && error.name === 'TimeoutError' ? { reason } : { reason, unreachable: true };
  }
}

function understood({ headers, ok, status, statusText }: Response, text: string): Attempt<Kept | Refused> {
  const kept = status === 202 ? receipt.safeParse(parsed(text)).data : undefined;
  if (kept !== undefined) return { settled: { outcome: 'kept', receipt: kept } };
  // A handshake (GitHub's ping) is answered and leaves no evidence.
  if (ok) return { settled: { outcome: 'kept', receipt: HANDSHAKE } };
  return settledBy({ status, statusText, retryAfter: headers.get('retry-after') ?? undefined, text });
}
