import type { Json, JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, HandshakeAnswer, HandshakeRequest, ParseRequest, ParseResult } from './format.js';
import { OKTA_HEADER } from './okta/header.js';
import { oktaEvent } from './okta/log-event.js';
import { type ItemResult, rejected } from './reading/items.js';
import { isObject, JSON_LINES_TYPES, readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000, lineBytes: 1024 * 1024 };

/** Okta's System Log, fetched or by event hook. */
export const okta: Format = {
  id: 'okta',
  title: 'Okta System Log and event hooks',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [OKTA_HEADER, BEARER],
  words: [
    { theirs: 'user.session.start SUCCESS, FAILURE, DENY', ours: 'identity.signin success, failure, failure', why: 'the same' },
    { theirs: 'user.session.start CHALLENGE, SKIPPED, ALLOW, UNKNOWN', ours: 'ignored', why: 'neither in nor out; the end comes as an event of its own' },
    { theirs: 'user.authentication.auth_via_mfa SUCCESS', ours: 'identity.signin success, mfa', why: 'a second factor was asked for and given' },
    { theirs: 'user.authentication.auth_via_mfa FAILURE', ours: 'identity.signin failure', why: 'the factor was not given' },
    { theirs: 'privilege, group, application and token events with SUCCESS', ours: 'identity.access-granted, -revoked', why: 'the access changed' },
    { theirs: 'user.lifecycle activate, reactivate, unsuspend', ours: 'identity.access-granted', why: 'the account can be used' },
    { theirs: 'user.lifecycle suspend, deactivate', ours: 'identity.access-revoked', why: 'the account cannot be used any more' },
    { theirs: 'any change with another result', ours: 'ignored', why: 'nothing was changed' },
    { theirs: 'any other event', ours: 'ignored', why: 'readable, but no event type of the catalogue says it' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify([
      {
        uuid: '2a992f80-d1ad-4f62-900e-8c68bb72a21b',
        published: '2026-01-31T12:00:00.000Z',
        eventType: 'user.account.privilege.grant',
        actor: { type: 'User', alternateId: 'jack@acme.example', displayName: 'Jack' },
        outcome: { result: 'SUCCESS' },
        target: [{ type: 'User', alternateId: 'alice@acme.example', displayName: 'Alice' }],
        debugContext: { debugData: { privilegeGranted: 'Organization administrator' } },
      },
    ]),
  },
  handshake,
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const map = (record: JsonObject): ItemResult | readonly ItemResult[] => eventsOf(record, request.feed.system);
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', map });
}

/** An event of the log, or the envelope of an event hook with several. */
function eventsOf(record: JsonObject, system: string): ItemResult | readonly ItemResult[] {
  const { data } = record;
  if (!isObject(data) || !Array.isArray(data.events)) return oktaEvent(record, system);
  return (data.events as readonly Json[]).map((one, at) => {
    const result = isObject(one) ? oktaEvent(one, system) : rejected('', 'expected an object');
    return result.kind === 'rejected' ? rejected(`/data/events/${at}${result.pointer}`, result.message) : result;
  });
}

/** Okta verifies a hook once: it asks with a word that has to come back. */
function handshake(request: HandshakeRequest): HandshakeAnswer | undefined {
  const challenge = request.headers['x-okta-verification-challenge'];
  if (request.method !== 'GET' || challenge === undefined) return undefined;
  const body = JSON.stringify({ verification: challenge.slice(0, 1_000) });
  return { status: 200, headers: { 'content-type': 'application/json' }, body, authenticated: true };
}
