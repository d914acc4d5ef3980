import type { Json, JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();

const findingBody = z.object({
  Id: z.string().min(1),
  ProductArn: z.string().min(1),
  GeneratorId: text,
  AwsAccountId: text,
  Region: text,
  Title: text,
  FirstObservedAt: text,
  CreatedAt: text,
  UpdatedAt: z.string(),
  Severity: z.object({ Label: text, Normalized: z.number().nullish() }).nullish(),
  Compliance: z.object({ Status: text, SecurityControlId: text }).nullish(),
  ProductFields: z.record(z.string(), z.unknown()).nullish(),
  Resources: z.array(z.object({ Id: z.string().min(1), Region: text })).min(1),
  RecordState: text,
  Workflow: z.object({ Status: text }).nullish(),
  Vulnerabilities: z.array(z.object({ Id: z.string().min(1) })).nullish(),
});

type Finding = z.infer<typeof findingBody>;

/** `@` and the time of the last update are part of the id: Security Hub updates a finding in place under one Id. */
export function asffFinding(record: JsonObject): readonly ItemResult[] {
  const fields = fieldsOf(findingBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const finding = fields.value;
  const timeMs = parseRfc3339(finding.UpdatedAt);
  if (timeMs === undefined) return [rejected('/UpdatedAt', 'is no instant')];
  if (typeof finding.Compliance?.Status === 'string') return configFindings(finding, timeMs, finding.Compliance.Status);
  const vulnerabilities = finding.Vulnerabilities ?? [];
  return vulnerabilities.length > 0 ? vulnerabilityFindings(finding, timeMs, vulnerabilities) : [detection(finding, timeMs)];
}

/** Far more than AWS sends together: it allows 32 resources in a finding and 100 findings in an event. */
const MOST_TOGETHER = 10_000;

/** The findings of one event; the pointer leads to the finding in it. */
export function asffFindings(findings: readonly Json[], pointer: string): readonly ItemResult[] {
  const all: ItemResult[] = [];
  for (const [at, finding] of findings.entries()) {
    if (!isObject(finding)) {
      all.push(rejected(`${pointer}/${at}`, 'expected an object'));
      continue;
    }
    for (const result of asffFinding(finding)) all.push(result.kind === 'rejected' ? rejected(`${pointer}/${at}${result.pointer}`, result.message) : result);
    if (all.length > MOST_TOGETHER) return [rejected(pointer, `give more than ${MOST_TOGETHER} results; send them in several events`)];
  }
  return all;
}

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['PASSED', 'pass'],
  ['FAILED', 'fail'],
]);

function outcomeOf(finding: Finding, status: string): string {
  // An archived finding is no longer kept up to date: what it says is of the past.
  if (finding.RecordState === 'ARCHIVED') return 'unknown';
  const outcome = OUTCOMES.get(status) ?? 'unknown';
  return isSuppressed(finding) && outcome === 'pass' ? 'unknown' : outcome;
}

const isSuppressed = (finding: Finding): boolean => finding.Workflow?.Status === 'SUPPRESSED';

/** One result for each resource that the finding names. */
function configFindings(finding: Finding, timeMs: number, status: string): readonly ItemResult[] {
  const outcome = outcomeOf(finding, status);
  return finding.Resources.map((resource, at) =>
    event({
      id: idOf(finding, at),
      source: finding.ProductArn,
      type: 'config.finding',
      subject: resource.Id,
      timeMs,
      data: {
        rule: ruleOf(finding),
        resource: resource.Id,
        outcome,
        ...(isSuppressed(finding) ? { suppressed: true } : {}),
        severity: severityOf(finding),
        ...given('title', finding.Title?.slice(0, 1_024)),
        ...given('account', finding.AwsAccountId),
        ...given('region', resource.Region ?? finding.Region),
      },
    }),
  );
}

/** The control's own id; older findings hold it in their product fields or only in the generator. */
function ruleOf(finding: Finding): string {
  const control = finding.ProductFields?.ControlId;
  return finding.Compliance?.SecurityControlId ?? (typeof control === 'string' ? control : (finding.GeneratorId ?? finding.Id));
}

const MOST_PAIRS = 1_000;

/** Each vulnerability on each resource. */
function vulnerabilityFindings(finding: Finding, timeMs: number, vulnerabilities: readonly { readonly Id: string }[]): readonly ItemResult[] {
  const status = vulnerabilityStatus(finding);
  if (status === undefined) return [ignored('archived without saying that it was closed: neither open nor fixed')];
  const firstSeenAt = [finding.FirstObservedAt, finding.CreatedAt].find((time) => parseRfc3339(time ?? '') !== undefined);
  if (typeof firstSeenAt !== 'string') return [rejected('/CreatedAt', 'is no instant')];
  const severity = severityOf(finding);
  // Resources times vulnerabilities: a small finding must not become a large one.
  if (finding.Resources.length * vulnerabilities.length > MOST_PAIRS) return [rejected('/Vulnerabilities', `times Resources are more than ${MOST_PAIRS}; send them in several findings`)];
  const pairs = finding.Resources.flatMap(({ Id }) => vulnerabilities.map((found) => ({ asset: Id, found: found.Id })));
  return pairs.map(({ asset, found }, at) =>
    event({
      id: idOf(finding, at),
      source: finding.ProductArn,
      type: 'vuln.finding',
      subject: asset,
      timeMs,
      data: { finding: found, asset, severity: severity === 'informational' ? 'low' : severity, status, firstSeenAt },
    }),
  );
}

function vulnerabilityStatus(finding: Finding): string | undefined {
  const state = finding.ProductFields?.['aws/inspector/FindingStatus'];
  if (isSuppressed(finding) || state === 'SUPPRESSED') return 'accepted';
  if (state === 'CLOSED') return 'fixed';
  return finding.RecordState === 'ARCHIVED' ? undefined : 'open';
}

/** GuardDuty, Macie and others report what they saw: no result of a check, and its absence is no pass either. */
function detection(finding: Finding, timeMs: number): ItemResult {
  const status = finding.RecordState === 'ARCHIVED' ? 'ARCHIVED' : (finding.Workflow?.Status ?? 'NEW');
  const decided = status === 'RESOLVED' || status === 'SUPPRESSED';
  return event({
    id: idOf(finding, 0),
    source: finding.ProductArn,
    type: 'detection.alert',
    subject: finding.Id,
    timeMs,
    data: {
      id: finding.Id.slice(0, 256),
      severity: severityOf(finding),
      status: status.slice(0, 64),
      ...(decided ? { decidedAt: finding.UpdatedAt } : {}),
    },
  });
}

const idOf = (finding: Finding, at: number): string => eventId(finding.Id, at === 0 ? finding.UpdatedAt : `${finding.UpdatedAt}#${at}`);

const LABELS = ['critical', 'high', 'medium', 'low', 'informational'];
/** Where the label is missing: AWS's own ranges of the normalized number. */
const RANGES: readonly [number, string][] = [
  [90, 'critical'],
  [70, 'high'],
  [40, 'medium'],
  [1, 'low'],
];

function severityOf(finding: Finding): string {
  const label = finding.Severity?.Label?.toLowerCase() ?? '';
  if (LABELS.includes(label)) return label;
  const normalized = finding.Severity?.Normalized ?? 0;
  return RANGES.find(([from]) => normalized >= from)?.[1] ?? 'informational';
}

function given(name: string, value: string | null | undefined): JsonObject {
  return typeof value === 'string' && value !== '' ? { [name]: value } : {};
}
