import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { gocardlessEvent } from './gocardless/event.js';
import { GOCARDLESS_SIGNATURE } from './gocardless/signature.js';
import { readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000 };

/** A webhook holds up to 250 events; the answer of its list of events has the same form. */
export const gocardless: Format = {
  id: 'gocardless',
  title: 'GoCardless webhooks',
  contentTypes: ['application/json'],
  limits: LIMITS,
  authentication: [GOCARDLESS_SIGNATURE, BEARER],
  words: [
    { theirs: 'payments failed, cancelled, customer_approval_denied', ours: 'item.rejected', why: 'the money did not come; details.cause says why' },
    { theirs: 'payments charged_back, late_failure_settled', ours: 'item.rejected', why: 'the money was taken back after it had come' },
    { theirs: 'payouts failed, refunds failed, bounced, funds_returned, outbound_payments failed, cancelled, instalment_schedules errored, creation_failed, creditors bounced_payout', ours: 'item.rejected', why: 'it did not happen' },
    { theirs: 'payments confirmed, paid_out, payouts paid', ours: 'ignored', why: 'the event names no amount, so it settles nothing that can be compared' },
    { theirs: 'mandates, subscriptions, any other event', ours: 'ignored', why: 'readable, but no event type of the catalogue says it' },
    { theirs: 'no events', ours: 'nothing', why: 'silence proves nothing' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      events: [
        {
          id: 'EV00BD05S5VM2T',
          created_at: '2026-01-31T12:00:00.404Z',
          resource_type: 'payments',
          action: 'failed',
          links: { payment: 'PM0003JJQ2MR06' },
          details: { origin: 'bank', cause: 'insufficient_funds', description: 'The customer has not enough money' },
          metadata: {},
        },
      ],
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['events'], map: (record) => gocardlessEvent(record) });
}
