import type { PushInput } from './read-input.js';

export interface Batch {
  readonly body: string;
  /** Number of the first item in its file, and how many. */
  readonly first: number;
  readonly count: number;
}

const ITEMS_MOST = 500;
const BYTES_MOST = 1_048_576;

/** Bounded requests: an answer comes for each before the next is sent. What cannot be cut goes as it is. */
export function* batchesOf({ items, shape }: PushInput): Generator<Batch> {
  if (shape === 'whole') {
    yield { body: items[0] ?? '', first: 0, count: 1 };
    return;
  }
  let taken: string[] = [];
  let bytes = 0;
  let first = 0;
  for (const item of items) {
    const size = Buffer.byteLength(item) + 1;
    if (taken.length > 0 && (taken.length === ITEMS_MOST || bytes + size > BYTES_MOST)) {
      yield { body: joined(taken, shape), first, count: taken.length };
      first += taken.length;
      taken = [];
      bytes = 0;
    }
    taken.push(item);
    bytes += size;
  }
  if (taken.length > 0) yield { body: joined(taken, shape), first, count: taken.length };
}

const joined = (items: readonly string[], shape: 'json-array' | 'json-lines'): string =>
  shape === 'json-lines' ? `${items.join('\n')}\n` : `[${items.join(',')}]`;
