import { digest } from '../reading/bank-text.js';
import type { Line } from './lines.js';

/** A record with its continuations. */
export class Logical {
  readonly line: number;
  readonly code: string;
  readonly fields: readonly string[];
  /** How many physical records it takes: these are what the trailers count. */
  readonly length: number;
  /** Where its fields begin that stand in a continuation: [field, line]. */
  private readonly starts: readonly (readonly [number, number])[];

  constructor(lines: readonly Line[]) {
    const [first] = lines as [Line];
    this.line = first.number;
    this.code = first.code;
    this.length = lines.length;
    const fields: string[] = [];
    this.starts = lines.map(({ rest, number }) => {
      const start = [fields.length, number] as const;
      for (const field of rest.split(',')) fields.push(field);
      return start;
    });
    this.fields = fields;
  }

  /** From 0, after the record's code. */
  field(at: number): string {
    return (this.fields[at] ?? '').trim();
  }

  pointer(at: number, name: string): string {
    const line = this.starts.findLast(([start]) => start <= at)?.[1] ?? this.line;
    return `/lines/${line}/${name}`;
  }
}

export interface Unreadable {
  readonly pointer: string;
  readonly message: string;
}

export type Reading<T> = T | Unreadable;

export const isUnreadable = (reading: unknown): reading is Unreadable => typeof reading === 'object' && reading !== null && 'message' in reading;

/** Whole minor units, with a sign or without; nothing written is nothing. */
function amountAt(record: Logical, at: number, name: string): Reading<bigint> {
  const written = record.field(at);
  if (written === '') return 0n;
  return /^[+-]?\d{1,30}$/.test(written) ? BigInt(written.replace('+', '')) : { pointer: record.pointer(at, name), message: 'is no whole number of minor units' };
}

/** Undefined: not declared, so compared with nothing. */
function declaredAt(record: Logical, at: number, name: string): Reading<bigint> | undefined {
  return record.field(at) === '' ? undefined : amountAt(record, at, name);
}

export interface Trailer {
  readonly total: bigint | undefined;
  /** Accounts of a group, groups of a file. */
  readonly parts: bigint | undefined;
  readonly records: number | undefined;
}

export function trailerOf(record: Logical): Reading<Trailer> {
  const hasParts = record.code !== '49';
  const total = declaredAt(record, 0, 'controlTotal');
  if (isUnreadable(total)) return total;
  const parts = hasParts ? countAt(record, 1, record.code === '98' ? 'accounts' : 'groups') : undefined;
  if (isUnreadable(parts)) return parts;
  const records = countAt(record, hasParts ? 2 : 1, 'records');
  if (isUnreadable(records)) return records;
  return { total, parts, records: records === undefined ? undefined : Number(records) };
}

function countAt(record: Logical, at: number, name: string): Reading<bigint> | undefined {
  const count = declaredAt(record, at, name);
  if (count === undefined || isUnreadable(count)) return count;
  return count >= 0n && count <= BigInt(Number.MAX_SAFE_INTEGER) ? count : { pointer: record.pointer(at, name), message: 'is no count' };
}

/** What lies behind an amount says when it can be used: how many fields that takes. */
function fundsFields(record: Logical, at: number): Reading<number> {
  const kind = record.field(at).toUpperCase();
  switch (kind) {
    case 'S':
      return 4;
    case 'V':
      return 3;
    case 'D': {
      const count = record.field(at + 1);
      return /^\d{1,3}$/.test(count) ? 2 + 2 * Number(count) : { pointer: record.pointer(at + 1, 'distributions'), message: 'is no number of distributions' };
    }
    default:
      return /^[012Z]?$/.test(kind) ? 1 : { pointer: record.pointer(at, 'fundsType'), message: 'is none of 0, 1, 2, S, V, D, Z' };
  }
}

const TYPE_CODE = /^\d{3}$/;

/** The amounts of an account's summary, whatever they are of, added up. */
export function summaryOf(record: Logical): Reading<bigint> {
  let sum = 0n;
  for (let at = 2; at < record.fields.length; ) {
    const type = record.field(at);
    // A comma at the end of a line that goes on in the next one makes a field that is none.
    if (type === '' && record.field(at + 1) !== '') {
      at += 1;
      continue;
    }
    if (type !== '' && !TYPE_CODE.test(type)) return { pointer: record.pointer(at, 'typeCode'), message: 'is no type code of three digits' };
    const amount = amountAt(record, at + 1, 'amount');
    if (isUnreadable(amount)) return amount;
    sum += amount;
    const funds = fundsFields(record, at + 3);
    if (isUnreadable(funds)) return funds;
    at += 3 + funds;
  }
  return sum;
}

export interface Detail {
  readonly line: number;
  readonly type: string;
  readonly amount: bigint;
  readonly bankReference: string;
  readonly customerReference: string;
  /** Of all that it says. */
  readonly digest: string;
  /** Its amount counts, but where its references stand cannot be told. */
  readonly fault?: Unreadable;
}

export function detailOf(record: Logical): Reading<Detail> {
  const type = record.field(0);
  if (!TYPE_CODE.test(type)) return { pointer: record.pointer(0, 'typeCode'), message: 'is no type code of three digits' };
  const amount = amountAt(record, 1, 'amount');
  if (isUnreadable(amount)) return amount;
  const funds = fundsFields(record, 2);
  const at = isUnreadable(funds) ? record.fields.length : 2 + funds;
  const own = { line: record.line, type, amount, ...(isUnreadable(funds) ? { fault: funds } : {}) };
  return { ...own, bankReference: record.field(at), customerReference: record.field(at + 1), digest: digest(record.fields.map((field) => field.trim()).join(',')) };
}
