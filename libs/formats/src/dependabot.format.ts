import { BEARER } from './authentication.js';
import { restAlert } from './dependabot/rest.js';
import { graphqlAlerts } from './dependabot/graphql.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { JSON_LINES_TYPES, readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000, lineBytes: 1024 * 1024 };

/** What GitHub's API answers about Dependabot alerts; its webhooks are part of the format `github`. */
export const dependabot: Format = {
  id: 'dependabot',
  title: 'Dependabot alerts (GitHub REST and GraphQL answers)',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'open, OPEN', ours: 'open', why: 'the same' },
    { theirs: 'fixed, FIXED', ours: 'fixed', why: 'the vulnerable version is gone' },
    { theirs: 'dismissed, DISMISSED', ours: 'accepted', why: 'an exception claimed upstream, not a repair' },
    { theirs: 'auto_dismissed, AUTO_DISMISSED', ours: 'accepted', why: 'dismissed by a rule of the repository, not repaired' },
    { theirs: 'no state in the answer', ours: 'refused', why: 'the query did not ask for it, so nobody knows' },
    { theirs: 'MODERATE', ours: 'medium', why: 'GraphQL says moderate where REST says medium' },
    { theirs: 'no alerts', ours: 'nothing', why: 'an empty page says nothing about any dependency' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify([
      {
        number: 2,
        state: 'dismissed',
        dependency: { package: { ecosystem: 'pip', name: 'django' }, manifest_path: 'requirements.txt' },
        security_advisory: { ghsa_id: 'GHSA-rf4j-j272-fj86', cve_id: 'CVE-2018-6188' },
        security_vulnerability: { severity: 'high' },
        html_url: 'https://github.com/octocat/hello-world/security/dependabot/2',
        created_at: '2026-01-05T07:43:03Z',
        updated_at: '2026-01-23T14:29:47Z',
      },
    ]),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', map: (record) => graphqlAlerts(record) ?? restAlert(record) });
}
