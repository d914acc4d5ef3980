import { entryEvents } from '../payments/bank-entry.js';
import { fullYear, printable, Repeats } from '../reading/bank-text.js';
import { controlTotals } from '../reading/control-totals.js';
import { eventId, shortened } from '../reading/event-id.js';
import { ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import type { ClockReader } from '../reading/wall-clock.js';
import type { Account, Bai2File, Counted, Group } from './reader.js';
import type { Detail, Trailer } from './records.js';
import { movementOf, takenBackBy } from './type-codes.js';

const MAX_NAME = 256;
const STATUSES: ReadonlySet<string> = new Set(['', '1', '2', '3', '4']);

/** The file first, then each group, and each account of it. */
export function* eventsOfFile(file: Bai2File, clock: ClockReader): Generator<readonly ItemResult[]> {
  const { sender, receiver, date, time, id } = file;
  const name = printable([sender, receiver, date, time, id].join('-'));
  const timeMs = instantOf(date, time, clock);
  yield totals(file, { key: name, between: printable(`bai2 ${sender} to ${receiver}`), source: printable(`bai2/${sender}`), timeMs, parts: 'groups' });
  const names = new Repeats();
  for (const group of file.groups) {
    const own = [group.originator, group.receiver, group.asOfDate, group.asOfTime].filter((part) => part !== '').join('-');
    const key = names.nameOf(printable(`${name}/${own}`));
    yield* groupEvents(group, key, clock);
  }
}

function* groupEvents(group: Group, key: string, clock: ClockReader): Generator<readonly ItemResult[]> {
  const pointer = `/lines/${group.line}`;
  const timeMs = instantOf(group.asOfDate, group.asOfTime, clock);
  const fault = groupFault(group, timeMs);
  if (fault !== undefined) {
    yield [rejected(`${pointer}/${fault[0]}`, fault[1])];
    return;
  }
  if (group.status === '4') {
    yield [ignored('a group for test only: nothing happened')];
    return;
  }
  const source = printable(`bai2/${group.originator}`);
  yield totals(group, { key, between: printable(`bai2 group of ${group.originator}`), source, timeMs, parts: 'accounts' });
  const names = new Repeats();
  const booked = instantOf(group.asOfDate, '', clock);
  const date = group.asOfDate.slice(-6);
  for (const account of group.accounts) {
    const number = printable(account.number);
    const of = { key: `${key}/${names.nameOf(number)}`, between: `statement of ${number}`, source, timeMs, parts: '' };
    yield [...totals(account, of), ...detailEvents(account, group, { number, source, timeMs: booked, date })];
  }
}

function groupFault({ status, asOfDate }: Group, timeMs: number | undefined): readonly [field: string, message: string] | undefined {
  if (!STATUSES.has(status)) return ['status', 'is none of 1 (update), 2 (deletion), 3 (correction), 4 (test)'];
  if (asOfDate === '') return ['asOfDate', 'is missing'];
  return timeMs === undefined ? ['asOfDate', 'is no date and time that a clock can show'] : undefined;
}

const STAMP = /^(\d{2}|\d{4})(\d\d)(\d\d)$/;
/** Ends of the day, in two ways that are no time of a clock: its last minute, so that the day stays what it is. */
const END_OF_DAY: ReadonlySet<string> = new Set(['2400', '9999', '240000', '999999']);

/** A date without a time is its first instant; some banks write a time with colons. */
function instantOf(date: string, written: string, clock: ClockReader): number | undefined {
  const time = written.replaceAll(':', '');
  const match = STAMP.exec(date);
  const [hour, minute] = END_OF_DAY.has(time) ? ['23', '59'] : [time.slice(0, 2), time.slice(2, 4)];
  if (match === null || !/^(\d{4}(\d\d)?)?$/.test(time)) return undefined;
  const [, year = '', month = '', day = ''] = match;
  return clock({ year: fullYear(year), month: Number(month), day: Number(day), hour: Number(hour), minute: Number(minute) });
}

interface Named {
  readonly key: string;
  readonly between: string;
  readonly source: string;
  readonly timeMs: number | undefined;
  /** What the trailer counts besides records. */
  readonly parts: string;
}

/** Only what a trailer declares is compared; what it leaves out is compared with nothing. */
function totals({ declared, counted }: { readonly declared: Trailer; readonly counted: Counted }, { parts, ...of }: Named): readonly ItemResult[] {
  const said: string[] = [];
  const found: string[] = [];
  const compare = (label: string, one: bigint | undefined, other: bigint): void => {
    if (one === undefined) return;
    said.push(`${label}=${one}`);
    found.push(`${label}=${other}`);
  };
  compare(parts, declared.parts, BigInt(counted.parts));
  compare('total', declared.total, counted.total);
  if (said.length === 0 && declared.records === undefined) return [ignored('a trailer that declares no total says nothing')];
  return controlTotals({
    ...of,
    key: shortened(of.key, MAX_NAME),
    between: shortened(of.between, MAX_NAME),
    declared: { records: declared.records ?? counted.records, totals: said.join(',') || 'no total declared' },
    counted: { records: counted.records, totals: found.join(',') || 'no total declared' },
  });
}

interface Booked {
  readonly number: string;
  readonly source: string;
  /** The day of the report: an account's details tell no time of their own. */
  readonly timeMs: number | undefined;
  readonly date: string;
}

function detailEvents({ details, currency }: Account, { status, modifier }: Group, booked: Booked): readonly ItemResult[] {
  if (details.length === 0) return [];
  if (status === '2') return [ignored('a deletion: what it lists was told before, and is not taken back by it')];
  if (modifier === '1' || modifier === '3') return [ignored('an interim report: the final one tells what was booked')];
  const names = new Repeats();
  return details.flatMap((detail) => detailEvent(detail, names.nameOf(`${booked.date}/${detail.digest}`), { ...booked, currency }));
}

/** Many writers fill a reference with zeros where there is none. */
const referenceOf = (written: string): string | undefined => (/^0*$/.test(written) ? undefined : printable(written));

/** Banks use references again on another day: a detail is known by its day and all that it says. */
function detailEvent(detail: Detail, place: string, { number, source, timeMs, currency }: Booked & { readonly currency: string }): readonly ItemResult[] {
  const movement = movementOf(detail.type);
  if (movement === 'neither') return [ignored(`type ${detail.type}: no movement on the account`)];
  if (detail.amount === 0n) return [ignored('no money moved')];
  if (detail.fault !== undefined) return [rejectedBy(detail.fault)];
  const amountMinor = Number(detail.amount);
  if (!Number.isSafeInteger(amountMinor) || amountMinor < 0) return [rejected(`/lines/${detail.line}/amount`, 'is no amount that can be kept exactly, without a sign')];
  const booking = referenceOf(detail.bankReference) ?? place;
  const { takesBack, returned } = takenBackBy(detail.type);
  const payment = referenceOf(detail.customerReference) ?? booking;
  const credit = movement === 'in';
  return entryEvents({ id: eventId(number, place), source, account: number, timeMs, payment, booking, credit, takesBack, returned, amountMinor, currency });
}
