import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { parseRfc3339 } from './reading/instant.js';
import { event, type ItemResult, items, malformed, placed, rejected, rejectedBy } from './reading/items.js';
import { readJson } from './reading/json.js';
import { isObject } from './reading/records.js';
import { fieldsOf } from './reading/schema.js';
import { charsetFault } from './reading/text.js';
import { headerOf, STANDARD_WEBHOOKS_SIGNATURE } from './standard-webhooks/signature.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 1 };

/** What your own services send by the Standard Webhooks, in the words of our event types. */
export const standardWebhooks: Format = {
  id: 'standard-webhooks',
  title: 'Standard Webhooks (also Svix)',
  contentTypes: ['application/json'],
  limits: LIMITS,
  authentication: [STANDARD_WEBHOOKS_SIGNATURE, BEARER],
  words: [
    { theirs: 'type', ours: 'the event type of that name', why: 'the standard has no outcomes: what data says is ours already' },
    { theirs: 'a type that the catalogue does not know', ours: 'kept, used by no control', why: 'readable, but no control is written in it' },
    { theirs: 'webhook-timestamp', ours: 'no influence', why: 'when it was sent, not when it happened' },
    { theirs: 'timestamp missing', ours: 'the time of receipt', why: 'nothing else is known' },
  ],
  sample: {
    contentType: 'application/json',
    headers: { 'webhook-id': 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', 'webhook-timestamp': '1769860800' },
    body: JSON.stringify({
      type: 'backup.completed',
      timestamp: '2026-01-31T12:00:00Z',
      data: { asset: 'payroll-db', outcome: 'success' },
    }),
  },
  parse,
};

const body = z.object({
  type: z.string().min(1),
  timestamp: z.string().nullish(),
  subject: z.string().min(1).nullish(),
  data: z.record(z.string(), z.unknown()),
});

function parse(request: ParseRequest): ParseResult {
  const id = headerOf(request.headers, 'id');
  if (id === undefined || id === '') return malformed({ pointer: '', message: 'the header webhook-id, which identifies the event, is missing; send the request as it was sent' });
  const charset = charsetFault(request.contentType);
  if (charset !== undefined) return malformed(charset);
  const reading = readJson(request.rawBody, { bigNumbers: 'refuse' });
  if (!reading.ok) return malformed(reading.fault);
  if (!isObject(reading.value)) return malformed({ pointer: '', message: 'expected an object' });
  const [fault] = reading.faults;
  return items(placed(0, fault === undefined ? eventOf(id, reading.value, request.feed.name) : rejectedBy(fault)));
}

/** The id of the header is the same for every attempt; the time in the header is that of the attempt. */
function eventOf(id: string, record: JsonObject, feed: string): ItemResult {
  const fields = fieldsOf(body, record);
  if (!fields.ok) return rejectedBy(fields.error);
  const { type, timestamp, subject } = fields.value;
  const timeMs = typeof timestamp === 'string' ? parseRfc3339(timestamp) : undefined;
  if (typeof timestamp === 'string' && timeMs === undefined) return rejected('/timestamp', 'is no instant');
  return event({
    id,
    source: feed,
    type,
    ...(typeof subject === 'string' ? { subject } : {}),
    ...(timeMs === undefined ? {} : { timeMs }),
    data: record.data as JsonObject,
  });
}
