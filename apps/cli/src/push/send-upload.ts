import { createReadStream } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { z } from 'zod';
import { ReceiptReader } from './receipt-reader.js';
import type { ListedItem } from './receipt-reader.js';
import { parsed, reasonOf, receipt, settledBy, targetOf, untilSettled } from './sending.js';
import type { Attempt, Away, Refused, Sending } from './sending.js';

export interface UploadSending extends Sending {
  readonly path: string;
  readonly sizeBytes: number;
  /** Told as the file goes out; an attempt begins with 0. */
  readonly onSent: (bytes: number, lines: number) => void;
  /** Told of each item of the answer, once, however often it had to be sent. */
  readonly onItem: (item: ListedItem) => void;
}

interface Kept {
  readonly outcome: 'kept';
  /** Its lists are empty: they were told item by item. */
  readonly receipt: z.output<typeof receipt>;
}

const ACCEPTED = 202;
/** Nothing goes out and nothing comes in for so long. */
const SILENCE_MS = 120_000;
const PROBLEM_CHARS_MOST = 4 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** Sends a file from the disk in one request, the whole of it again where that broke, until it is answered for good. */
export function sendUpload(sending: UploadSending): Promise<Kept | Refused | Away> {
  let told = 0;
  const attempt = async (): Promise<Attempt<Kept | Refused>> => {
    let item = 0;
    const onItem = (one: ListedItem): void => {
      item += 1;
      if (item <= told) return;
      told = item;
      sending.onItem(one);
    };
    return post({ ...sending, onItem });
  };
  return untilSettled(attempt, sending);
}

async function post(sending: UploadSending): Promise<Attempt<Kept | Refused>> {
  const target = targetOf(sending);
  const { contentType, headers, key, path, sizeBytes } = sending;
  const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${key}`, 'content-type': contentType, 'content-length': sizeBytes },
  });
  request.setTimeout(SILENCE_MS, () => request.destroy(new Error(`nothing came for ${SILENCE_MS / 1_000} s`)));
  const body = createReadStream(path, { end: Math.max(0, sizeBytes - 1) });
  // The answer says what is wrong, also when it comes before everything was sent.
  pipeline(body, counted(sending), request).catch(() => undefined);
  try {
    return await answered(await responseOf(request), sending);
  } catch (error) {
    return { reason: `${target.origin} does not answer (${reasonOf(error)})`, ...(isUnreachable(error) ? { unreachable: true } : {}) };
  } finally {
    body.destroy();
    request.destroy();
  }
}

const UNREACHABLE: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH'];
/** Nobody listens there; what broke in the middle is tried for longer. */
const isUnreachable = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && UNREACHABLE.includes(error.code);

const responseOf = (request: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
  });

function counted({ onSent }: UploadSending): (source: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  return async function* count(source) {
    let bytes = 0;
    let lines = 0;
    onSent(bytes, lines);
    for await (const piece of source) {
      yield piece;
      bytes += piece.length;
      for (let at = piece.indexOf(LINE_FEED); at >= 0; at = piece.indexOf(LINE_FEED, at + 1)) lines += 1;
      onSent(bytes, lines);
    }
  };
}

async function answered(response: IncomingMessage, { onItem }: UploadSending): Promise<Attempt<Kept | Refused>> {
  const { statusCode: status = 0, statusMessage: statusText = '', headers } = response;
  response.setEncoding('utf8');
  if (status !== ACCEPTED) return settledBy({ status, statusText, retryAfter: headers['retry-after'], text: await textOf(response) });
  const reader = new ReceiptReader();
  for await (const piece of response as AsyncIterable<string>) {
    for (const item of reader.take(piece)) onItem(item);
  }
  const kept = receipt.safeParse(parsed(reader.end() ?? '')).data;
  return kept === undefined ? { reason: 'the answer broke off' } : { settled: { outcome: 'kept', receipt: kept } };
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of response as AsyncIterable<string>) {
    text += piece;
    if (text.length > PROBLEM_CHARS_MOST) break;
  }
  return text;
}
