import { createHash } from 'node:crypto';
import type { InputFault, Result } from '@tickmark/contracts';
import { digest, printable } from '../reading/bank-text.js';
import { minorUnits } from '../reading/money.js';
import type { ClockReader, WallClock } from '../reading/wall-clock.js';
import { type Balance, balanceOf, entryDateOf, type Movement, movementOf, type Sum, sumOf } from './fields.js';
import { type Information, informationOf } from './information.js';
import type { Field, Written } from './reader.js';

export interface Entry {
  readonly movement: Movement;
  readonly information: Information;
  readonly amountMinor: number;
  readonly timeMs: number;
  /** Day of the booking, as `2026-01-31`. */
  readonly day: string;
  /** Of all that it says. */
  readonly digest: string;
}

export interface Statement {
  readonly account: string;
  /** As the bank numbers it: statement, and page of it. */
  readonly number: string;
  readonly pages: readonly [statement: number, page: number] | undefined;
  readonly opening: Balance;
  readonly closing: Balance;
  readonly day: string;
  readonly timeMs: number;
  readonly debits: Sum | undefined;
  readonly credits: Sum | undefined;
  readonly entries: readonly Entry[];
  /** All that is written in it, so that one that is told twice is known. */
  readonly content: string;
}

type Reading<T> = Result<T, InputFault>;

const at = ({ number, tag }: Field, message: string): { readonly ok: false; readonly error: InputFault } => ({ ok: false, error: { pointer: `/lines/${number}/${tag}`, message } });

export function statementOf(written: Written, clock: ClockReader): Reading<Statement> {
  const account = firstLine(written.fields.get('25'));
  if (account === '') return missing(written, '25', 'names no account');
  const opening = balanceIn(written, '60', clock);
  if (!opening.ok) return opening;
  const closing = balanceIn(written, '62', clock);
  if (!closing.ok) return closing;
  const sums = sumsOf(written);
  if (!sums.ok) return sums;
  const { timeMs, balance } = closing.value;
  const entries = entriesOf(written, { clock, currency: opening.value.balance.currency, bookedBy: balance.date });
  if (!entries.ok) return entries;
  const number = firstLine(written.fields.get('28'));
  const all = { account: printable(account), number: printable(number), pages: pagesOf(number), opening: opening.value.balance, closing: balance };
  return { ok: true, value: { ...all, day: dayOf(balance.date), timeMs, ...sums.value, entries: entries.value, content: contentOf(written) } };
}

function contentOf({ fields, entries }: Written): string {
  const hash = createHash('sha256');
  for (const { tag, text } of [...fields.values(), ...entries.map(({ field }) => field)]) hash.update(`${tag}:${text.join('\n')}\n`);
  for (const { information } of entries) hash.update(`${information.join('\n')}\n`);
  return hash.digest('hex');
}

const firstLine = (field: Field | undefined): string => (field?.text[0] ?? '').trim();

function entriesOf(written: Written, around: Around): Reading<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const { field, information } of written.entries) {
    const entry = entryOf(field, information, around);
    if (!entry.ok) return entry;
    entries.push(entry.value);
  }
  return { ok: true, value: entries };
}

function missing({ line }: Written, tag: string, message: string): { readonly ok: false; readonly error: InputFault } {
  return { ok: false, error: { pointer: `/lines/${line}/${tag}`, message } };
}

function balanceIn(written: Written, tag: '60' | '62', clock: ClockReader): Reading<{ readonly balance: Balance; readonly timeMs: number }> {
  const field = written.fields.get(tag);
  if (field === undefined) return missing(written, tag, `${tag === '60' ? 'the opening' : 'the closing'} balance is missing: the statement is not whole; send it whole`);
  const balance = balanceOf(firstLine(field));
  const timeMs = balance === undefined ? undefined : clock(balance.date);
  return balance === undefined || timeMs === undefined ? at(field, 'is no balance such as C260131EUR1250,00') : { ok: true, value: { balance, timeMs } };
}

function sumsOf({ fields }: Written): Reading<Pick<Statement, 'debits' | 'credits'>> {
  const [debit, credit] = [fields.get('90D'), fields.get('90C')];
  const debits = debit === undefined ? undefined : sumOf(firstLine(debit));
  const credits = credit === undefined ? undefined : sumOf(firstLine(credit));
  if (debit !== undefined && debits === undefined) return at(debit, 'is no number and sum such as 2EUR1250,00');
  if (credit !== undefined && credits === undefined) return at(credit, 'is no number and sum such as 2EUR1250,00');
  return { ok: true, value: { debits, credits } };
}

function pagesOf(number: string): Statement['pages'] {
  const match = /^(\d{1,5})\/(\d{1,5})$/.exec(number);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

interface Around {
  readonly clock: ClockReader;
  readonly currency: string;
  /** The day of the closing balance: what is in the statement is booked by then. */
  readonly bookedBy: WallClock;
}

function entryOf(field: Field, lines: readonly string[], { clock, currency, bookedBy }: Around): Reading<Entry> {
  const movement = movementOf(firstLine(field));
  if (movement === undefined || clock(movement.valueDate) === undefined) return at(field, 'is no movement such as 2601310131D1250,00NTRFpay-88120//77120');
  const booked = entryDateOf(movement) ?? bookedBy;
  const timeMs = clock(booked);
  if (timeMs === undefined) return at(field, 'its entry date is none');
  const amountMinor = minorUnits(movement.amount, currency);
  if (amountMinor === undefined) return at(field, `its amount is no whole number of minor units of ${currency}`);
  return { ok: true, value: { movement, information: informationOf(lines), amountMinor, timeMs, day: dayOf(booked), digest: digest([...field.text, ...lines].map((line) => line.trim()).join('\n')) } };
}

const two = (value: number): string => String(value).padStart(2, '0');
const dayOf = ({ year, month, day }: WallClock): string => `${year}-${two(month)}-${two(day)}`;
