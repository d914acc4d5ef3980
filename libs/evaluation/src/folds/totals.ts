import { canonical } from '@tickmark/catalogue';
import type { Json, JsonObject } from '@tickmark/contracts';
import { defined } from '../defined.js';
import { isBackfill, systemOf } from '../folding/instants.js';
import type { Point } from '../model.js';

export interface TotalRules {
  /** Fields that must be equal as they are. */
  readonly equal: readonly string[];
  /** Fields that add up over several bookings. */
  readonly sum: readonly string[];
  readonly once: boolean;
}

interface Told {
  readonly atMs: number;
  readonly evidenceId: string;
  readonly receivedAtMs: number;
  readonly settleMs: number;
  readonly feedId: number;
  readonly system: string;
  readonly backfill: boolean;
  readonly values: JsonObject;
  /** False: it happened before the check was in force, and is none of its occurrences. */
  readonly inForce: boolean;
}

export interface Sent extends Told {
  /** Fields that a remedy reads. */
  readonly kept: JsonObject;
}

export interface Booking extends Told {
  /** The booking's own id, as far as its type has one. */
  readonly own?: string;
  readonly hash?: string;
}

const toldOf = (point: Point, inForce: boolean): Told => {
  const { atMs, evidenceId, receivedAtMs, settleMs, feedId, facts } = point;
  const values = (facts['values'] ?? {}) as JsonObject;
  return { atMs, evidenceId, receivedAtMs, settleMs, feedId, system: systemOf(point), backfill: isBackfill(point), values, inForce };
};

export const sentOf = (point: Point, inForce: boolean): Sent => ({ ...toldOf(point, inForce), kept: (point.facts['data'] ?? {}) as JsonObject });

export function bookingOf(point: Point, inForce: boolean): Booking {
  const { own, hash } = point.facts;
  return { ...toldOf(point, inForce), ...defined({ own: textIn(own), hash: textIn(hash) }) };
}

const textIn = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * Is this booking one that is there already? By its own id; without one by its content and hash. Parts of a sum may be
 * alike by chance: without an id only the same hash says that they are one.
 */
export function isDoubled(booking: Booking, before: readonly Booking[], { sum }: TotalRules): boolean {
  return before.some((other) => {
    if (booking.own !== undefined && other.own !== undefined) return booking.own === other.own || sum.length === 0;
    if (sum.length === 0) return true;
    return booking.hash !== undefined && booking.hash === other.hash && sameValues(booking, other);
  });
}

/** Whatever the order of the members: a database keeps none. */
export const sameValues = (a: Told, b: Told): boolean => canonical(a.values) === canonical(b.values);

/** What was booked so far against what was sent. Sums are exact: whole numbers of any size. */
export function compareTotals(sent: Sent, bookings: readonly Booking[], { equal, sum }: TotalRules): 'equal' | 'less' | 'more' | 'differs' {
  const last = bookings.at(-1);
  if (last === undefined) return 'less';
  const differing = bookings.some(({ values }) => equal.some((field) => !sum.includes(field) && values[field] !== sent.values[field]));
  if (differing) return 'differs';
  if (sum.length === 0) return 'equal';
  const signs = sum.map((field) => {
    const target = exact(sent.values[field]);
    const booked = bookings.reduce((total, { values }) => total.plus(exact(values[field])), ZERO);
    return booked.comparedWith(target);
  });
  if (signs.every((sign) => sign === 0)) return 'equal';
  return signs.includes(1) ? 'more' : 'less';
}

/** Sums of whole numbers are BigInt; where a decimal comes in, they are decimals. */
class Amount {
  constructor(readonly value: bigint | number) {}

  plus({ value }: Amount): Amount {
    if (typeof this.value === 'bigint' && typeof value === 'bigint') return new Amount(this.value + value);
    return new Amount(Number(this.value) + Number(value));
  }

  /** Sign of what is too much (1), missing (-1) or neither, for credits (less than nothing) as for debits. */
  comparedWith({ value }: Amount): -1 | 0 | 1 {
    const [too, short] = value >= 0 ? [this.value > value, this.value < value] : [this.value < value, this.value > value];
    return too ? 1 : short ? -1 : 0;
  }
}

const ZERO = new Amount(0n);

const exact = (value: Json | undefined): Amount => new Amount(Number.isSafeInteger(value) ? BigInt(value as number) : Number(value ?? 0));
