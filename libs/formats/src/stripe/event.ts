import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { firstText, type Money, moneyOf, returned, settled, type Told } from '../payments/payment-events.js';
import { eventId, shortened } from '../reading/event-id.js';
import { fromEpoch } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const eventBody = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  account: z.string().nullish(),
  created: z.number().int(),
  livemode: z.boolean(),
  data: z.object({ object: z.looseObject({ id: z.unknown().optional() }) }),
});

type StripeObject = { readonly id: string } & JsonObject;
type Mapper = (told: Told, object: StripeObject) => ItemResult;

/** An event of Stripe. They come more than once and in any order; what was sent in test mode is no evidence. */
export function stripeEvent(record: JsonObject): ItemResult {
  if (record.object === 'v2.core.event') return ignored('a thin event says that something changed, not what; send snapshots');
  if (record.object !== 'event') return rejected('/object', 'is no event; send what Stripe posts to a webhook, not the object itself');
  const fields = fieldsOf(eventBody, record);
  if (!fields.ok) return rejectedBy(fields.error);
  const { type, livemode } = fields.value;
  if (!livemode) return ignored(`${type.slice(0, 100)} of test mode: nothing happened`);
  const map = MAPPERS.get(type);
  return map === undefined ? ignored(`${type.slice(0, 100)}: no event type of the catalogue says it`) : mapped(fields.value, map);
}

function mapped({ id, account, created, data: { object } }: z.infer<typeof eventBody>, map: Mapper): ItemResult {
  const timeMs = created < 0 || created > 10_000_000_000 ? undefined : fromEpoch(created);
  if (timeMs === undefined) return rejected('/created', 'is no time in seconds since 1970');
  // What is not read here may have no id, such as a balance.
  if (typeof object.id !== 'string' || object.id === '') return rejected('/data/object/id', 'is missing');
  const source = typeof account === 'string' && account !== '' ? `stripe/${account}` : 'stripe';
  return map({ id: eventId(id), source, timeMs }, object as StripeObject);
}

/**
 * Where Stripe counts otherwise than ISO 4217: hundredths of currencies that have none (they must be whole), and whole
 * units of one that has hundredths.
 */
const HUNDREDTHS = ['ISK', 'UGX'];
const WHOLE = ['MGA'];

function stripeMoney(amount: unknown, currency: unknown): Money | undefined {
  const money = moneyOf(amount, currency);
  if (money === undefined) return undefined;
  if (WHOLE.includes(money.currency)) return moneyOf(money.amountMinor * 100, money.currency);
  return HUNDREDTHS.includes(money.currency) ? moneyOf(money.amountMinor / 100, money.currency) : money;
}

const NO_MONEY = 'is no whole number of minor units, or its currency is none';

function paid(amountField: string): Mapper {
  return (told, object) => {
    const money = stripeMoney(object[amountField] ?? object.amount, object.currency);
    if (money === undefined) return rejected('/data/object/amount', NO_MONEY);
    return event(settled(told, { payment: object.id, booking: firstText(object.balance_transaction), ...money }));
  };
}

/** A charge that is only authorised has moved nothing; it says so again when it is captured. */
const charged: Mapper = (told, object) =>
  object.captured === false ? ignored('charge.succeeded, not captured: no money has moved') : paid('amount_captured')(told, object);

function failed(what: string, itemField = 'id'): Mapper {
  return (told, object) => {
    const money = stripeMoney(object.amount, object.currency);
    if (money === undefined) return rejected('/data/object/amount', NO_MONEY);
    const why = firstText(object.failure_code, object.failure_reason, object.reason, object.failure_message);
    return event(returned(told, { item: firstText(object[itemField]) ?? object.id, reason: why === undefined ? what : `${what}: ${why}`, ...money }));
  };
}

/** Told by accounts whose version of the API has no `refund.failed` yet. */
const refundUpdated: Mapper = (told, object) => (object.status === 'failed' ? failed('refund failed')(told, object) : ignored('a refund that has not failed: no event type of the catalogue says it'));

/** Where payouts go is master data. Stripe does not say who changed it, so nobody is taken to have. */
const bankAccount: Mapper = (told, object) => {
  const account = firstText(object.account);
  if (account === undefined) return rejected('/data/object/account', 'names no account');
  const record = shortened(account, 256);
  const data = { record, field: shortened(`external-account/${object.id}`, 256), changedBy: 'unknown', change: shortened(told.id, 256) };
  return event({ ...told, type: 'masterdata.changed', subject: record, data });
};

const MAPPERS: ReadonlyMap<string, Mapper> = new Map<string, Mapper>([
  ['payout.paid', paid('amount')],
  ['payout.failed', failed('payout failed')],
  ['payout.canceled', failed('payout canceled')],
  ['charge.succeeded', charged],
  ['charge.captured', paid('amount_captured')],
  ['charge.failed', failed('charge failed')],
  ['refund.failed', failed('refund failed')],
  ['refund.updated', refundUpdated],
  ['charge.refund.updated', refundUpdated],
  ['topup.failed', failed('top-up failed')],
  ['transfer.reversed', failed('transfer reversed')],
  ['charge.dispute.created', failed('dispute', 'charge')],
  ['account.external_account.created', bankAccount],
  ['account.external_account.updated', bankAccount],
  ['account.external_account.deleted', bankAccount],
]);
