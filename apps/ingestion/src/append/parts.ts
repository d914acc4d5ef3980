import type { Rejection } from '@tickmark/persistence';
import type { Addition, PreparedEvent } from './append-request.js';
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
  /** Items that came with these events and gave none. */
  readonly ignored: number;
  readonly rejections: readonly Rejection[];
  /** How many items the daily quota counts with it; the parts after it are counted already. */
  readonly weight: number;
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

const itemsOf = ({ events, ignored, rejections }: Addition): number => events.length + ignored + rejections.length;

export function partsOf(delivery: OpenDelivery, limits: GroupLimits = GROUP_LIMITS): readonly Part[] {
  const { body, request } = delivery;
  const pieces = cut(request.events, body.length, limits);
  return toParts(delivery, request, pieces).map((part, index) => ({ ...part, first: index === 0, weight: index === 0 ? itemsOf(request) : 0 }));
}

/** More of a delivery whose row is written. `weight`: how many items it brings in the end, where this is the first of them. */
export function additionsOf(delivery: OpenDelivery, addition: Addition, weight: number): readonly Part[] {
  return toParts(delivery, addition, cut(addition.events, 0, GROUP_LIMITS)).map((part, index) => ({ ...part, weight: index === 0 ? weight : 0 }));
}

const toParts = (delivery: OpenDelivery, { ignored, rejections }: Addition, pieces: readonly Piece[]): readonly Part[] =>
  pieces.map(({ events, bytes }, index) => ({
    delivery,
    events,
    ...(index === 0 ? { ignored, rejections } : { ignored: 0, rejections: [] }),
    weight: 0,
    bytes,
    first: false,
    last: index === pieces.length - 1,
  }));

function cut(events: readonly PreparedEvent[], bodyBytes: number, limits: GroupLimits): readonly Piece[] {
  let piece: Piece = { events: [], bytes: bodyBytes };
  const pieces = [piece];
  for (const event of events) {
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
