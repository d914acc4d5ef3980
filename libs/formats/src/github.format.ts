import type { InputFault } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import {
  type Format,
  type FormatLimits,
  type HandshakeAnswer,
  type HandshakeRequest,
  mediaTypeOf,
  type ParseRequest,
  type ParseResult,
} from './format.js';
import type { Delivery } from './github/delivery.js';
import { MAPPERS } from './github/events.js';
import { GITHUB_SIGNATURE } from './github/signature.js';
import { ignored, type ItemResult, items, malformed, placed, rejectedBy } from './reading/items.js';
import { type JsonReading, readJsonText } from './reading/json.js';
import { isObject } from './reading/records.js';
import { charsetFault, decodeUtf8 } from './reading/text.js';

const FORM = 'application/x-www-form-urlencoded';
const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 1 };

export const github: Format = {
  id: 'github',
  title: 'GitHub webhooks',
  contentTypes: ['application/json', FORM],
  limits: LIMITS,
  authentication: [GITHUB_SIGNATURE, BEARER],
  words: [
    { theirs: 'pull_request closed, merged true', ours: 'vcs.change-merged', why: 'the change is in the branch' },
    { theirs: 'pull_request closed, merged false', ours: 'ignored', why: 'nothing was changed' },
    { theirs: 'review approved', ours: 'approved', why: 'the same' },
    { theirs: 'review changes_requested', ours: 'changes-requested', why: 'the same' },
    { theirs: 'review commented', ours: 'commented', why: 'a comment approves nothing' },
    { theirs: 'review dismissed', ours: 'dismissed', why: 'the approval no longer counts' },
    { theirs: 'branch_protection_rule created, edited', ours: 'enforced: true', why: 'the rule is in force' },
    { theirs: 'branch_protection_rule deleted', ours: 'enforced: false', why: 'nothing protects the branch any more' },
    {
      theirs: 'pull_request_reviews_enforcement_level off',
      ours: 'requiredApprovals: 0',
      why: 'GitHub keeps the number, but does not ask for reviews',
    },
    { theirs: 'member added, edited', ours: 'identity.access-granted', why: 'another permission is a grant as well' },
    { theirs: 'member removed', ours: 'identity.access-revoked', why: 'the same' },
    { theirs: 'organization member_added, member_removed', ours: 'identity.access-granted, -revoked', why: 'an invitation alone is no access' },
    { theirs: 'membership added, removed', ours: 'identity.access-granted, -revoked', why: 'who is in a team has what the team has' },
    { theirs: 'team added_to_repository, edited for a repository, removed_from_repository', ours: 'identity.access-granted, -revoked of the team', why: 'another permission is a grant as well' },
    { theirs: 'workflow_run success', ours: 'ci.run success', why: 'the same' },
    { theirs: 'workflow_run failure, timed_out, startup_failure', ours: 'ci.run failure', why: 'it did not come to a good end' },
    { theirs: 'workflow_run cancelled', ours: 'ci.run cancelled', why: 'the same' },
    { theirs: 'workflow_run skipped, neutral, stale, action_required', ours: 'ignored', why: 'nothing ran to an end, so nothing is known of the commit' },
    { theirs: 'alert open, reopened', ours: 'vuln.finding open', why: 'the same' },
    { theirs: 'alert fixed', ours: 'vuln.finding fixed', why: 'the tool no longer finds it' },
    { theirs: 'alert dismissed, auto_dismissed', ours: 'vuln.finding accepted', why: 'an exception claimed upstream, not a repair' },
    { theirs: 'code scanning alert without a state', ours: 'ignored', why: 'it lies outside of the default branch, and has a state once it is on it' },
    { theirs: 'code scanning error, warning, note or none, nothing, without a security severity', ours: 'high, medium, low, high', why: 'the levels of the tool in its order; what nobody rated must not wait longer than a high one' },
    { theirs: 'secret_scanning_alert', ours: 'detection.alert, high', why: 'GitHub gives no severity; a secret in a repository can be used by who reads it' },
    { theirs: 'deployment, deployment_status', ours: 'ignored', why: 'they do not say which changes were released' },
    { theirs: 'ping', ours: 'answered, no evidence', why: 'the webhook was set up; nothing happened' },
    { theirs: 'any other event', ours: 'ignored', why: 'readable, but no event type of the catalogue says it' },
  ],
  sample: {
    contentType: 'application/json',
    headers: { 'x-github-event': 'branch_protection_rule', 'x-github-delivery': '5f1c8b9e-3f5e-4c0e-9a54-0d3f7c1b2a60' },
    body: JSON.stringify({
      action: 'created',
      rule: {
        name: 'main',
        updated_at: '2026-01-31T12:00:00Z',
        pull_request_reviews_enforcement_level: 'everyone',
        required_approving_review_count: 1,
        admin_enforced: true,
      },
      repository: { full_name: 'octo-org/octo-repo', html_url: 'https://github.com/octo-org/octo-repo' },
      sender: { login: 'octocat' },
    }),
  },
  handshake,
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const kind = request.headers['x-github-event'];
  const id = request.headers['x-github-delivery'];
  if (kind === undefined || kind === '') return malformed(missing('X-GitHub-Event, which says what happened,'));
  if (id === undefined || id === '') return malformed(missing('X-GitHub-Delivery, which identifies the event,'));
  const reading = readBody(request);
  if (!reading.ok) return malformed(reading.fault);
  if (!isObject(reading.value)) return malformed({ pointer: '', message: 'expected an object' });
  const fault = reading.faults[0];
  if (fault !== undefined) return items(placed(0, rejectedBy(fault)));
  return items(placed(0, eventOf(kind, { id, system: request.feed.system, body: reading.value })));
}

function eventOf(kind: string, delivery: Delivery): ItemResult {
  const map = MAPPERS.get(kind);
  if (map !== undefined) return map(delivery);
  return ignored(kind === 'ping' ? 'ping: the webhook works' : `${kind.slice(0, 100)}: no event type of the catalogue says it`);
}

const missing = (what: string): InputFault => ({
  pointer: '',
  message: `the header ${what} is missing; send the request as GitHub sent it`,
});

function readBody(request: ParseRequest): JsonReading {
  const fault = charsetFault(request.contentType);
  if (fault !== undefined) return unreadable(fault);
  const decoded = decodeUtf8(request.rawBody);
  if (!decoded.ok) return unreadable(decoded.fault);
  if (mediaTypeOf(request.contentType) !== FORM) return readJsonText(decoded.text, { bigNumbers: 'text' });
  const payload = new URLSearchParams(decoded.text).get('payload');
  if (payload === null) return unreadable({ pointer: '', message: 'the form has no field payload' });
  return readJsonText(payload, { bigNumbers: 'text' });
}

const unreadable = (fault: InputFault): JsonReading => ({ ok: false, fault, trailing: false });

/** GitHub pings a webhook when it is made; the signature is checked as for any other request. */
function handshake(request: HandshakeRequest): HandshakeAnswer | undefined {
  if (request.method !== 'POST' || request.headers['x-github-event'] !== 'ping') return undefined;
  return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"message":"pong"}', authenticated: true };
}
