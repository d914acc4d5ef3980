import type { InputFault, JsonObject, Result } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import { type Attributes, readAttributes } from './cloudevents/attributes.js';
import { attributesFromHeaders, hasAttributeHeaders } from './cloudevents/binary-mode.js';
import { binaryData, structuredData } from './cloudevents/data.js';
import {
  type Format,
  type FormatLimits,
  type FormatStream,
  type HandshakeAnswer,
  type HandshakeRequest,
  type Headers,
  mediaTypeOf,
  type ParseRequest,
  type ParseResult,
  type StreamRequest,
} from './format.js';
import { event, type ItemResult, items, malformed, placed, rejectedBy } from './reading/items.js';
import { streamLines } from './reading/lines-stream.js';
import { JSON_LINES_TYPES, readRecords, type RecordRules } from './reading/records.js';
import { charsetFault } from './reading/text.js';

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 50_000, lineBytes: 1024 * 1024, stream: { bytes: 1024 ** 3, items: 1_000_000 } };
const RULES: RecordRules = { limits: LIMITS, bigNumbers: 'refuse', map: structuredEvent };

/** CloudEvents 1.0 over HTTP: what `POST /v1/events` takes. */
export const cloudevents: Format = {
  id: 'cloudevents',
  title: 'CloudEvents 1.0',
  contentTypes: [STRUCTURED, BATCH, 'application/json', ...JSON_LINES_TYPES],
  acceptsAnyContentType: (headers) => isBinary(headers, headers['content-type']),
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    {
      theirs: 'data that is no JSON object',
      ours: 'kept, judged by no control',
      why: 'controls are written over the fields of an object',
    },
    { theirs: 'no time', ours: 'time of receipt, flagged as assumed', why: 'the source did not say when it happened' },
    { theirs: 'empty batch', ours: 'nothing', why: 'a delivery without events says that the feed lives, not that all is well' },
  ],
  sample: {
    contentType: STRUCTURED,
    headers: {},
    body: JSON.stringify({
      specversion: '1.0',
      id: 'signin-policy-2026-01-31-a1',
      source: '/directory',
      type: 'identity.account',
      subject: 'a1',
      time: '2026-01-31T12:00:00Z',
      data: { account: 'a1', system: 'directory', status: 'active', admin: true, mfa: true, factors: ['webauthn'] },
    }),
  },
  handshake,
  parse,
  stream,
};

function parse(request: ParseRequest): ParseResult {
  const { headers, contentType } = request;
  if (isBinary(headers, contentType)) return items(placed(0, binaryEvent(request)));
  const media = mediaTypeOf(contentType);
  if (media === STRUCTURED || media === BATCH) {
    const fault = shapeFault(request, media === BATCH);
    if (fault !== undefined) return fault;
  }
  return readRecords(request, RULES);
}

/** Lines come one after the other; one event, or an array of them, is read at once. */
function stream(request: StreamRequest): FormatStream | undefined {
  const { headers, contentType } = request;
  return !isBinary(headers, contentType) && JSON_LINES_TYPES.includes(mediaTypeOf(contentType)) ? streamLines(request, RULES) : undefined;
}

/** Only a CloudEvents media type says "structured"; with any other one attribute headers mean binary mode. */
function isBinary(headers: Headers, contentType: string | undefined): boolean {
  return !mediaTypeOf(contentType).startsWith('application/cloudevents') && hasAttributeHeaders(headers);
}

/** The media type promises one event or an array of them; a promise that is broken is said at once. */
function shapeFault(request: ParseRequest, isBatch: boolean): ParseResult | undefined {
  const first = firstCharacter(request.rawBody);
  if (first === undefined || (first === '[') === isBatch) return undefined;
  const expected = isBatch ? 'an array of events' : `one event; send an array as ${BATCH}`;
  return malformed({ pointer: '', message: `expected ${expected}` });
}

function firstCharacter(bytes: Uint8Array): '[' | '{' | undefined {
  const code = bytes.find((byte) => byte > 0x20);
  if (code === 0x5b) return '[';
  return code === 0x7b ? '{' : undefined;
}

function structuredEvent(raw: JsonObject): ItemResult {
  const attributes = readAttributes(raw);
  return attributes.ok ? normal(attributes.value, structuredData(raw, attributes.value.datacontenttype)) : rejectedBy(attributes.error);
}

function binaryEvent(request: ParseRequest): ItemResult {
  const raw = attributesFromHeaders(request.headers, request.contentType);
  const attributes = raw.ok ? readAttributes(raw.value) : raw;
  if (!attributes.ok) return rejectedBy(attributes.error);
  const charset = charsetFault(request.contentType);
  if (charset !== undefined) return rejectedBy({ ...charset, pointer: '/datacontenttype' });
  return normal(attributes.value, binaryData(request.rawBody, request.contentType));
}

function normal(attributes: Attributes, data: Result<JsonObject, InputFault>): ItemResult {
  if (!data.ok) return rejectedBy(data.error);
  const { datacontenttype: _, ...kept } = attributes;
  return event({ ...kept, data: data.value });
}

/** The abuse protection of CloudEvents webhooks: a sender asks first whether it may send here. */
function handshake(request: HandshakeRequest): HandshakeAnswer | undefined {
  const origin = request.headers['webhook-request-origin'];
  if (request.method !== 'OPTIONS' || origin === undefined) return undefined;
  const allowed = /^[\w.:*-]{1,253}$/.test(origin) ? origin : '*';
  const rate = request.headers['webhook-request-rate'];
  return {
    status: 200,
    headers: {
      allow: 'POST, OPTIONS',
      'webhook-allowed-origin': allowed,
      // Only who asks for a rate gets one; what a feed may really send is its own setting.
      ...(rate === undefined ? {} : { 'webhook-allowed-rate': /^\d{1,9}$/.test(rate) ? rate : '*' }),
    },
    body: '',
    authenticated: false,
  };
}
