import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Verification } from './format.js';
import { sampleFiles, send, sendSample, shown, type Shown } from './samples.testkit.js';
import { stripe } from './stripe.format.js';
import { STRIPE_SIGNATURE } from './stripe/signature.js';

/** Objects and fixtures of tests: none of them is what a webhook posts. */
const NO_EVENT = [{ index: 0, rejected: '/object', message: 'is no event; send what Stripe posts to a webhook, not the object itself' }];

const EXPECTED: Record<string, object[]> = {
  'balance_transaction_txn_fake_ch_fakefakefakefakefake0001.json': NO_EVENT,
  'dispute_dp_fakefakefakefake01.json': NO_EVENT,
  'fixtures3.json': NO_EVENT,
  'payout_custom_bank_account.json': NO_EVENT,
  'event_external_account_bank_account_created.json': [{ index: 0, ignored: 'account.external_account.created of test mode: nothing happened' }],
  'event_external_account_bank_account_deleted.json': [{ index: 0, ignored: 'account.external_account.deleted of test mode: nothing happened' }],
  'payout.live.json': [
    {
      index: 0,
      id: 'evt_live_1',
      source: 'stripe',
      type: 'item.rejected',
      subject: 'po_1',
      time: '2026-01-31T12:00:00.000Z',
      data: { item: 'po_1', kind: 'payment', reason: 'payout failed: account_closed', amountMinor: 125000, currency: 'EUR' },
    },
  ],
  'broken.amount.json': [
    { index: 0, rejected: '/data/object/amount', message: 'is no whole number of minor units, or its currency is none' },
    {
      index: 1,
      id: 'evt_live_3',
      source: 'stripe',
      type: 'payment.settled',
      subject: 'po_3',
      time: '2026-01-31T12:00:01.000Z',
      data: { payment: 'po_3', booking: 'txn_3', amountMinor: 1000, currency: 'EUR' },
    },
  ],
};

describe('the samples of Stripe', () => {
  it('are all written out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('stripe'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(stripe, file))).toEqual(EXPECTED[file]);
  });
});

