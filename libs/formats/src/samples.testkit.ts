import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventType, loadCatalogue, validateEvent } from '@tickmark/catalogue';
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

/** A sample's events must also be ones that the catalogue's event types accept: ingestion would refuse others. */
export function sendSample(format: Format, file: string, sent: Sent = {}): ParseResult {
  const result = send(format, sampleBytes(format.id, file), sent);
  for (const fault of catalogueFaults(result)) throw new Error(`${file}: ${fault}`);
  return result;
}

export function catalogueFaults(result: ParseResult): string[] {
  if (result.outcome !== 'items') return [];
  return result.items.flatMap((item) => {
    if (item.kind !== 'event') return [];
    const type = eventTypes().get(item.event.type);
    if (type === undefined) return [`item ${item.index}: no event type ${item.event.type}`];
    return validateEvent(type, item.event.data).map((fault) => `item ${item.index}: ${fault.pointer} ${fault.message}`);
  });
}

let loaded: ReadonlyMap<string, EventType> | undefined;

function eventTypes(): ReadonlyMap<string, EventType> {
  if (loaded !== undefined) return loaded;
  const folder = join(import.meta.dirname, '..', '..', '..', 'catalogue', 'event-types');
  const files = readdirSync(folder).map((path) => ({ path, role: 'event-type' as const, text: readFileSync(join(folder, path), 'utf8') }));
  const { catalogue, faults } = loadCatalogue(files, new Map());
  if (catalogue === undefined) throw new Error(JSON.stringify(faults));
  return (loaded = catalogue.eventTypes);
}

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

/** Of the processor, so that a busy machine does not count. */
export function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
