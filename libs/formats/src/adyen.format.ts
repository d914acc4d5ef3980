import type { JsonObject } from '@tickmark/contracts';
import { notificationItem } from './adyen/notification.js';
import { isPlatform, platformWebhook } from './adyen/platform.js';
import { ADYEN_SIGNATURE } from './adyen/signature.js';
import { BASIC, BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { type ItemResult, rejected } from './reading/items.js';
import { isObject, readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 1_000 };

export const adyen: Format = {
  id: 'adyen',
  title: 'Adyen webhooks (payments and Balance Platform)',
  contentTypes: ['application/json'],
  limits: LIMITS,
  authentication: [ADYEN_SIGNATURE, BASIC, BEARER],
  words: [
    { theirs: 'live "false", environment test', ours: 'ignored', why: 'a test system: nothing happened' },
    { theirs: 'CAPTURE, REFUND, PAIDOUT, PAYOUT_THIRDPARTY, success "true"', ours: 'payment.settled', why: 'the money moves' },
    { theirs: 'success "false", whatever the code', ours: 'item.rejected', why: 'it did not happen; reason says why' },
    { theirs: 'CAPTURE_FAILED, REFUND_FAILED, REFUNDED_REVERSED, PAIDOUT_REVERSED', ours: 'item.rejected', why: 'what was told as done is undone, later' },
    { theirs: 'CHARGEBACK, SECOND_CHARGEBACK, NOTIFICATION_OF_CHARGEBACK', ours: 'item.rejected', why: 'the money was taken back' },
    { theirs: 'AUTHORISATION "true" and any other code', ours: 'ignored', why: 'no money has moved' },
    { theirs: 'success that is neither "true" nor "false"', ours: 'refused there', why: 'we do not guess' },
    { theirs: 'transfer booked', ours: 'payment.settled', why: 'it is in the books of the platform' },
    { theirs: 'transfer failed, refused, returned, rejected, chargeback, …Reversed', ours: 'item.rejected', why: 'it did not happen, or it was undone' },
    { theirs: 'transfer received, authorised, any other state', ours: 'ignored', why: 'neither done nor failed' },
    { theirs: 'report.created, REPORT_AVAILABLE', ours: 'ignored', why: 'points to a file; send the file' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      live: 'true',
      notificationItems: [
        {
          NotificationRequestItem: {
            pspReference: 'NC6HT9CRT65ZGN82',
            originalReference: 'ZVWN7D3WSMK2WN82',
            eventCode: 'CAPTURE',
            eventDate: '2026-01-31T13:00:00+01:00',
            merchantAccountCode: 'LarkspurEU',
            merchantReference: 'order-77120',
            amount: { value: 125000, currency: 'EUR' },
            success: 'true',
            reason: '',
          },
        },
      ],
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['notificationItems'], map: (record, { envelope }) => itemOf(record, envelope) });
}

/** `live` is text, and "false" is as well said as "true": without it nobody knows whether anything happened. */
function itemOf(record: JsonObject, envelope: JsonObject | undefined): ItemResult {
  if (isPlatform(record)) return platformWebhook(record);
  const item = record.NotificationRequestItem;
  if (!isObject(item)) return rejected('/NotificationRequestItem', 'expected a notification in notificationItems, or a webhook of the Balance Platform');
  const live = envelope?.live;
  if (live !== 'true' && live !== 'false') return rejected('', 'comes in an envelope whose live is neither "true" nor "false"');
  const result = notificationItem(item, live === 'true');
  return result.kind === 'rejected' ? rejected(`/NotificationRequestItem${result.pointer}`, result.message) : result;
}
