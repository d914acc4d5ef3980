import { createHash } from 'node:crypto';
import { printable } from '../reading/bank-text.js';
import { controlTotals } from '../reading/control-totals.js';
import { shortened } from '../reading/event-id.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { type Decimal, decimalText, negated, plus, ZERO } from '../reading/money.js';
import { at, type Lists, type Place, Reader, textAt } from './values.js';
import type { Surroundings } from './surroundings.js';

const MAX_NAME = 256;

/** One person's pay of one period. The sandbox and the older and newer responses each call some of it otherwise. */
export function payStubItems(stub: Place, around: Surroundings): readonly ItemResult[] {
  const failed = failedDocument(stub, around);
  if (failed !== undefined) return [failed];
  const reader = new Reader(around.clock);
  const timeMs = reader.day(stub, 'pay_period_details', 'pay_date') ?? reader.day(stub, 'pay_period_details', 'pay_day') ?? reader.day(stub, 'pay_period_details', 'end_date');
  const comparisons = comparisonsOf(stub, reader, around.lists);
  if (reader.fault !== undefined) return [rejectedBy(reader.fault)];
  if (timeMs === undefined) return [rejected(`${stub.pointer}/pay_period_details`, 'tells neither the day of the pay nor the end of the period')];
  const { said, found, records } = comparisons;
  if (said.length === 0) return [ignored('a pay stub that tells no totals, or nothing to work them out from')];
  const employer = textAt(stub, 'employer', 'name') ?? 'unnamed employer';
  const key = around.names.nameOf(printable(nameOf(stub, employer)));
  return controlTotals({
    key: shortened(key, MAX_NAME),
    between: shortened(printable(`pay stubs of ${employer}`), MAX_NAME),
    source: around.source,
    timeMs,
    declared: { records, totals: said.join(',') },
    counted: { records, totals: found.join(',') },
  });
}

/** Names of people stay in the raw bytes: what they earn shall not stand beside them in every notice. */
function nameOf(stub: Place, employer: string): string {
  const person = [textAt(stub, 'employee', 'name'), textAt(stub, 'employee', 'taxpayer_id', 'id_mask')].join('/');
  const pseudonym = createHash('sha256').update(`${employer}/${person}`).digest('hex').slice(0, 12);
  const period = at(stub, 'pay_period_details');
  const days = [textAt(period, 'start_date'), textAt(period, 'end_date')].filter((day) => day !== undefined).join('..');
  return [employer, `employee-${pseudonym}`, textAt(period, 'pay_date') ?? textAt(period, 'pay_day'), days].filter((part) => part !== undefined && part !== '').join('/');
}

const UNFIT: ReadonlyMap<string, string> = new Map([
  ['DOCUMENT_STATUS_PROCESSING_FAILED', 'the document could not be read'],
  ['PROCESSING_FAILED', 'the document could not be read'],
]);

/** What could not be read out of a document is no pay stub. */
function failedDocument(stub: Place, { source }: Surroundings): ItemResult | undefined {
  const status = textAt(stub, 'document_metadata', 'status');
  const item = textAt(stub, 'document_id') ?? textAt(stub, 'doc_id');
  const reason = UNFIT.get(status ?? '');
  if (reason === undefined) return undefined;
  if (item === undefined) return rejected(`${stub.pointer}/document_id`, 'is missing: it names the document that could not be read');
  const name = shortened(printable(item), MAX_NAME);
  return event({ id: `${name}@${status ?? ''}`, source, type: 'item.rejected', subject: name, data: { item: name, kind: 'input', reason } });
}

interface Comparisons {
  readonly said: string[];
  readonly found: string[];
  records: number;
}

/** Only what is given on both sides is compared; hours times rates are not, since hours are rounded. */
function comparisonsOf(stub: Place, reader: Reader, lists: Lists): Comparisons {
  const result: Comparisons = { said: [], found: [], records: 0 };
  const compare = (label: string, one: Decimal | undefined, other: Decimal | undefined): void => {
    if (one === undefined || other === undefined) return;
    result.said.push(`${label}=${decimalText(one)}`);
    result.found.push(`${label}=${decimalText(other)}`);
  };
  const sum = (lines: readonly (Decimal | undefined)[]): Decimal | undefined => {
    result.records += lines.length;
    return lines.length > 0 && lines.every((line) => line !== undefined) ? lines.reduce(plus, ZERO) : undefined;
  };
  const lines = (...names: string[]): (Decimal | undefined)[] => lists.at(stub, ...names).map((line) => reader.amount(line, 'current_amount') ?? reader.amount(line, 'total'));
  const period = at(stub, 'pay_period_details');
  const listed = lines('earnings', 'breakdown');
  const earned = sum(listed.length > 0 ? listed : lines('income_breakdown'));
  const earnings = reader.amount(stub, 'earnings', 'total', 'current_amount');
  const gross = reader.amount(period, 'gross_earnings');
  const deductions = reader.amount(stub, 'deductions', 'total', 'current_amount');
  const deducted = sum(lines('deductions', 'breakdown'));
  const net = reader.amount(stub, 'net_pay', 'current_amount');
  const pay = reader.amount(period, 'pay_amount') ?? reader.amount(period, 'check_amount');
  compare('gross', gross, earned ?? earnings);
  compare('earnings', earnings, earned);
  compare('deductions', deductions, deducted);
  const left = difference(gross ?? earnings ?? earned, deductions ?? deducted);
  compare('net', net, left);
  compare('pay', pay, net ?? left);
  compare('paid out', pay ?? net, sum(lines('pay_period_details', 'distribution_breakdown')));
  compare('net of the year', reader.amount(stub, 'net_pay', 'ytd_amount'), yearLeft(stub, reader));
  return result;
}

const difference = (one: Decimal | undefined, other: Decimal | undefined): Decimal | undefined =>
  one === undefined || other === undefined ? undefined : plus(one, negated(other));

const yearLeft = (stub: Place, reader: Reader): Decimal | undefined =>
  difference(reader.amount(stub, 'earnings', 'total', 'ytd_amount'), reader.amount(stub, 'deductions', 'total', 'ytd_amount'));
