/*
 * The fields of a NACHA file by their places (from 0). Advices (ADV) write amounts wider than all other kinds.
 */
type Place = readonly [from: number, until: number];

const FILE_HEADER = { destination: [3, 13], origin: [13, 23], date: [23, 29], time: [29, 33], modifier: [33, 34] } as const;
const BATCH_HEADER = { serviceClass: [1, 4], batchNumber: [87, 94] } as const;
const ENTRY = { transactionCode: [1, 3], routing: [3, 11], amount: [29, 39], trace: [79, 94] } as const;
const ADV_ENTRY = { ...ENTRY, amount: [27, 39] } as const;
const ADDENDA = { kind: [1, 3], code: [3, 6], originalTrace: [6, 21] } as const;
const BATCH_CONTROL = { serviceClass: [1, 4], records: [4, 10], entryHash: [10, 20], debits: [20, 32], credits: [32, 44], batchNumber: [87, 94] } as const;
const ADV_BATCH_CONTROL = { ...BATCH_CONTROL, debits: [20, 40], credits: [40, 60] } as const;
const FILE_CONTROL = { batches: [1, 7], blocks: [7, 13], records: [13, 21], entryHash: [21, 31], debits: [31, 43], credits: [43, 55] } as const;
const ADV_FILE_CONTROL = { ...FILE_CONTROL, debits: [31, 51], credits: [51, 71] } as const;

export const ADVICES = '280';

const textAt = (line: string, [from, until]: Place): string => line.slice(from, until).trim();

/** Digits only, blanks before them allowed: some writers leave out leading zeros. */
function numberAt(line: string, [from, until]: Place): bigint | undefined {
  const digits = line.slice(from, until).trimStart();
  return /^\d+$/.test(digits) ? BigInt(digits) : undefined;
}

/** Amounts are whole cents. They are added up as whole numbers of any size, so that no total is rounded. */
export interface Totals {
  readonly records: bigint;
  readonly entryHash: bigint;
  readonly debits: bigint;
  readonly credits: bigint;
}

export type Reading<T> = T | { readonly field: string };

export const isUnreadable = <T extends object>(reading: Reading<T>): reading is { readonly field: string } => 'field' in reading;

function numbersAt<Name extends string>(line: string, places: Readonly<Record<Name, Place>>, names: readonly Name[]): Reading<Record<Name, bigint>> {
  const numbers = {} as Record<Name, bigint>;
  for (const name of names) {
    const value = numberAt(line, places[name]);
    if (value === undefined) return { field: name };
    numbers[name] = value;
  }
  return numbers;
}

const TOTALS = ['records', 'entryHash', 'debits', 'credits'] as const;

export interface FileHeader {
  readonly destination: string;
  readonly origin: string;
  readonly date: string;
  readonly time: string;
  readonly modifier: string;
}

export function fileHeader(line: string): FileHeader {
  const { destination, origin, date, time, modifier } = FILE_HEADER;
  return {
    destination: textAt(line, destination),
    origin: textAt(line, origin),
    date: textAt(line, date),
    time: textAt(line, time),
    modifier: textAt(line, modifier),
  };
}

export const batchHeader = (line: string): { readonly serviceClass: string; readonly batchNumber: string } => ({
  serviceClass: textAt(line, BATCH_HEADER.serviceClass),
  batchNumber: textAt(line, BATCH_HEADER.batchNumber),
});

export interface Entry {
  readonly routing: bigint;
  readonly amount: bigint;
  readonly credit: boolean;
  readonly trace: string;
}

export function entryOf(line: string, serviceClass: string): Reading<Entry> {
  const places = serviceClass === ADVICES ? ADV_ENTRY : ENTRY;
  const credit = isCredit(textAt(line, ENTRY.transactionCode));
  if (credit === undefined) return { field: 'transactionCode' };
  const numbers = numbersAt(line, places, ['routing', 'amount']);
  return isUnreadable(numbers) ? numbers : { ...numbers, credit, trace: textAt(line, ENTRY.trace) };
}

/** 20 to 59: money in below 5, out from 5 on, in each ten. 81 to 88: advices, odd is a credit. */
function isCredit(code: string): boolean | undefined {
  if (/^[2-5]\d$/.test(code)) return Number(code) % 10 < 5;
  return /^8[1-8]$/.test(code) ? Number(code) % 2 === 1 : undefined;
}

export interface Addenda {
  readonly kind: string;
  /** Why it comes back (R..) or what has to be changed (C..); only in the kinds 99 and 98. */
  readonly code: string;
  readonly originalTrace: string;
}

export const addendaOf = (line: string): Addenda => ({
  kind: textAt(line, ADDENDA.kind),
  code: textAt(line, ADDENDA.code),
  originalTrace: textAt(line, ADDENDA.originalTrace),
});

export type BatchControl = Totals & { readonly serviceClass: string; readonly batchNumber: string };

export function batchControl(line: string, serviceClass: string): Reading<BatchControl> {
  const numbers = numbersAt(line, serviceClass === ADVICES ? ADV_BATCH_CONTROL : BATCH_CONTROL, TOTALS);
  if (isUnreadable(numbers)) return numbers;
  return { ...numbers, serviceClass: textAt(line, BATCH_CONTROL.serviceClass), batchNumber: textAt(line, BATCH_CONTROL.batchNumber) };
}

export type FileControl = Totals & { readonly batches: bigint; readonly blocks: bigint };

export const fileControl = (line: string, advices: boolean): Reading<FileControl> =>
  numbersAt(line, advices ? ADV_FILE_CONTROL : FILE_CONTROL, ['batches', 'blocks', ...TOTALS]);
