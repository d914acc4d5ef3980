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
  const follows = before === undefined ? [] : succession(statement, before, key);
  return [...totals(statement, key), ...follows, ...statement.entries.flatMap((entry) => entryItems(entry, statement, names.nameOf(placeOf(entry, key))))];
}

/** What is declared and what was found, side by side. */
class Comparison {
  private readonly said: string[] = [];
  private readonly found: string[] = [];

  add(label: string, one: string, other: string): void {
    this.said.push(`${label}=${one}`);
    this.found.push(`${label}=${other}`);
  }

  events({ account, timeMs }: Statement, key: string, records: number): readonly ItemResult[] {
    return controlTotals({
      key: shortened(`${account}/${key}`, MAX_NAME),
      between: shortened(`statement of ${account}`, MAX_NAME),
      source: sourceOf(account),
      timeMs,
      declared: { records, totals: this.said.join(',') },
      counted: { records, totals: this.found.join(',') },
    });
  }
}

/** What the statement declares, and what was worked out from its movements. */
function totals(statement: Statement, key: string): readonly ItemResult[] {
  const { opening, closing, debits, credits, entries } = statement;
  const comparison = new Comparison();
  const [down, up] = [false, true].map((credit) => entries.filter(({ movement }) => CREDITS.get(movement.mark) === credit)) as [Entry[], Entry[]];
  for (const [label, sum, chosen] of [['debits', debits, down], ['credits', credits, up]] as const) {
    if (sum !== undefined) comparison.add(label, `${sum.count} ${decimalText(sum.amount)}`, `${chosen.length} ${decimalText(sumOf(chosen))}`);
  }
  const amount = plus(opening.amount, plus(sumOf(up), negated(sumOf(down))));
  comparison.add('closing', balanceText(closing), balanceText({ ...opening, amount }));
  return comparison.events(statement, key, down.length + up.length);
}

/** Told apart from the totals, since it depends on what else is in the delivery: a statement that is sent again alone is the same one. */
function succession(statement: Statement, before: Statement, key: string): readonly ItemResult[] {
  const comparison = new Comparison();
  comparison.add('opening', balanceText(statement.opening), balanceText(before.closing));
  const [page, previous] = [statement.pages, before.pages];
  if (page !== undefined && page[0] === previous?.[0] && page[1] > previous[1]) comparison.add('page', String(page[1]), String(previous[1] + 1));
  return comparison.events(statement, `${key}/follows`, 0);
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
