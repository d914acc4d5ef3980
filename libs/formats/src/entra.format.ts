import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import { auditRecord } from './entra/audit.js';
import { EntraRecord } from './entra/record.js';
import { isSignIn, signIn } from './entra/sign-in.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import type { ItemResult } from './reading/items.js';
import { JSON_LINES_TYPES, readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000, lineBytes: 1024 * 1024 };

/** Sign-in and audit logs of Microsoft Entra ID: diagnostic settings, Microsoft Graph, Log Analytics. */
export const entra: Format = {
  id: 'entra',
  title: 'Microsoft Entra ID sign-in and audit logs',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'sign-in with errorCode 0', ours: 'identity.signin success', why: 'the same' },
    { theirs: 'sign-in that waits for a factor, a consent or a choice', ours: 'ignored', why: 'neither in nor out: 50055, 50058, 50072, 50074, 50076, 50079, 50097, 50125, 50140, 50144, 65001' },
    { theirs: 'sign-in with any other errorCode', ours: 'identity.signin failure', why: 'the person or program did not get in' },
    { theirs: 'multiFactorAuthentication of a sign-in with errorCode 0', ours: 'mfa true', why: 'two factors were wanted and it came through' },
    { theirs: 'singleFactorAuthentication', ours: 'mfa false', why: 'one factor was enough' },
    { theirs: 'singleFactorAuthentication, MFA satisfied by a claim', ours: 'mfa left out', why: 'an earlier second factor may still count' },
    { theirs: 'Add member to role, group; app role assignment; Add user, Enable account', ours: 'identity.access-granted', why: 'with the result success only' },
    { theirs: 'Remove member from role, group; Delete user, Disable account', ours: 'identity.access-revoked', why: 'with the result success only' },
    { theirs: 'the same in PIM completed', ours: 'as above', why: 'the change was made' },
    { theirs: 'the same in PIM requested', ours: 'ignored', why: 'asked for, not made' },
    { theirs: 'result failure, timeout', ours: 'ignored', why: 'nothing was changed' },
    { theirs: 'any other operation, Azure activity', ours: 'ignored', why: 'readable, but no event type of the catalogue says it' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      records: [
        {
          time: '2026-01-31T12:00:05.0000000Z',
          operationName: 'Sign-in activity',
          category: 'SignInLogs',
          tenantId: 'f1a2b3c4-0000-4000-8000-000000000000',
          resultType: '0',
          callerIpAddress: '192.0.2.17',
          properties: {
            id: '36658c78-02d9-4d8f-84ee-5ca4a3fdefef',
            createdDateTime: '2026-01-31T12:00:00.1234567Z',
            userPrincipalName: 'ines@acme.example',
            authenticationRequirement: 'multiFactorAuthentication',
            status: { errorCode: 0 },
          },
        },
      ],
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const map = (raw: JsonObject): ItemResult => recordOf(new EntraRecord(raw), request.feed.system);
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['records', 'value'], map });
}

function recordOf(record: EntraRecord, system: string): ItemResult {
  return isSignIn(record) ? signIn(record, system) : auditRecord(record, system);
}
