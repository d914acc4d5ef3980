import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { isReport, reportResults } from './grype/report.js';
import { type ItemResult, rejected, tooMany } from './reading/items.js';
import { JSON_LINES_TYPES, readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 10 * 1024 * 1024, items: 20_000, lineBytes: 10 * 1024 * 1024 };

/** Reports of Grype, one an artifact. */
export const grype: Format = {
  id: 'grype',
  title: 'Grype (JSON)',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'matches, whatever fix.state says', ours: 'vuln.finding open', why: 'it is in the artifact; fixed says that a newer package exists, wont-fix that there will be none' },
    { theirs: 'ignoredMatches', ours: 'vuln.finding accepted', why: 'an exception claimed upstream by a rule or a VEX document, not a repair' },
    { theirs: 'severity Critical, High, Medium, Low', ours: 'critical, high, medium, low', why: 'the same' },
    { theirs: 'severity Negligible', ours: 'low', why: 'the least that is kept' },
    { theirs: 'severity Unknown or none', ours: 'the worst of relatedVulnerabilities, else high', why: 'nobody has rated it yet; it must not wait longer than a high one' },
    { theirs: 'relatedVulnerabilities', ours: 'nothing more', why: 'other names of the same vulnerability' },
    { theirs: 'a report whose database is sound and at most 120 hours older', ours: 'scan.completed, 1 of 1', why: 'the artifact was looked at; an empty list then says that nothing was found' },
    { theirs: 'db older than that, not valid, or with an error', ours: 'scan.completed, 0 of 1', why: 'what such a database does not know is not found' },
    { theirs: 'no db, no db.built or no descriptor.timestamp', ours: 'ignored', why: 'how old the database was cannot be told, so nothing is said of what was not found' },
    { theirs: 'an image without a distribution and without any match', ours: 'ignored', why: 'whether anything in it was recognised is not said' },
    { theirs: 'alert distro-disabled', ours: 'scan.completed, 0 of 1', why: 'packages of that distribution are matched with nothing' },
    { theirs: 'alert distro-eol', ours: 'config.finding os-supported fail', why: 'nobody publishes advisories for it any more' },
    { theirs: 'descriptor.timestamp missing', ours: 'the time of receipt', why: 'nothing else is known; the same report sent again is the same events' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      matches: [
        {
          vulnerability: { id: 'CVE-2026-0417', namespace: 'debian:distro:debian:12', severity: 'Critical', fix: { versions: ['3.0.12-1'], state: 'fixed' } },
          relatedVulnerabilities: [],
          artifact: { name: 'libssl3', version: '3.0.11-1', type: 'deb', locations: [{ path: '/var/lib/dpkg/status' }] },
        },
      ],
      source: { type: 'image', target: { userInput: 'registry.acme.example/payroll-api:1.4.2', manifestDigest: 'sha256:9d8825ab20ac86b40eb71495bece1608a302fb180384740697a28c2b0a5a0fc6' } },
      distro: { name: 'debian', version: '12', idLike: [] },
      descriptor: {
        name: 'grype',
        version: '0.94.0',
        timestamp: '2026-01-31T13:00:00.123456789+01:00',
        db: { status: { schemaVersion: 'v6.0.2', built: '2026-01-31T04:10:00Z', valid: true } },
      },
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const map = (record: JsonObject): readonly ItemResult[] =>
    isReport(record) ? reportResults(record, request.feed.system) : [rejected('/matches', 'is missing: this is no report of Grype; write it with -o json')];
  const result = readRecords(request, { limits: LIMITS, bigNumbers: 'text', map });
  return result.outcome === 'items' && result.items.length > LIMITS.items ? tooMany(LIMITS) : result;
}
