import type { Json, JsonObject } from '@tickmark/contracts';
import { printable, Repeats } from '../reading/bank-text.js';
import { shortened } from '../reading/event-id.js';
import { ignored, type ItemResult, rejected } from '../reading/items.js';
import type { ClockReader } from '../reading/wall-clock.js';
import { payStubItems } from './pay-stub.js';
import { riskSignalItems } from './risk-signals.js';
import type { Surroundings } from './surroundings.js';
import { type BankAccount, transactionItems } from './transaction.js';
import { at, Lists, objectOf, type Place, textAt } from './values.js';

const MOST_LISTED = 20_000;

/** A response of the API or a part of one, or what somebody wrote down for the sandbox: whatever of pay and bookings is in it. */
export function documentItems(record: JsonObject, clock: ClockReader): readonly ItemResult[] {
  const whole: Place = { value: record, pointer: '' };
  const lists = new Lists(MOST_LISTED);
  const of = (source: string): Surroundings => ({ source, clock, names: new Repeats(), lists });
  const all = partsOf(whole, record, of);
  if (lists.exceeded) return [rejected('', `holds more than ${MOST_LISTED} accounts, pay stubs, lines of them and transactions; send it in parts`)];
  return all.length > 0 ? all : [ignored('holds neither pay stubs nor transactions nor risk signals')];
}

function partsOf(whole: Place, record: JsonObject, of: (source: string) => Surroundings): readonly ItemResult[] {
  if ('pay_period_details' in record) return payStubItems(whole, of('plaid'));
  if ('transaction_id' in record) return transactionItems(whole, bankOf(whole), of('plaid'));
  return [...ofSandbox(whole, of('plaid/sandbox')), ...ofResponse(whole, of('plaid'))];
}

function ofSandbox(whole: Place, around: Surroundings): readonly ItemResult[] {
  const accounts = around.lists.at(whole, 'override_accounts').flatMap((account, index) => sandboxAccount(account, index, around));
  const stub = at(whole, 'paystub');
  return [...accounts, ...(objectOf(stub) === undefined ? [] : payStubItems(stub, around)), ...signalsOf(whole, around)];
}

function sandboxAccount(account: Place, index: number, around: Surroundings): readonly ItemResult[] {
  const name = textAt(account, 'numbers', 'account') ?? textAt(account, 'meta', 'name') ?? `account-${index}`;
  const bank: BankAccount = { account: shortened(printable(name), 256), currency: textAt(account, 'currency') };
  const stubs = around.lists.at(account, 'income', 'paystubs').flatMap((stub) => payStubItems(stub, around));
  const transactions = around.lists.at(account, 'transactions').flatMap((transaction) => transactionItems(transaction, bank, around));
  const all = [...stubs, ...transactions];
  return all.length > 0 ? all : [ignored(`${(textAt(account, 'type') ?? 'account').slice(0, 40)}: an account without pay stubs and transactions says nothing`)];
}

function ofResponse(whole: Place, around: Surroundings): readonly ItemResult[] {
  const items = around.lists.at(whole, 'items');
  const incomes = items.flatMap((item) => around.lists.at(item, 'payroll_income'));
  const stubs = [...around.lists.at(whole, 'paystubs'), ...incomes.flatMap((income) => around.lists.at(income, 'pay_stubs'))];
  const forms = incomes.flatMap((income) => [...around.lists.at(income, 'w2s'), ...around.lists.at(income, 'form1099s')]);
  const signals = items.flatMap((item) => around.lists.at(item, 'risk_signals'));
  return [
    ...stubs.flatMap((stub) => payStubItems(stub, around)),
    ...forms.map(() => ignored('a form of the year: what it adds up is not in it')),
    ...signals.flatMap((signal) => signalsOf(signal, around)),
    ...['transactions', 'added', 'modified'].flatMap((name) => around.lists.at(whole, name)).flatMap((one) => transactionItems(one, bankOf(one), around)),
    ...around.lists.at(whole, 'removed').map(() => ignored('a transaction that was taken out of the list; what was told is not taken back')),
  ];
}

const bankOf = (transaction: Place): BankAccount => ({ account: shortened(printable(textAt(transaction, 'account_id') ?? 'unnamed account'), 256), currency: undefined });

/** One document, or a list of them. */
function signalsOf(place: Place, around: Surroundings): readonly ItemResult[] {
  return ['single_document_risk_signals', 'multi_document_risk_signals'].flatMap((name) => {
    const one = at(place, name);
    return (Array.isArray(one.value as Json) ? around.lists.at(place, name) : [one]).flatMap((document) => riskSignalItems(document, around));
  });
}
