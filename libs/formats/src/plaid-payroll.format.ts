import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { documentItems } from './plaid-payroll/document.js';
import { PLAID_SIGNATURE, signedAtMs } from './plaid-payroll/signature.js';
import { webhookItems } from './plaid-payroll/webhook.js';
import { type ItemResult, malformed } from './reading/items.js';
import { JSON_LINES_TYPES, readRecords } from './reading/records.js';
import { clockOf } from './reading/wall-clock.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000, lineBytes: 1024 * 1024 };

/** Pay stubs and bookings that were fetched from Plaid, and its webhooks of income verification. */
export const plaidPayroll: Format = {
  id: 'plaid-payroll',
  title: 'Plaid payroll income (pay stubs, transactions, webhooks)',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [PLAID_SIGNATURE, BEARER],
  words: [
    { theirs: 'gross, earnings, deductions, net, pay and its parts, equal to what was worked out', ours: 'transfer.sent and transfer.received, equal', why: 'the pay stub adds up' },
    { theirs: 'the same, not equal', ours: 'transfer.sent and transfer.received, not equal', why: 'the control over them fails; the difference stands in both hashes' },
    { theirs: 'a total without what it is of, such as a pay without deductions', ours: 'nothing', why: 'what is not given is compared with nothing' },
    { theirs: 'a pay stub', ours: 'no payroll.calculated', why: 'it tells the pay of one person, not of a pay run' },
    { theirs: 'transaction above 0', ours: 'payment.settled', why: 'the money left the account' },
    { theirs: 'transaction below 0', ours: 'ignored', why: 'money that came in; no event type says it' },
    { theirs: 'pending: true', ours: 'ignored', why: 'not booked, or not yet' },
    { theirs: 'has_fraud_risk: true', ours: 'detection.alert', why: 'a sign of forgery that somebody has to look at' },
    { theirs: 'has_fraud_risk: false or null', ours: 'ignored', why: 'no sign, or not said; neither makes the document sound' },
    { theirs: 'DOCUMENT_STATUS_PROCESSING_FAILED, VERIFICATION_STATUS_PROCESSING_FAILED', ours: 'item.rejected input', why: 'nothing was verified' },
    { theirs: 'VERIFICATION_STATUS_PROCESSING_COMPLETE, any other', ours: 'ignored', why: 'how far it is; documents that could not be read are complete as well' },
    { theirs: 'environment other than production', ours: 'ignored', why: 'nothing happened' },
    { theirs: 'override_accounts, paystub', ours: 'source plaid/sandbox', why: 'made up to test with; a feed that does not list the source refuses it' },
    { theirs: 'W-2, 1099, other accounts, other webhooks', ours: 'ignored', why: 'readable, but no event type of the catalogue says it' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      items: [
        {
          item_id: 'item-1',
          payroll_income: [
            {
              account_id: 'account-1',
              pay_stubs: [
                {
                  document_id: 'document-1',
                  employee: { name: 'Ines Example', taxpayer_id: { id_type: 'SSN', id_mask: '1042' } },
                  employer: { name: 'Larkspur Payroll' },
                  earnings: {
                    breakdown: [
                      { description: 'salary', current_amount: 1800, iso_currency_code: 'USD' },
                      { description: 'bonus', current_amount: 200.5, iso_currency_code: 'USD' },
                    ],
                    total: { current_amount: 2000.5, iso_currency_code: 'USD' },
                  },
                  deductions: { breakdown: [{ description: 'taxes', current_amount: 750.5, iso_currency_code: 'USD' }], total: { current_amount: 750.5, iso_currency_code: 'USD' } },
                  net_pay: { description: 'TOTAL NET PAY', current_amount: 1250, iso_currency_code: 'USD' },
                  pay_period_details: { start_date: '2026-01-16', end_date: '2026-01-31', pay_date: '2026-01-31', gross_earnings: 2000.5, pay_amount: 1250, iso_currency_code: 'USD' },
                },
              ],
            },
          ],
        },
      ],
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const clock = clockOf(request.contentType);
  if (!clock.ok) return malformed(clock.error);
  const map = (record: JsonObject): readonly ItemResult[] =>
    'webhook_code' in record ? webhookItems({ value: record, pointer: '' }, signedAtMs(request.headers)) : documentItems(record, clock.value);
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', map });
}
