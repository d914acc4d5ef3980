import { request } from 'undici';
import type { Dispatcher } from 'undici';

export interface GetLimits {
  /** For all of it: connection, headers and body. */
  readonly timeoutMs: number;
  readonly bytes: number;
}

/** `failed` names no more than the kind of fault: messages can repeat the address. */
export type Got = { readonly outcome: 'answered'; readonly status: number; readonly body: string } | { readonly outcome: 'failed'; readonly reason: string };

/** Reads what an address holds through a guarded agent. Redirects are not followed, and a longer body is no answer. */
export async function guardedGet(dispatcher: Dispatcher, url: string, { timeoutMs, bytes }: GetLimits): Promise<Got> {
  try {
    const answer = await request(url, { dispatcher, method: 'GET', headers: { 'user-agent': 'Tickmark' }, signal: AbortSignal.timeout(timeoutMs) });
    return await readBody(answer, bytes);
  } catch (error) {
    return { outcome: 'failed', reason: nameOf(error) };
  }
}

const nameOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'name' in error && typeof error.name === 'string' ? error.name : 'unknown';

async function readBody({ statusCode, body }: Dispatcher.ResponseData, bytes: number): Promise<Got> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    length += part.length;
    // Leaving the loop ends the connection.
    if (length > bytes) return { outcome: 'failed', reason: `longer than ${bytes} bytes` };
    parts.push(part);
  }
  return { outcome: 'answered', status: statusCode, body: Buffer.concat(parts).toString('utf8') };
}