describe('an event of Stripe', () => {
  const one = (type: string, object: object, change: object = {}): Shown | undefined =>
    shown(send(stripe, JSON.stringify({ id: 'evt_1', object: 'event', type, created: 1769860800, livemode: true, data: { object: { id: 'o_1', amount: 500, currency: 'usd', ...object } }, ...change })))[0];

  it('in test mode is no evidence, and one that does not say is refused', () => {
    expect(one('payout.paid', {}, { livemode: false })).toMatchObject({ ignored: 'payout.paid of test mode: nothing happened' });
    expect(one('payout.paid', {}, { livemode: null })).toMatchObject({ rejected: '/livemode' });
  });

  it.each([
    ['payout.paid', {}, 'payment.settled'],
    ['charge.captured', { amount: 900, amount_captured: 500 }, 'payment.settled'],
    ['charge.succeeded', { captured: true }, 'payment.settled'],
    ['payout.failed', {}, 'item.rejected'],
    ['payout.canceled', {}, 'item.rejected'],
    ['charge.failed', {}, 'item.rejected'],
    ['refund.failed', {}, 'item.rejected'],
    ['refund.updated', { status: 'failed' }, 'item.rejected'],
    ['charge.refund.updated', { status: 'failed' }, 'item.rejected'],
    ['topup.failed', {}, 'item.rejected'],
    ['transfer.reversed', {}, 'item.rejected'],
  ])('%s with %j is %s', (type, object, ours) => {
    expect(one(type, object)).toMatchObject({ type: ours, subject: 'o_1', data: { amountMinor: 500, currency: 'USD' } });
  });

  it.each(['payout.created', 'payout.updated', 'charge.pending', 'payment_intent.succeeded', 'constructor'])('%s is neither done nor failed', (type) => {
    expect(one(type, {})).toMatchObject({ ignored: `${type}: no event type of the catalogue says it` });
  });

  it('of a refund that has not failed says nothing', () => {
    for (const type of ['refund.updated', 'charge.refund.updated']) expect(one(type, { status: 'succeeded' })).toMatchObject({ ignored: 'a refund that has not failed: no event type of the catalogue says it' });
  });

  it('about what has no id is read, unless it is needed', () => {
    expect(one('balance.available', { id: undefined })).toMatchObject({ ignored: 'balance.available: no event type of the catalogue says it' });
    expect(one('payout.paid', { id: undefined })).toMatchObject({ rejected: '/data/object/id' });
  });

  it('that is a thin one says that something changed, not what', () => {
    const thin = { id: 'evt_test_1', object: 'v2.core.event', type: 'v1.billing.meter.error_report_triggered', livemode: true, created: '2026-01-31T12:00:00.000Z', related_object: { id: 'mtr_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_1' } };
    expect(shown(send(stripe, JSON.stringify(thin)))).toEqual([{ index: 0, ignored: 'a thin event says that something changed, not what; send snapshots' }]);
  });

  it('that is only authorised has moved no money', () => {
    expect(one('charge.succeeded', { captured: false })).toMatchObject({ ignored: expect.anything() as unknown });
  });

  it('of a dispute is about the charge', () => {
    expect(one('charge.dispute.created', { charge: 'ch_1', reason: 'fraudulent' })).toMatchObject({ subject: 'ch_1', data: { item: 'ch_1', reason: 'dispute: fraudulent' } });
  });

  it('of a bank account is a change of master data by nobody who is known', () => {
    expect(one('account.external_account.created', { id: 'ba_1', account: 'acct_1' }, { account: 'acct_1' })).toMatchObject({
      source: 'stripe/acct_1',
      type: 'masterdata.changed',
      data: { record: 'acct_1', field: 'external-account/ba_1', changedBy: 'unknown', change: 'evt_1' },
    });
    expect(one('account.external_account.created', {})).toMatchObject({ rejected: '/data/object/account' });
  });

  it.each([
    ['isk', 500, 5],
    ['ugx', 12300, 123],
    ['mga', 7, 700],
    ['jpy', 500, 500],
    ['kwd', 1230, 1230],
  ])('in %s counts %d as %d minor units of ISO 4217', (currency, amount, amountMinor) => {
    expect(one('payout.paid', { currency, amount })).toMatchObject({ data: { amountMinor } });
  });

  it('with an amount that is no whole number is refused', () => {
    expect(one('payout.paid', { currency: 'isk', amount: 501 })).toMatchObject({ rejected: '/data/object/amount' });
    expect(one('payout.paid', { amount: 0.5 })).toMatchObject({ rejected: '/data/object/amount' });
    expect(one('payout.paid', { currency: 'euro' })).toMatchObject({ rejected: '/data/object/amount' });
    expect(one('payout.paid', {}, { created: 1769860800000 })).toMatchObject({ rejected: '/created' });
  });
});

describe('the signature of Stripe', () => {
  const SECRET = 'whsec_test_secret';
  const AT = 1769860800;
  const BODY = '{"id": "evt_test_webhook"}';
  const signed = (at: number, body = BODY, secret = SECRET): string => createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  const check = (header: string | undefined, secrets = [SECRET], nowMs = AT * 1_000): Verification | undefined =>
    STRIPE_SIGNATURE.verify?.({ headers: { 'stripe-signature': header }, rawBody: Buffer.from(BODY), nowMs }, secrets);

  it('fits, also among others and during rotation', () => {
    expect(check(`t=${AT},v1=${signed(AT)}`)).toEqual({ verified: true });
    expect(check(`t=${AT},v1=${'0'.repeat(64)},v1=${signed(AT)},v0=${'0'.repeat(64)}`, ['old', SECRET])).toEqual({ verified: true });
  });

  it('does not fit another time, body or secret, and v0 does not count', () => {
    expect(check(`t=${AT + 1},v1=${signed(AT)}`)).toMatchObject({ verified: false });
    expect(check(`t=${AT},v1=${signed(AT, 'x')}`)).toMatchObject({ verified: false });
    expect(check(`t=${AT},v0=${signed(AT)}`)).toMatchObject({ verified: false });
    expect(check(`t=${AT},v1=${signed(AT)}`, ['other', ''])).toMatchObject({ verified: false });
    expect(check(undefined)).toMatchObject({ verified: false });
    expect(check(`v1=${signed(AT)}`)).toMatchObject({ verified: false });
  });

  it('is good for five minutes', () => {
    expect(check(`t=${AT},v1=${signed(AT)}`, [SECRET], (AT + 300) * 1_000)).toEqual({ verified: true });
    expect(check(`t=${AT},v1=${signed(AT)}`, [SECRET], (AT + 301) * 1_000)).toMatchObject({ verified: false });
    expect(check(`t=${AT},v1=${signed(AT)}`, [SECRET], (AT - 301) * 1_000)).toMatchObject({ verified: false });
  });
});
