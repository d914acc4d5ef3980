import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { fieldsOf } from '../reading/schema.js';
import { checkResult, instantOf, ReportEvents, scanned, secret, type Told, text, under, vulnerability } from '../scanners/reports.js';
import { complianceResults } from './compliance.js';

const resourceBody = z.object({
  kind: z.string().min(1),
  metadata: z.object({
    uid: z.string().min(1),
    resourceVersion: z.string().min(1),
    name: z.string().min(1),
    namespace: text,
    labels: z.record(z.string(), z.string()).nullish(),
  }),
});
type Metadata = z.infer<typeof resourceBody>['metadata'];

const listsBody = z.object({
  updateTimestamp: z.string(),
  artifact: z.object({ repository: text, tag: text, digest: text }).nullish(),
  registry: z.object({ server: text }).nullish(),
  vulnerabilities: z.array(z.unknown()).nullish(),
  checks: z.array(z.unknown()).nullish(),
  secrets: z.array(z.unknown()).nullish(),
  summary: z.record(z.string(), z.unknown()).nullish(),
});
type Lists = z.infer<typeof listsBody>;

const vulnerabilityBody = z.object({
  vulnerabilityID: z.string().min(1).max(256),
  resource: z.string().min(1),
  severity: text,
  target: text,
  packagePath: text,
  installedVersion: text,
});
const checkBody = z.object({ checkID: z.string().min(1), severity: text, success: z.boolean(), title: text });
const secretBody = z.object({ ruleID: z.string().min(1), target: text, severity: text });

interface Context {
  readonly events: ReportEvents;
  readonly subject: string;
}
type Mapper = (found: unknown, context: Context, pointer: string) => ItemResult;

export const isOperatorReport = (record: JsonObject): boolean => typeof record.apiVersion === 'string' && record.apiVersion.startsWith('aquasecurity.github.io/');

/** A custom resource of the Trivy Operator. It is updated in place, so `resourceVersion` belongs to the id. */
export function operatorResults(record: JsonObject, system: string): readonly ItemResult[] {
  const fields = fieldsOf(resourceBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const { kind, metadata } = fields.value;
  const id = [metadata.uid, metadata.resourceVersion];
  if (kind.endsWith('ComplianceReport')) return complianceResults(record, { id, name: metadata.name, system });
  const read = KINDS.find(([end]) => kind.endsWith(end))?.[1];
  if (read === undefined) return [ignored(`${kind.slice(0, 100)}: no event type of the catalogue says it`)];
  const lists = fieldsOf(z.object({ report: listsBody }), record);
  if (!lists.ok) return [rejectedBy(lists.error)];
  const { report } = lists.value;
  const timeMs = instantOf(report.updateTimestamp);
  if (timeMs === undefined) return [rejected('/report/updateTimestamp', 'is no instant')];
  return read(report, { events: new ReportEvents({ source: 'trivy-operator', id, timeMs }), subject: workloadOf(metadata) });
}

/** `default/ReplicaSet/nginx`; what is no workload is named by its report. */
function workloadOf({ labels, namespace, name }: Metadata): string {
  const label = (part: string): string => labels?.[`trivy-operator.resource.${part}`] ?? '';
  const parts = [label('namespace'), label('kind'), label('name')].filter((part) => part !== '');
  return parts.length > 1 ? parts.join('/') : [namespace ?? '', name].filter((part) => part !== '').join('/');
}

type Reader = (report: Lists, context: Context) => readonly ItemResult[];

function vulnerabilityReport(report: Lists, context: Context): readonly ItemResult[] {
  const image = imageOf(report) ?? context.subject;
  const found = report.vulnerabilities ?? [];
  return [
    context.events.eventOf(scanned('trivy', image, true)),
    ...listed('vulnerabilities', found, { ...context, subject: image }, vulnerabilityOf),
    ...lostFindings(report, found.length),
  ];
}

/** What scans an image of two workloads twice finds the same: the image is the asset, under its name at the registry. */
function imageOf({ artifact, registry }: Lists): string | undefined {
  const repository = artifact?.repository ?? '';
  if (repository === '') return undefined;
  const version = [artifact?.tag, artifact?.digest].find((part) => typeof part === 'string' && part !== '');
  const name = version === undefined ? repository : `${repository}:${version}`;
  return [registry?.server ?? '', name].filter((part) => part !== '').join('/');
}

const configReport: Reader = (report, context) => {
  const checks = report.checks ?? [];
  const failed = checks.filter((check) => isObject(check) && check.success === false).length;
  return [...listed('checks', checks, context, checkOf), ...lostFindings(report, failed)];
};

const secretReport: Reader = (report, context) => {
  const found = report.secrets ?? [];
  const subject = imageOf(report) ?? context.subject;
  return [...listed('secrets', found, { ...context, subject }, secretOf), ...lostFindings(report, found.length)];
};

const KINDS: readonly (readonly [string, Reader])[] = [
  ['VulnerabilityReport', vulnerabilityReport],
  ['ConfigAuditReport', configReport],
  ['RbacAssessmentReport', configReport],
  ['InfraAssessmentReport', configReport],
  ['ExposedSecretReport', secretReport],
];

function listed(name: string, found: readonly unknown[], context: Context, map: Mapper): ItemResult[] {
  return found.map((one, at) => map(one, context, `/report/${name}/${at}`));
}

const vulnerabilityOf: Mapper = (found, { events, subject }, pointer) => {
  const fields = fieldsOf(vulnerabilityBody, found);
  if (!fields.ok) return under(pointer, fields.error);
  const { vulnerabilityID: finding, resource, severity, target, packagePath, installedVersion } = fields.value;
  const asset = [subject, packagePath ?? target ?? '', resource].filter((part) => part !== '').join('/');
  return events.eventOf({ key: [finding, asset, installedVersion ?? ''], ...vulnerability({ finding, asset, severity, status: 'open' }) });
};

const checkOf: Mapper = (found, { events, subject }, pointer) => {
  const fields = fieldsOf(checkBody, found);
  if (!fields.ok) return under(pointer, fields.error);
  const { checkID, severity, success, title } = fields.value;
  const told: Told = { key: [checkID], ...checkResult({ rule: checkID, resource: subject, outcome: success ? 'pass' : 'fail', severity, title }) };
  return events.eventOf(told);
};

const secretOf: Mapper = (found, { events, subject }, pointer) => {
  const fields = fieldsOf(secretBody, found);
  if (!fields.ok) return under(pointer, fields.error);
  const { ruleID: rule, target, severity } = fields.value;
  const place = [subject, target ?? ''].filter((part) => part !== '').join('/');
  return events.eventOf({ key: ['secret', rule, place], ...secret({ place, rule, severity }) });
};

/** The summary counts findings by severity; where it says more or less than the list, some were lost on the way. */
function lostFindings({ summary }: Lists, found: number): ItemResult[] {
  const counts = Object.entries(summary ?? {}).flatMap(([name, value]) => (/^(critical|high|medium|low|unknown)Count$/.test(name) && typeof value === 'number' ? [value] : []));
  const told = counts.reduce((sum, value) => sum + value, 0);
  return counts.length === 0 || told === found ? [] : [rejected('/report/summary', `counts ${told}, but ${found} are listed; send the report whole`)];
}
