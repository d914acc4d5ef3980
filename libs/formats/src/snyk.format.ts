import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, HandshakeAnswer, HandshakeRequest, ParseRequest, ParseResult } from './format.js';
import { type ItemResult, malformed, rejected, tooMany } from './reading/items.js';
import { readRecords } from './reading/records.js';
import { scannedAt } from './reading/scanned-at.js';
import { isProject, projectResults, type Run } from './snyk/project.js';
import { SNYK_SIGNATURE } from './snyk/signature.js';
import { isPing, webhookResults } from './snyk/webhook.js';

const LIMITS: FormatLimits = { bodyBytes: 10 * 1024 * 1024, items: 20_000 };

/** What the CLI of Snyk writes about one project or many, and the webhooks of its service. */
export const snyk: Format = {
  id: 'snyk',
  title: 'Snyk (CLI and webhooks)',
  contentTypes: ['application/json'],
  limits: LIMITS,
  authentication: [SNYK_SIGNATURE, BEARER],
  words: [
    { theirs: 'vulnerabilities', ours: 'vuln.finding open', why: 'it is in the project, whether or not an upgrade exists; once a package, however many paths lead to it' },
    { theirs: 'filtered.ignore, filtered.patch, isIgnored, isPatched', ours: 'vuln.finding accepted', why: 'an exception claimed upstream, not a repair; what is open by another path stays open' },
    { theirs: 'newIssues', ours: 'vuln.finding open, first seen then', why: 'Snyk compares with its snapshot before' },
    { theirs: 'removedIssues', ours: 'vuln.finding fixed', why: 'the next snapshot no longer has it' },
    { theirs: 'removedIssues of a project without dependencies', ours: 'ignored', why: 'nothing in it was recognised any more' },
    { theirs: 'severity none or unknown', ours: 'high', why: 'nobody has rated it yet; it must not wait longer than a high one' },
    { theirs: 'creationTime, publicationTime, disclosureTime', ours: 'no influence', why: 'times of the advisory, not of the project' },
    { theirs: 'infrastructureAsCodeIssues', ours: 'config.finding fail', why: 'only what failed is listed, so none of them is a pass' },
    { theirs: 'isIgnored beside such an issue', ours: 'fail, suppressed', why: 'an exception claimed upstream explains, it does not repair' },
    { theirs: 'ok true with dependencies, or of configuration files', ours: 'scan.completed, 1 of 1', why: 'the project was looked at; an empty list then says that nothing was found' },
    { theirs: 'ok true with dependencyCount 0', ours: 'scan.completed, 0 of 1', why: 'nothing in it was recognised, so nothing is known of it' },
    { theirs: 'ok true or false with nothing that was counted or listed', ours: 'ignored', why: 'what was looked at or found is not told' },
    { theirs: 'ok false with error', ours: 'scan.completed failure', why: 'the scan failed: an error, and no finding' },
    { theirs: 'uniqueCount above what is listed', ours: 'refused there', why: 'some were lost on the way; what is listed is kept' },
    { theirs: 'licence issues', ours: 'ignored', why: 'no vulnerability' },
    { theirs: 'ping', ours: 'answered, no evidence', why: 'the webhook was set up; nothing happened' },
  ],
  sample: {
    contentType: 'application/json; scanned-at=2026-01-31T12:00:00Z',
    headers: {},
    body: JSON.stringify({
      vulnerabilities: [
        { id: 'SNYK-JAVA-ORGAPACHESANTUARIO-460281', severity: 'critical', packageName: 'org.apache.santuario:xmlsec', name: 'org.apache.santuario:xmlsec', version: '2.1.1' },
      ],
      ok: false,
      dependencyCount: 5,
      uniqueCount: 1,
      projectName: 'com.acme:payroll',
      displayTargetFile: 'pom.xml',
      path: '/builds/payroll',
    }),
  },
  handshake,
  parse,
};

/** Snyk pings a webhook when it is made; the signature is checked as for any other request. */
function handshake(request: HandshakeRequest): HandshakeAnswer | undefined {
  if (request.method !== 'POST' || !isPing(request.headers)) return undefined;
  return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"message":"pong"}', authenticated: true };
}

function parse(request: ParseRequest): ParseResult {
  const at = scannedAt(request);
  if (!at.ok) return malformed(at.error);
  const run: Run = { system: request.feed.system, timeMs: at.value };
  const map = (record: JsonObject): readonly ItemResult[] => webhookResults(record, request.headers) ?? fileResults(record, run);
  const result = readRecords(request, { limits: LIMITS, bigNumbers: 'text', map });
  return result.outcome === 'items' && result.items.length > LIMITS.items ? tooMany(LIMITS) : result;
}

function fileResults(record: JsonObject, run: Run): readonly ItemResult[] {
  if (isProject(record)) return projectResults(record, run);
  if (Array.isArray(record.runs)) return [rejected('/runs', 'is SARIF, as snyk code test writes it; send it to the format sarif')];
  return [rejected('/ok', 'is no truth value: this is no result of the Snyk CLI and no webhook of Snyk; write it with --json')];
}
