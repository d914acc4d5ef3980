import { createHash } from 'node:crypto';
import type { JudgedEvent } from './model.js';

/** Greater than every order that an event can have. */
export const LAST_ORDER = '\uffff';

const DIGITS = /^\d{1,30}$/;
const HASH_LENGTH = 20;

/**
 * Orders what takes effect in one instant: the CloudEvents sequence first, then something that depends on the content
 * alone, so that the order of arrival never matters. Plain comparison of code units; never let a database's collation sort it.
 */
export function orderOf(event: JudgedEvent, role: string): string {
  const sequence = event.sequence ?? '';
  const identity = JSON.stringify([event.feedName, event.source, event.eventId]);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, HASH_LENGTH);
  return `${DIGITS.test(sequence) ? sequence.padStart(30, '0') : sequence} ${hash}.${role}`;
}

/** The part of an order that the source gave; what shares it, in one instant, is a tie. */
export const sequenceOf = (order: string): string => order.slice(0, order.lastIndexOf(' '));

interface Placed {
  readonly atMs: number;
  readonly order: string;
}

export function compareKeyOrder(a: Placed, b: Placed): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs;
  if (a.order === b.order) return 0;
  return a.order < b.order ? -1 : 1;
}
