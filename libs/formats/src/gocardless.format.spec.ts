import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Verification } from './format.js';
import { gocardless } from './gocardless.format.js';
import { GOCARDLESS_SIGNATURE } from './gocardless/signature.js';
import { sampleBytes, sampleFiles, send, sendSample, shown, type Shown } from './samples.testkit.js';

const noAmount = (index: number, kind: string): object => ({ index, ignored: `${kind}: no event type of the catalogue says it without an amount` });
const returned = (index: number, id: string, time: string, [item, reason]: readonly [string, string]): object => ({
  index,
  id,
  source: 'gocardless',
  type: 'item.rejected',
  subject: item,
  time,
  data: { item, kind: 'payment', reason },
});

const EXPECTED: Record<string, object[]> = {
  // A fixture of the client's tests around an answer of the API: it is no event.
  'payout_items.json': [{ index: 0, rejected: '/id', message: 'expected string, but it is missing' }],
  'webhook_body.json': [noAmount(0, 'subscriptions created'), noAmount(1, 'mandates created')],
  'payments.json': [returned(0, 'EV1', '2026-01-31T12:00:00.404Z', ['PM1', 'charged_back: authorisation_disputed']), noAmount(1, 'payments paid_out')],
  'broken.links.json': [
    { index: 0, rejected: '/links/payment', message: 'does not say what it is about' },
    { index: 1, rejected: '/created_at', message: 'is no instant' },
    returned(2, 'EV3', '2026-01-31T12:00:00.404Z', ['PM3', 'failed']),
  ],
};

describe('the samples of GoCardless', () => {
  it('are all written out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('gocardless'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(gocardless, file))).toEqual(EXPECTED[file]);
  });
});

describe('an event of GoCardless', () => {
  const one = (change: object): Shown | undefined =>
    shown(send(gocardless, JSON.stringify({ events: [{ id: 'EV1', created_at: '2026-01-31T12:00:00Z', links: { payment: 'PM1', payout: 'PO1', refund: 'RF1', outbound_payment: 'OUT1', creditor: 'CR1' }, ...change }] })))[0];

  it.each([
    ['payments', 'failed', 'PM1'],
    ['payments', 'cancelled', 'PM1'],
    ['payments', 'charged_back', 'PM1'],
    ['payments', 'late_failure_settled', 'PM1'],
    ['payouts', 'failed', 'PO1'],
    ['refunds', 'bounced', 'RF1'],
    ['refunds', 'funds_returned', 'RF1'],
    ['outbound_payments', 'failed', 'OUT1'],
    ['creditors', 'bounced_payout', 'CR1'],
  ])('%s %s is a payment that came back', (resource_type, action, item) => {
    expect(one({ resource_type, action })).toMatchObject({ type: 'item.rejected', subject: item, data: { reason: action } });
  });

  it.each([
    ['payments', 'confirmed'],
    ['payments', 'paid_out'],
    ['payments', 'submitted'],
    ['payouts', 'paid'],
    ['mandates', 'failed'],
    ['constructor', 'failed'],
  ])('%s %s settles nothing, as it names no amount', (resource_type, action) => {
    expect(one({ resource_type, action })).toEqual(noAmount(0, `${resource_type} ${action}`));
  });

  it('may have links that name nothing, unless it is about them', () => {
    const links = { payment: 'PM1', previous_customer_bank_account: null };
    expect(one({ resource_type: 'payments', action: 'failed', links })).toMatchObject({ type: 'item.rejected', subject: 'PM1' });
    expect(one({ resource_type: 'payments', action: 'failed', links: { payment: null } })).toMatchObject({ rejected: '/links/payment' });
  });

  it('does not come of an empty list', () => {
    expect(shown(send(gocardless, '{"events":[]}'))).toEqual([]);
  });
});

describe('the signature of GoCardless', () => {
  const body = sampleBytes('gocardless', 'webhook_body.json');
  const signed = (secret: string): string => createHmac('sha256', secret).update(body).digest('hex');
  const check = (header: string | undefined, secrets: string[]): Verification | undefined =>
    GOCARDLESS_SIGNATURE.verify?.({ headers: { 'webhook-signature': header }, rawBody: body, nowMs: 0 }, secrets);

  it('fits the raw body with one of the secrets, and nothing else', () => {
    expect(check(signed('new'), ['old', 'new'])).toEqual({ verified: true });
    expect(check(signed('other'), ['old', 'new', ''])).toMatchObject({ verified: false });
    expect(check('abc', ['new'])).toMatchObject({ verified: false });
    expect(check(undefined, ['new'])).toMatchObject({ verified: false });
  });
});
