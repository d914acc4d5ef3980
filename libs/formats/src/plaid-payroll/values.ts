import type { InputFault, Json, JsonObject } from '@tickmark/contracts';
import { type Decimal, parseDecimal } from '../reading/money.js';
import { isObject } from '../reading/records.js';
import type { ClockReader } from '../reading/wall-clock.js';

/** What stands at a path of the record, with the path, so that a fault can name it. */
export interface Place {
  readonly value: Json | undefined;
  readonly pointer: string;
}

export function at(place: Place, ...names: readonly string[]): Place {
  return names.reduce<Place>(({ value, pointer }, name) => ({ value: isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined, pointer: `${pointer}/${name}` }), place);
}

/** The lists of one document, all of them together bounded. */
export class Lists {
  /** More than can be taken from one document: what was read is not all of it. */
  exceeded = false;

  constructor(private left: number) {}

  /** Nothing at all where there is no list. */
  at(place: Place, ...names: readonly string[]): readonly Place[] {
    const { value, pointer } = at(place, ...names);
    if (!Array.isArray(value)) return [];
    this.exceeded ||= value.length > this.left;
    if (this.exceeded) return [];
    this.left -= value.length;
    return (value as readonly Json[]).map((item, index) => ({ value: item, pointer: `${pointer}/${index}` }));
  }
}

export const objectOf = ({ value }: Place): JsonObject | undefined => (isObject(value) ? value : undefined);

/** Undefined where it is missing, null, empty or something else. */
export function textAt(place: Place, ...names: readonly string[]): string | undefined {
  const { value } = at(place, ...names);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:$|T)/;

/** Reads what may be missing, and keeps the first value that is there and cannot be read. */
export class Reader {
  fault: InputFault | undefined;

  constructor(private readonly clock: ClockReader) {}

  /** A number as it was written; its shortest text is that for as many digits as money has. */
  amount(place: Place, ...names: readonly string[]): Decimal | undefined {
    const { value, pointer } = at(place, ...names);
    if (value === undefined || value === null) return undefined;
    const amount = typeof value === 'number' || typeof value === 'string' ? parseDecimal(String(value)) : undefined;
    if (amount === undefined) this.fault ??= { pointer, message: 'is no amount' };
    return amount;
  }

  /** The first instant of a day. */
  day(place: Place, ...names: readonly string[]): number | undefined {
    const { value, pointer } = at(place, ...names);
    if (value === undefined || value === null) return undefined;
    const match = typeof value === 'string' ? DATE.exec(value) : null;
    const ms = match === null ? undefined : this.clock({ year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) });
    if (ms === undefined) this.fault ??= { pointer, message: 'is no day such as 2026-01-31' };
    return ms;
  }
}
