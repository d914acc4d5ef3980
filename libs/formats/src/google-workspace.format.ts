import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, HandshakeAnswer, HandshakeRequest, ParseRequest, ParseResult } from './format.js';
import { workspaceActivity } from './google-workspace/activity.js';
import { CHANNEL_TOKEN } from './google-workspace/channel.js';
import type { ItemResult } from './reading/items.js';
import { JSON_LINES_TYPES, readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000, lineBytes: 1024 * 1024 };

/** Activities of the Google Workspace Reports API, fetched or by push channel. */
export const googleWorkspace: Format = {
  id: 'google-workspace',
  title: 'Google Workspace activities (Reports API)',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [CHANNEL_TOKEN, BEARER],
  words: [
    { theirs: 'login_success, login_failure', ours: 'identity.signin success, failure', why: 'the name of the event is the only result that Google gives' },
    { theirs: 'ASSIGN_ROLE, ADD_GROUP_MEMBER, GRANT_ADMIN_PRIVILEGE', ours: 'identity.access-granted', why: 'the access changed' },
    { theirs: 'UNASSIGN_ROLE, REMOVE_GROUP_MEMBER, REVOKE_ADMIN_PRIVILEGE', ours: 'identity.access-revoked', why: 'the access changed' },
    { theirs: 'CREATE_USER, UNSUSPEND_USER, UNDELETE_USER', ours: 'identity.access-granted', why: 'the account can be used' },
    { theirs: 'SUSPEND_USER, DELETE_USER', ours: 'identity.access-revoked', why: 'the account cannot be used any more' },
    { theirs: '2sv_enroll, 2sv_disable', ours: 'ignored', why: 'one change says nothing about the other factors of the account' },
    { theirs: 'any other event', ours: 'ignored', why: 'readable, but no event type of the catalogue says it' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      kind: 'admin#reports#activities',
      items: [
        {
          kind: 'admin#reports#activity',
          id: { time: '2026-01-31T12:00:00.000Z', uniqueQualifier: '-1245', applicationName: 'admin', customerId: 'C03az79cb' },
          actor: { callerType: 'USER', email: 'ines@acme.example', profileId: '1' },
          ipAddress: '192.0.2.17',
          events: [
            {
              type: 'DELEGATED_ADMIN_SETTINGS',
              name: 'ASSIGN_ROLE',
              parameters: [
                { name: 'ROLE_NAME', value: '_SEED_ADMIN_ROLE' },
                { name: 'USER_EMAIL', value: 'omar@acme.example' },
              ],
            },
          ],
        },
      ],
    }),
  },
  handshake,
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const map = (raw: JsonObject): readonly ItemResult[] => workspaceActivity(raw, request.feed.system);
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['items'], map });
}

/** The first message of a push channel only says that it is open. */
function handshake(request: HandshakeRequest): HandshakeAnswer | undefined {
  if (request.method !== 'POST' || request.headers['x-goog-resource-state'] !== 'sync') return undefined;
  return { status: 200, headers: {}, body: '', authenticated: true };
}
