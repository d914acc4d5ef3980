import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toInstant } from '@tickmark/contracts';
import type { Format, Headers, ParsedItem, ParseResult } from './format.js';

const SAMPLES = join(import.meta.dirname, '..', 'samples');

export const sampleBytes = (format: string, file: string): Uint8Array => readFileSync(join(SAMPLES, format, file));
export const sampleText = (format: string, file: string): string => readFileSync(join(SAMPLES, format, file), 'utf8');

/** Files of a format's samples that a spec has to say something about. */
export const sampleFiles = (format: string): string[] =>
  readdirSync(join(SAMPLES, format)).filter((file) => file !== 'README.md').sort();

export interface Sent {
  readonly contentType?: string;
  readonly headers?: Headers;
  readonly system?: string;
}

export function send(format: Format, rawBody: Uint8Array | string, sent: Sent = {}): ParseResult {
  const contentType = sent.contentType ?? 'application/json';
  return format.parse({
    headers: { 'content-type': contentType, ...sent.headers },
    rawBody: typeof rawBody === 'string' ? Buffer.from(rawBody) : rawBody,
    contentType,
    feed: { name: 'test-feed', system: sent.system ?? 'test-system' },
  });
}

export const sendSample = (format: Format, file: string, sent: Sent = {}): ParseResult =>
  send(format, sampleBytes(format.id, file), sent);

/** An item as the specs write it: one line an event, with its time as text. */
export type Shown =
  | { readonly index: number; readonly id: string; readonly source: string; readonly type: string; readonly subject?: string; readonly time: string; readonly data: unknown; readonly sequence?: string }
  | { readonly index: number; readonly ignored: string }
  | { readonly index: number; readonly rejected: string; readonly message: string };

export function shown(result: ParseResult): Shown[] {
  if (result.outcome !== 'items') throw new Error(`expected items, got ${JSON.stringify(result)}`);
  return result.items.map(shownItem);
}

function shownItem(item: ParsedItem): Shown {
  const { index } = item;
  if (item.kind === 'ignored') return { index, ignored: item.reason };
  if (item.kind === 'rejected') return { index, rejected: item.pointer, message: item.message };
  const { timeMs, ...rest } = item.event;
  return { index, ...rest, time: timeMs === undefined ? 'none given' : toInstant(timeMs) };
}
