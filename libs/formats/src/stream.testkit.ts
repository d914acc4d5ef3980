import type { FormatStream, StreamStep } from './format.js';

/** All steps of a stream that comes whole. */
export const streamed = (stream: FormatStream, all: Iterable<Uint8Array>): StreamStep[] => [...[...all].flatMap((piece) => [...stream.take(piece)]), ...stream.end()];

/** The bytes in pieces of these sizes, over and over. */
export function pieces(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const all: Uint8Array[] = [];
  for (let from = 0, at = 0; from < bytes.length; at += 1) {
    const until = from + (sizes[at % sizes.length] ?? bytes.length);
    all.push(bytes.subarray(from, until));
    from = until;
  }
  return all;
}

export const partsOf = (steps: readonly StreamStep[]): Uint8Array[] => steps.flatMap((step) => (step.kind === 'part' ? [step.bytes] : []));
