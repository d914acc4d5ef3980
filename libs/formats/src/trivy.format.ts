import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { ignored, type ItemResult, malformed, rejected, tooMany } from './reading/items.js';
import { isObject, JSON_LINES_TYPES, readRecords } from './reading/records.js';
import { scannedAt } from './reading/scanned-at.js';
import { clusterResults, isClusterReport } from './trivy/cluster.js';
import { isOperatorReport, operatorResults } from './trivy/operator.js';
import { isLoneResult, isReport, loneResult, reportResults } from './trivy/report.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 20_000, lineBytes: 4 * 1024 * 1024 };

/** Reports of Trivy, and the custom resources that the Trivy Operator writes or pushes. */
export const trivy: Format = {
  id: 'trivy',
  title: 'Trivy and Trivy Operator (JSON)',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'a vulnerability, whatever its Status', ours: 'vuln.finding open', why: 'it is in the artifact; fixed says that a newer package exists, not that it is there' },
    { theirs: 'Status not_affected, or in ExperimentalModifiedFindings', ours: 'vuln.finding accepted', why: 'an exception claimed upstream, not a repair' },
    { theirs: 'Severity UNKNOWN of a vulnerability or secret', ours: 'high', why: 'nobody has rated it yet; it must not wait longer than a high one' },
    { theirs: 'misconfiguration PASS, success true', ours: 'pass', why: 'the check ran and found what it wants' },
    { theirs: 'misconfiguration FAIL, success false', ours: 'fail', why: 'the check ran and did not' },
    { theirs: 'misconfiguration EXCEPTION', ours: 'unknown, suppressed', why: 'excepted by a policy: what the check would say is not told' },
    { theirs: 'FAIL in ExperimentalModifiedFindings', ours: 'fail, suppressed', why: 'an exception claimed upstream explains, it does not repair' },
    { theirs: 'MisconfSummary.Successes', ours: 'nothing', why: 'a number names no check and no resource; run with --include-non-failures' },
    { theirs: 'MisconfSummary.Failures or an operator summary that differs from the list', ours: 'refused there', why: 'some were lost on the way; what is listed is kept' },
    { theirs: 'a report with Results', ours: 'scan.completed, 1 of 1', why: 'the artifact was looked at' },
    { theirs: 'a report without Results', ours: 'scan.completed, 0 of 1', why: 'nothing in it was recognised, so nothing is known of it' },
    { theirs: 'a resource of a cluster with Error', ours: 'scan.completed failure, 0 of 1', why: 'it could not be looked at, so nothing is known of it' },
    { theirs: 'a report without CreatedAt', ours: 'its time is scanned-at of the content type, else when we received it', why: 'written before 0.48, or about a cluster' },
    { theirs: 'a target without findings', ours: 'nothing more', why: 'the report does not say what was searched for in it' },
    { theirs: 'OS.EOSL true', ours: 'config.finding os-supported fail', why: 'nobody publishes advisories for it any more' },
    { theirs: 'Secrets', ours: 'detection.alert open', why: 'who reads the artifact has the secret' },
    { theirs: 'compliance totalFail above 0', ours: 'fail', why: 'checks of the control failed' },
    { theirs: 'compliance totalFail 0', ours: 'pass', why: 'only where the control has checks and the report counts it as passed; else unknown' },
    { theirs: 'compliance totalFail missing', ours: 'unknown', why: 'left to a person' },
    { theirs: 'licences, packages, SBOM reports', ours: 'ignored', why: 'no result of a check' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      SchemaVersion: 2,
      CreatedAt: '2026-01-31T12:00:00.123456789Z',
      ArtifactName: 'registry.acme.example/payroll-api:1.4.2',
      ArtifactType: 'container_image',
      Results: [
        {
          Target: 'registry.acme.example/payroll-api:1.4.2 (debian 12.5)',
          Class: 'os-pkgs',
          Type: 'debian',
          Vulnerabilities: [
            {
              VulnerabilityID: 'CVE-2026-0417',
              PkgName: 'libssl3',
              InstalledVersion: '3.0.11-1',
              FixedVersion: '3.0.12-1',
              Status: 'fixed',
              Severity: 'CRITICAL',
            },
          ],
        },
      ],
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const at = scannedAt(request);
  if (!at.ok) return malformed(at.error);
  const run: Run = { system: request.feed.system, timeMs: at.value };
  const result = readRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['items'], map: (record) => recordResults(record, run) });
  return result.outcome === 'items' && result.items.length > LIMITS.items ? tooMany(LIMITS) : result;
}

/** What a report may not say of itself. */
interface Run {
  readonly system: string;
  readonly timeMs: number | undefined;
}

/** The operator pushes a report as it is, or with what happened to it. */
function recordResults(record: JsonObject, run: Run): readonly ItemResult[] {
  const { operatorObject } = record;
  if (isObject(operatorObject)) {
    if (record.verb === 'delete') return [ignored('a report was deleted: nothing is said of what it was about')];
    return recordResults(operatorObject, run).map((result) => (result.kind === 'rejected' ? rejected(`/operatorObject${result.pointer}`, result.message) : result));
  }
  if (isOperatorReport(record)) return operatorResults(record, run.system);
  if (isClusterReport(record)) return clusterResults(record, run);
  if (isReport(record)) return reportResults(record, run.timeMs);
  if (isLoneResult(record)) return loneResult(record, run.timeMs);
  return [rejected('', 'is no report of Trivy or of the Trivy Operator; write it with --format json')];
}
