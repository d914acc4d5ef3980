import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { JSON_LINES_TYPES, readRecords } from './reading/records.js';
import { stripeEvent } from './stripe/event.js';
import { STRIPE_SIGNATURE } from './stripe/signature.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000, lineBytes: 1024 * 1024 };

/** Events as Stripe posts them, or as its list of events answers (`{"object": "list", "data": […]}`). */
export const stripe: Format = {
  id: 'stripe',
  title: 'Stripe webhooks',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [STRIPE_SIGNATURE, BEARER],
  words: [
    { theirs: 'livemode false', ours: 'ignored', why: 'a test: nothing happened' },
    { theirs: 'payout.paid', ours: 'payment.settled', why: 'the money is on its way to the bank account; a later failure is told as such' },
    { theirs: 'charge.succeeded that is captured, charge.captured', ours: 'payment.settled', why: 'the card was charged' },
    { theirs: 'charge.succeeded that is not captured', ours: 'ignored', why: 'no money has moved' },
    { theirs: 'payout.failed, also after payout.paid', ours: 'item.rejected', why: 'the bank sent it back' },
    { theirs: 'payout.canceled, charge.failed, refund.failed, topup.failed, transfer.reversed', ours: 'item.rejected', why: 'it did not happen, or it was undone' },
    { theirs: 'refund.updated, charge.refund.updated, failed', ours: 'item.rejected', why: 'the money did not go back; older accounts are told only so' },
    { theirs: 'charge.dispute.created', ours: 'item.rejected, of the charge', why: 'the money was taken back' },
    { theirs: 'pending, in_transit, and any other state', ours: 'ignored', why: 'neither done nor failed' },
    { theirs: 'account.external_account created, updated, deleted', ours: 'masterdata.changed by unknown', why: 'where money goes changed; Stripe does not say who did it' },
    { theirs: 'a thin event (v2.core.event)', ours: 'ignored', why: 'it says that something changed, not what' },
    { theirs: 'any other event', ours: 'ignored', why: 'readable, but no event type of the catalogue says it' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      id: 'evt_1PgaxNB7WZ01zgkWEV3TLf40',
      object: 'event',
      api_version: '2026-01-28',
      created: 1769860800,
      livemode: true,
      type: 'payout.paid',
      data: { object: { id: 'po_1Pgc79B7WZ01zgkWu1KToYf4', object: 'payout', amount: 125000, currency: 'eur', status: 'paid', balance_transaction: 'txn_1PgaxNB7WZ01zgkW' } },
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['data'], map: (record) => stripeEvent(record) });
}
