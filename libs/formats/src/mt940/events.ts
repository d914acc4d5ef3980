import { entryEvents } from '../payments/bank-entry.js';
import { printable, type Repeats } from '../reading/bank-text.js';
import { controlTotals } from '../reading/control-totals.js';
import { eventId, shortened } from '../reading/event-id.js';
import { ignored, type ItemResult } from '../reading/items.js';
import { type Decimal, decimalText, negated, plus, ZERO } from '../reading/money.js';
import type { Balance, Mark } from './fields.js';
import type { Entry, Statement } from './statement.js';

const MAX_NAME = 256;

/** What each mark does to the balance; what is expected is not booked. */
const CREDITS: ReadonlyMap<Mark, boolean> = new Map([
  ['C', true],
  ['RD', true],
  ['D', false],
  ['RC', false],
]);

interface Context {
  /** The statement of the same account before this one, where it is in the same delivery. */
  readonly before: Statement | undefined;
  /** Names of one account, over the whole delivery. */
  readonly names: Repeats;
}

export function statementEvents(statement: Statement, { before, names }: Context): readonly ItemResult[] {
  const key = names.nameOf([statement.day, statement.number].filter((part) => part !== '').join('/'));
  return [...totals(statement, before, key), ...statement.entries.flatMap((entry) => entryItems(entry, statement, names.nameOf(placeOf(entry, key))))];
}

/** What the bank declares, and what was worked out from the movements and from the statement before. */
function totals({ account, timeMs, opening, closing, debits, credits, entries, pages }: Statement, before: Statement | undefined, key: string): readonly ItemResult[] {
  const said: string[] = [];
  const found: string[] = [];
  const compare = (label: string, one: string, other: string): void => {
    said.push(`${label}=${one}`);
    found.push(`${label}=${other}`);
  };
  if (before !== undefined) compare('opening', balanceText(opening), balanceText(before.closing));
  if (before?.pages !== undefined && pages?.[0] === before.pages[0] && pages[1] > before.pages[1]) compare('page', String(pages[1]), String(before.pages[1] + 1));
  const [down, up] = [false, true].map((credit) => entries.filter(({ movement }) => CREDITS.get(movement.mark) === credit)) as [Entry[], Entry[]];
  for (const [label, sum, chosen] of [['debits', debits, down], ['credits', credits, up]] as const) {
    if (sum !== undefined) compare(label, `${sum.count} ${decimalText(sum.amount)}`, `${chosen.length} ${decimalText(sumOf(chosen))}`);
  }
  const amount = plus(opening.amount, plus(sumOf(up), negated(sumOf(down))));
  compare('closing', balanceText(closing), balanceText({ ...opening, amount }));
  const records = down.length + up.length;
  return controlTotals({
    key: shortened(`${account}/${key}`, MAX_NAME),
    between: shortened(`statement of ${account}`, MAX_NAME),
    source: sourceOf(account),
    timeMs,
    declared: { records, totals: said.join(',') },
    counted: { records, totals: found.join(',') },
  });
}

const sourceOf = (account: string): string => shortened(`mt940/${account}`, MAX_NAME);
const balanceText = ({ currency, amount }: Balance): string => `${currency} ${decimalText(amount)}`;
const sumOf = (entries: readonly Entry[]): Decimal => entries.map(({ movement }) => movement.amount).reduce(plus, ZERO);

/** The bank's own reference names a booking wherever it is told again; without one its statement does. */
function placeOf({ movement, digest, day }: Entry, statement: string): string {
  return printable(`${movement.bankReference === undefined ? statement : day}/${digest}`);
}

function entryItems({ movement, information, amountMinor, timeMs }: Entry, { account, opening }: Statement, place: string): readonly ItemResult[] {
  const { mark, type, customerReference, bankReference } = movement;
  const credit = CREDITS.get(mark);
  if (credit === undefined) return [ignored(`${mark}: expected, not booked`)];
  if (amountMinor === 0) return [ignored('no money moved')];
  const returned = information.returned ?? (type.endsWith('RTI') ? type : undefined);
  const booking = printable(bankReference ?? place);
  return entryEvents({
    id: eventId(account, place),
    source: sourceOf(account),
    account,
    timeMs,
    payment: printable(information.endToEnd ?? customerReference ?? booking),
    booking,
    credit,
    takesBack: mark.length === 2 || returned !== undefined,
    returned,
    amountMinor,
    currency: opening.currency,
  });
}
