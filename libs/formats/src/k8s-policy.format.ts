import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { constraintResults, isConstraint } from './k8s-policy/gatekeeper.js';
import { armorAlert, benchResults, isArmorAlert, isBench } from './k8s-policy/others.js';
import { isReport, reportResults } from './k8s-policy/report.js';
import { ignored, type ItemResult, malformed } from './reading/items.js';
import { JSON_LINES_TYPES } from './reading/records.js';
import { scannedAt } from './reading/scanned-at.js';
import { readYamlRecords, YAML_TYPES } from './reading/yaml-records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000, lineBytes: 4 * 1024 * 1024 };

/** What policy engines say of a cluster: `kubectl get … -o json` or `-o yaml`, kube-bench and KubeArmor as they write. */
export const k8sPolicy: Format = {
  id: 'k8s-policy',
  title: 'Kubernetes policies (PolicyReport, OpenReports, Kyverno, Gatekeeper, kube-bench, KubeArmor)',
  contentTypes: ['application/json', ...YAML_TYPES, ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'result pass', ours: 'pass', why: 'the rule was evaluated and holds' },
    { theirs: 'result fail', ours: 'fail', why: 'the rule was evaluated and does not' },
    { theirs: 'result warn', ours: 'unknown', why: 'not met and not scored, or left to a person: the word does not say which' },
    { theirs: 'result error', ours: 'error', why: 'the rule could not be evaluated' },
    { theirs: 'result skip', ours: 'unknown', why: 'exempt or not applicable: the word does not say which' },
    { theirs: 'summary that differs from the list', ours: 'refused there', why: 'the report is not whole; what is listed is kept' },
    { theirs: 'report without results', ours: 'ignored', why: 'nothing was evaluated' },
    { theirs: 'Gatekeeper violation, whatever its enforcementAction', ours: 'fail', why: 'dryrun and warn do not block, but the rule is violated' },
    { theirs: 'Gatekeeper constraint without violations, audited', ours: 'pass', why: 'the audit found none on the cluster' },
    { theirs: 'Gatekeeper constraint without auditTimestamp', ours: 'unknown', why: 'never audited' },
    { theirs: 'totalViolations above the list', ours: 'fail, refused there', why: 'the list is capped' },
    { theirs: 'kube-bench PASS', ours: 'pass', why: 'the check ran and found what it wants' },
    { theirs: 'kube-bench FAIL', ours: 'fail', why: 'the check ran and did not' },
    { theirs: 'kube-bench WARN, INFO', ours: 'unknown', why: 'left to a person, or a remark' },
    { theirs: 'KubeArmor Severity 9-10, 7-8, 4-6, 1-3', ours: 'detection.alert critical, high, medium, low', why: 'its scale goes to 10' },
    { theirs: 'any other object', ours: 'ignored', why: 'no result of a policy' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      apiVersion: 'wgpolicyk8s.io/v1alpha2',
      kind: 'PolicyReport',
      metadata: { name: 'pod-nginx', namespace: 'default', uid: '3a4b4f5d-a362-487b-a500-1cdbf197e230', resourceVersion: '16826' },
      scope: { apiVersion: 'v1', kind: 'Pod', name: 'nginx', namespace: 'default' },
      results: [
        {
          policy: 'disallow-privileged',
          rule: 'containers',
          result: 'fail',
          severity: 'high',
          message: 'Privileged containers are not allowed.',
          timestamp: { seconds: 1769860800, nanos: 0 },
        },
      ],
      summary: { pass: 0, fail: 1, warn: 0, error: 0, skip: 0 },
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const at = scannedAt(request);
  if (!at.ok) return malformed(at.error);
  const map = (record: JsonObject): readonly ItemResult[] => resultsOf(record, request.feed.system, at.value);
  return readYamlRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['items'], map });
}

function resultsOf(record: JsonObject, system: string, timeMs: number | undefined): readonly ItemResult[] {
  if (isReport(record)) return reportResults(record);
  if (isConstraint(record)) return constraintResults(record, system);
  if (isBench(record)) return benchResults(record, system, timeMs);
  if (isArmorAlert(record)) return armorAlert(record);
  const kind = typeof record.kind === 'string' ? record.kind.slice(0, 100) : 'an object without a kind';
  return [ignored(`${kind}: no result of a policy`)];
}
