import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParsedItem, ParseRequest, ParseResult } from './format.js';
import { statementEvents } from './mt940/events.js';
import { readStatements, type Written } from './mt940/reader.js';
import { type Statement, statementOf } from './mt940/statement.js';
import { Repeats } from './reading/bank-text.js';
import { ignored, type ItemResult, items, malformed, placed, rejectedBy, tooMany } from './reading/items.js';
import { type ClockReader, clockOf } from './reading/wall-clock.js';

/** Statements and movements together; read, they take some 100 MB. */
const LIMITS: FormatLimits = { bodyBytes: 8 * 1024 * 1024, items: 20_000 };

/** Statements of banks as SWIFT wrote them before ISO 20022, with or without the blocks around them. */
export const mt940: Format = {
  id: 'mt940',
  title: 'SWIFT MT940 and MT950 statements',
  contentTypes: ['text/plain', 'application/octet-stream'],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'opening balance and movements, equal to the closing balance', ours: 'transfer.sent and transfer.received, equal', why: 'the statement is whole and unchanged' },
    { theirs: 'the same, not equal', ours: 'transfer.sent and transfer.received, not equal', why: 'the control over them fails; the difference stands in both hashes' },
    { theirs: 'opening balance that is not the closing balance before it, or a page that is left out', ours: 'transfer.sent and transfer.received, not equal', why: 'a statement between the two is missing' },
    { theirs: 'D', ours: 'payment.settled', why: 'the money left the account' },
    { theirs: 'C with NRTI, /RTRN/ or a code of returns', ours: 'payment.settled below nothing, item.rejected', why: 'a payment of ours came back' },
    { theirs: 'RD', ours: 'payment.settled below nothing', why: 'a debit was taken back' },
    { theirs: 'other C', ours: 'ignored', why: 'money that came in; no event type says it' },
    { theirs: 'RC, D with NRTI, /RTRN/ or a code of returns', ours: 'ignored', why: 'money that came in was taken back; no event type says it' },
    { theirs: 'EC, ED', ours: 'ignored', why: 'expected, not booked' },
    { theirs: 'MT941, MT942 and other messages', ours: 'ignored', why: 'balances and interim reports; the statement tells what was booked' },
    { theirs: 'a balance is missing', ours: 'refused', why: 'the statement was cut off, or is not whole' },
  ],
  sample: {
    contentType: 'text/plain; timezone=Europe/Berlin',
    headers: {},
    body: [
      ':20:STARTUMS',
      ':25:10020030/1234567',
      ':28C:5/1',
      ':60F:C260130EUR2000,00',
      ':61:2601310131D1250,00NTRFNONREF//77120',
      ':86:177?00SEPA-UEBERWEISUNG?20EREF+pay-88120?21SVWZ+Lohn Januar?32INES EXAMPLE',
      ':62F:C260131EUR750,00',
      '-',
    ].join('\n'),
  },
  parse,
};

/** SWIFT knows the two by their block; without one they are told apart by what is in them. */
const READ: ReadonlySet<string> = new Set(['940', '950']);
const INTERIM = ['34', '13'];

function parse(request: ParseRequest): ParseResult {
  const clock = clockOf(request.contentType);
  if (!clock.ok) return malformed(clock.error);
  const reading = readStatements(request.rawBody, LIMITS.items);
  if (reading.outcome === 'too-many') return tooMany(LIMITS);
  if (reading.statements.length === 0) return malformed({ pointer: `/lines/${reading.lastLine}`, message: 'holds no field such as :20:; send an MT940 statement' });
  return items(allItems(reading.statements, clock.value));
}

function allItems(statements: readonly Written[], clock: ClockReader): readonly ParsedItem[] {
  const told = new Set<string>();
  const read = statements.map((written) => onlyOnce(readOne(written, clock), told));
  const before = predecessors(read.flatMap((one) => ('entries' in one ? [one] : [])));
  const names = new Map<string, Repeats>();
  const all: ParsedItem[] = [];
  for (const [index, one] of read.entries()) {
    const results = 'entries' in one ? statementEvents(one, { before: before.get(one), names: namesOf(one.account, names) }) : one;
    for (const item of placed(index, results)) all.push(item);
  }
  return all;
}

function onlyOnce(one: Statement | ItemResult, told: Set<string>): Statement | ItemResult {
  if (!('entries' in one)) return one;
  if (told.has(one.content)) return ignored('the same statement was told before in this delivery');
  told.add(one.content);
  return one;
}

function readOne(written: Written, clock: ClockReader): Statement | ItemResult {
  const { messageType, fields } = written;
  const interim = messageType === '' && !fields.has('60') && !fields.has('62') && INTERIM.some((tag) => fields.has(tag));
  if ((messageType !== '' && !READ.has(messageType)) || interim) return ignored(`MT${interim ? '942' : messageType}: no statement; the statement (MT940) tells what was booked`);
  const statement = statementOf(written, clock);
  return statement.ok ? statement.value : rejectedBy(statement.error);
}

function namesOf(account: string, all: Map<string, Repeats>): Repeats {
  const names = all.get(account) ?? new Repeats();
  all.set(account, names);
  return names;
}

/** By account and currency, from the earliest day on: some banks write the newest statement first. */
function predecessors(statements: readonly Statement[]): ReadonlyMap<Statement, Statement> {
  const chains = new Map<string, Statement[]>();
  for (const statement of statements) {
    const key = `${statement.opening.currency} ${statement.account}`;
    const chain = chains.get(key);
    if (chain === undefined) chains.set(key, [statement]);
    else chain.push(statement);
  }
  const before = new Map<Statement, Statement>();
  for (const chain of chains.values()) {
    // The order of days is kept by the sort; on one day the number, and without one the order of the file.
    chain.sort((one, other) => one.timeMs - other.timeMs || compareNumbers(one.pages, other.pages));
    for (const [at, statement] of chain.entries()) {
      const previous = chain[at - 1];
      if (previous !== undefined && !isSame(previous, statement)) before.set(statement, previous);
    }
  }
  return before;
}

type Pages = Statement['pages'];

const compareNumbers = (one: Pages, other: Pages): number => (one === undefined || other === undefined ? 0 : one[0] - other[0] || one[1] - other[1]);

/** Called alike, by a bank that counts no statements: which of the two comes first is not known. */
const isSame = (one: Statement, other: Statement): boolean => one.number !== '' && one.number === other.number && one.day === other.day;
