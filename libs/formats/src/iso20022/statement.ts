import { controlTotals } from '../reading/control-totals.js';
import { ignored, type ItemResult, rejected } from '../reading/items.js';
import { type Decimal, decimalText, negated, parseDecimal, plus, ZERO } from '../reading/money.js';
import { at, childrenOf, textAt, type XmlElement } from '../reading/xml.js';
import { type Account, entriesOf, type Entry } from './entry.js';
import { entryEvents } from './entry-events.js';
import { instantOf, type Message } from './message.js';

/** What statements are called in each kind of message. */
const STATEMENTS: ReadonlyMap<string, string> = new Map([
  ['BkToCstmrAcctRpt', 'Rpt'],
  ['BkToCstmrStmt', 'Stmt'],
  ['BkToCstmrDbtCdtNtfctn', 'Ntfctn'],
]);

/** Undefined when the message is none that holds statements. */
export function statementItems(message: Message): readonly (readonly ItemResult[])[] | undefined {
  const name = STATEMENTS.get(message.body.name);
  if (name === undefined) return undefined;
  const statements = childrenOf(message.body, name);
  const pointer = `/Document/${message.body.name}/${name}`;
  if (statements.length === 0) return [[rejected(pointer, 'is missing: a message without a statement says nothing')]];
  return statements.map((statement, index) => oneStatement(statement, `${pointer}/${index}`, message));
}

function oneStatement(statement: XmlElement, pointer: string, message: Message): readonly ItemResult[] {
  const id = textAt(statement, 'Id');
  if (id === undefined) return [rejected(`${pointer}/Id`, 'is missing')];
  const name = textAt(statement, 'Acct', 'Id', 'IBAN') ?? textAt(statement, 'Acct', 'Id', 'Othr', 'Id');
  if (name === undefined) return [rejected(`${pointer}/Acct/Id`, 'names no account')];
  const written = textAt(statement, 'CreDtTm');
  const timeMs = written === undefined ? message.timeMs : instantOf(written, message.clock);
  if (written !== undefined && timeMs === undefined) return [rejected(`${pointer}/CreDtTm`, 'is no instant')];
  const account: Account = { name, source: `iso20022/${name}`, statement: id, clock: message.clock, timeMs };
  const entries = entriesOf(statement, pointer, account);
  if (!entries.ok) return [rejected(entries.error.pointer, entries.error.message)];
  const totals = totalsOf(statement, entries.value);
  if ('pointer' in totals) return [rejected(`${pointer}${totals.pointer}`, 'is no number')];
  const events = [...totalEvents(totals, account), ...entries.value.flatMap((entry) => entryEvents(entry, account))];
  return events.length > 0 ? events : [ignored('a statement without entries and totals says nothing')];
}

interface Totals {
  readonly declared: readonly string[];
  readonly counted: readonly string[];
  readonly records: number;
  readonly declaredRecords: number;
}

function totalEvents({ declared, counted, records, declaredRecords }: Totals, account: Account): readonly ItemResult[] {
  if (declared.length === 0) return [];
  return controlTotals({
    key: `${account.name}/${account.statement}`,
    between: `statement of ${account.name}`,
    source: account.source,
    timeMs: account.timeMs,
    declared: { records: declaredRecords, totals: declared.join(',') },
    counted: { records, totals: counted.join(',') },
  });
}

/** Only what the bank declares is compared; what it leaves out is compared with nothing. */
function totalsOf(statement: XmlElement, entries: readonly Entry[]): Totals | { readonly pointer: string } {
  const declared: string[] = [];
  const counted: string[] = [];
  const compare = (label: string, said: string, found: string): void => {
    declared.push(`${label}=${said}`);
    counted.push(`${label}=${found}`);
  };
  const summary = at(statement, 'TxsSummry');
  for (const [label, name, of] of SUMMARIES) {
    const chosen = entries.filter(of);
    const count = textAt(summary, name, 'NbOfNtries');
    if (count !== undefined) compare(label, plainNumber(count), String(chosen.length));
    const sum = textAt(summary, name, 'Sum');
    if (sum === undefined) continue;
    const said = parseDecimal(sum);
    if (said === undefined) return { pointer: `/TxsSummry/${name}/Sum` };
    compare(`${label} sum`, decimalText(said), decimalText(chosen.map(({ amount }) => amount).reduce(plus, ZERO)));
  }
  const count = textAt(summary, 'TtlNtries', 'NbOfNtries');
  if (count !== undefined && !/^\d{1,15}$/.test(count)) return { pointer: '/TxsSummry/TtlNtries/NbOfNtries' };
  const fault = compareBalances(statement, entries, compare);
  if (fault !== undefined) return { pointer: fault };
  return { declared, counted, records: entries.length, declaredRecords: count === undefined ? entries.length : Number(count) };
}

const plainNumber = (digits: string): string => digits.replace(/^0+(?=\d)/, '');

const SUMMARIES: readonly [label: string, name: string, of: (entry: Entry) => boolean][] = [
  ['entries', 'TtlNtries', () => true],
  ['credits', 'TtlCdtNtries', ({ credit }) => credit],
  ['debits', 'TtlDbtNtries', ({ credit }) => !credit],
];

interface Balance {
  readonly amount: Decimal;
  readonly currency: string;
}

/** What was there, and what was booked since, has to be what is there now. */
function compareBalances(statement: XmlElement, entries: readonly Entry[], compare: (label: string, said: string, found: string) => void): string | undefined {
  const balances = childrenOf(statement, 'Bal');
  const opening = balanceOf(balances, ['OPBD', 'PRCD']);
  const closing = balanceOf(balances, ['CLBD']);
  if (opening === undefined || closing === undefined) return undefined;
  if (opening === 'unreadable' || closing === 'unreadable') return '/Bal';
  const booked = new Map([[opening.currency, opening.amount]]);
  for (const { amount, currency, credit, status } of entries) {
    if (status !== 'BOOK') continue;
    booked.set(currency, plus(booked.get(currency) ?? ZERO, credit ? amount : negated(amount)));
  }
  const found = [...booked].map(([currency, amount]) => `${currency} ${decimalText(amount)}`).join(' and ');
  compare('closing', `${closing.currency} ${decimalText(closing.amount)}`, found);
  return undefined;
}

function balanceOf(balances: readonly XmlElement[], codes: readonly string[]): Balance | 'unreadable' | undefined {
  const found = codes.flatMap((code) => balances.filter((balance) => textAt(balance, 'Tp', 'CdOrPrtry', 'Cd') === code))[0];
  if (found === undefined) return undefined;
  const amount = parseDecimal(textAt(found, 'Amt') ?? '');
  const currency = at(found, 'Amt')?.attributes.get('Ccy');
  const sign = textAt(found, 'CdtDbtInd');
  if (amount === undefined || currency === undefined || (sign !== 'CRDT' && sign !== 'DBIT')) return 'unreadable';
  return { amount: sign === 'CRDT' ? amount : negated(amount), currency };
}
