import type { AppendRequest, PreparedEvent } from './append-request.js';
import type { OpenDelivery } from './open-delivery.js';

/** Bounds of one transaction. */
export interface GroupLimits {
  readonly leaves: number;
  readonly bytes: number;
}

const GROUP_LIMITS: GroupLimits = { leaves: 2_000, bytes: 8 * 1024 * 1024 };

/** A piece of a delivery that fits a transaction; nearly all deliveries are one part. */
export interface Part {
  readonly delivery: OpenDelivery;
  readonly events: readonly PreparedEvent[];
  readonly first: boolean;
  readonly last: boolean;
  readonly bytes: number;
}

/** Fixed costs of a row, so that many tiny events are not taken for nothing. */
const ROW_BYTES = 256;

interface Piece {
  readonly events: PreparedEvent[];
  bytes: number;
}

export function partsOf(delivery: OpenDelivery, limits: GroupLimits = GROUP_LIMITS): readonly Part[] {
  const pieces = cut(delivery.request, limits);
  return pieces.map(({ events, bytes }, index) => ({
    delivery,
    events,
    bytes,
    first: index === 0,
    last: index === pieces.length - 1,
  }));
}

function cut(request: AppendRequest, limits: GroupLimits): readonly Piece[] {
  let piece: Piece = { events: [], bytes: request.body.length };
  const pieces = [piece];
  for (const event of request.events) {
    const bytes = event.normal.length + ROW_BYTES;
    const isFull = piece.events.length >= limits.leaves || piece.bytes + bytes > limits.bytes;
    if (isFull && piece.events.length > 0) {
      piece = { events: [], bytes: 0 };
      pieces.push(piece);
    }
    piece.events.push(event);
    piece.bytes += bytes;
  }
  return pieces;
}

/** How many of the waiting parts go into the next transaction; at least one. */
export function groupSize(waiting: readonly { readonly part: Part }[], limits: GroupLimits = GROUP_LIMITS): number {
  let leaves = 0;
  let bytes = 0;
  for (const [index, { part }] of waiting.entries()) {
    leaves += part.events.length;
    bytes += part.bytes;
    if (index > 0 && (leaves > limits.leaves || bytes > limits.bytes)) return index;
  }
  return waiting.length;
}
