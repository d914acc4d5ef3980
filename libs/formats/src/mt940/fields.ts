import { fullYear } from '../reading/bank-text.js';
import { type Decimal, negated, parseDecimal } from '../reading/money.js';
import type { WallClock } from '../reading/wall-clock.js';

export interface Balance {
  readonly amount: Decimal;
  readonly currency: string;
  readonly date: WallClock;
}

const BALANCE = /^([CD])(\d\d)(\d\d)(\d\d)([A-Z]{3})([\d.,]{1,40})$/;

export function balanceOf(text: string): Balance | undefined {
  const [, mark, year, month, day, currency, written] = groupsOf(BALANCE, text);
  const amount = amountOf(written ?? '');
  if (amount === undefined || currency === undefined) return undefined;
  return { amount: mark === 'C' ? amount : negated(amount), currency, date: dateOf(year, month, day) };
}

/** What each part of the pattern found; nothing at all where the text is another. */
const groupsOf = (pattern: RegExp, text: string): readonly (string | undefined)[] => pattern.exec(text.trim()) ?? [];

const dateOf = (year = '', month = '', day = ''): WallClock => ({ year: fullYear(year), month: Number(month), day: Number(day) });

/** A comma before the fraction, which may be empty; some writers take a point. */
const amountOf = (written: string): Decimal | undefined => parseDecimal(written.replace(',', '.'));

export interface Sum {
  readonly count: string;
  readonly amount: Decimal;
}

/** `:90D:` and `:90C:`: how many debits and credits there are, and their sum. */
export function sumOf(text: string): Sum | undefined {
  const [, count, written] = groupsOf(/^(\d{1,5})[A-Z]{3}([\d.,]{1,40})$/, text);
  const amount = amountOf(written ?? '');
  return amount === undefined ? undefined : { count: String(Number(count)), amount };
}

/** `RC` takes back a credit, `RD` a debit; `EC` and `ED` are expected, so not booked. */
export type Mark = 'C' | 'D' | 'RC' | 'RD' | 'EC' | 'ED';

export interface Movement {
  readonly valueDate: WallClock;
  /** Month and day of the booking, where they are given. */
  readonly entryDate: string | undefined;
  readonly mark: Mark;
  readonly amount: Decimal;
  /** Such as NTRF: how the entry was made, and of what type it is. */
  readonly type: string;
  readonly customerReference: string | undefined;
  readonly bankReference: string | undefined;
}

/*
 * The letter behind the mark is the third one of the currency: `CR` is a credit in EUR, `RC` takes back a credit. Of the
 * type some banks write three characters and a blank, others leave it out and go on with their reference.
 */
const MOVEMENT = /^(\d\d)(\d\d)(\d\d)(\d{4})?([RE]?[CD])([A-Z])?([\d.,]{1,40})(?:([A-Z][A-Z0-9]{2}[A-Z0-9 ])(.*)|(\/\/.*))?$/;

export function movementOf(text: string): Movement | undefined {
  const [, year, month, day, entryDate, mark, , written, type = '', behindType, behindAmount] = groupsOf(MOVEMENT, text);
  const amount = amountOf(written ?? '');
  if (amount === undefined) return undefined;
  const [customer, bank] = splitOnce(behindType ?? behindAmount ?? '', '//');
  const own = { customerReference: referenceOf(customer), bankReference: referenceOf(bank) };
  return { valueDate: dateOf(year, month, day), entryDate, mark: mark as Mark, amount, type: type.trimEnd(), ...own };
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

const NONE: ReadonlySet<string> = new Set(['NONREF', 'NOREF', 'NOTPROVIDED', 'NOT PROVIDED']);
const IBAN = /^[A-Z]{2}\d\d[A-Z0-9]{11,30}$/;

/** A letter alone stands for no reference; some banks write the other account where it should be: that names no payment. */
export function referenceOf(written: string): string | undefined {
  const text = written.trim();
  return text.length < 2 || NONE.has(text.toUpperCase()) || /^0+$/.test(text) || IBAN.test(text) ? undefined : text;
}

const DAY_MS = 86_400_000;

/** The entry date has no year: the one nearest to the value date, which may lie on the other side of new year. */
export function entryDateOf({ entryDate, valueDate }: Movement): WallClock | undefined {
  if (entryDate === undefined) return undefined;
  const [month, day] = [Number(entryDate.slice(0, 2)), Number(entryDate.slice(2))];
  const value = Date.UTC(valueDate.year, valueDate.month - 1, valueDate.day);
  const near = [0, -1, 1].map((years) => valueDate.year + years).find((year) => Math.abs(Date.UTC(year, month - 1, day) - value) <= 183 * DAY_MS);
  return { year: near ?? valueDate.year, month, day };
}
