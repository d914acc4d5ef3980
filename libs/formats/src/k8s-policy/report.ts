import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { contentId } from '../reading/event-id.js';
import { Findings } from '../reading/findings.js';
import { fromEpoch } from '../reading/instant.js';
import { ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';
import { objectName } from './object-name.js';

const text = z.string().nullish();
const count = z.number().int().nonnegative().nullish();
const reference = z.object({ kind: text, namespace: text, name: text });

const reportBody = z.object({
  kind: z.string(),
  metadata: z.object({ uid: text, resourceVersion: text, name: z.string().min(1), namespace: text }),
  scope: reference.nullish(),
  results: z.array(z.unknown()).nullish(),
  summary: z.object({ pass: count, fail: count, warn: count, error: count, skip: count }).nullish(),
});
type Report = z.infer<typeof reportBody>;

const resultBody = z.object({
  policy: z.string().min(1),
  rule: text,
  result: text,
  // What versions 1alpha1 called it.
  status: text,
  severity: text,
  message: text,
  // What OpenReports calls it.
  description: text,
  timestamp: z.object({ seconds: z.number().nullish() }).nullish(),
  resources: z.array(reference).nullish(),
  subjects: z.array(reference).nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
});
type Result = z.infer<typeof resultBody>;

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['pass', 'pass'],
  ['fail', 'fail'],
  ['error', 'error'],
]);
const KINDS: ReadonlySet<string> = new Set(['PolicyReport', 'ClusterPolicyReport', 'Report', 'ClusterReport']);

export const isReport = (record: JsonObject): boolean =>
  typeof record.apiVersion === 'string' && /^(wgpolicyk8s\.io|openreports\.io|reports\.x-k8s\.io)\//.test(record.apiVersion) && typeof record.kind === 'string' && KINDS.has(record.kind);

/**
 * A report is replaced in place: its version belongs to the id of each result. One that never was in a cluster, as a
 * command line writes it, has neither: then what it says tells it from another.
 */
export function reportResults(record: JsonObject): readonly ItemResult[] {
  const fields = fieldsOf(reportBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const { kind, metadata, results } = fields.value;
  const findings = new Findings(`k8s-policy/${kind}`, versionOf(metadata) ?? contentId(record));
  const listed = results ?? [];
  if (listed.length === 0) return [ignored('a report without results: nothing was evaluated'), ...lost(fields.value)];
  return [...listed.flatMap((result, at) => oneResult(result, { at, report: fields.value, findings })), ...lost(fields.value)];
}

const versionOf = ({ uid, resourceVersion }: Report['metadata']): string | undefined => (isGiven(uid) && isGiven(resourceVersion) ? `${uid}@${resourceVersion}` : undefined);

const isGiven = (part: string | null | undefined): part is string => typeof part === 'string' && part !== '';

interface Place {
  readonly at: number;
  readonly report: Report;
  readonly findings: Findings;
}

function oneResult(raw: unknown, { at, report, findings }: Place): readonly ItemResult[] {
  const fields = fieldsOf(resultBody, raw);
  if (!fields.ok) return [rejected(`/results/${at}${fields.error.pointer}`, fields.error.message)];
  const result = fields.value;
  const outcome = OUTCOMES.get(result.result ?? result.status ?? '') ?? 'unknown';
  const told = { rule: ruleOf(result), outcome, severity: result.severity, title: result.message ?? result.description, timeMs: timeOf(result) };
  return resourcesOf(result, report).map((resource) => findings.of({ ...told, resource }));
}

/** Some sources put many checks under one rule and number them in a property. */
function ruleOf({ policy, rule, properties }: Result): string {
  const index = properties?.index;
  const parts = [policy, rule === policy ? '' : rule, typeof index === 'string' || typeof index === 'number' ? String(index) : ''];
  return parts.filter((part) => typeof part === 'string' && part !== '').join('/');
}

/** Zero seconds is what writers put where they know no time. */
function timeOf({ timestamp }: Result): number | undefined {
  const seconds = timestamp?.seconds ?? 0;
  return seconds > 0 ? fromEpoch(seconds) : undefined;
}

/** What a result names, else what the report is about, else the report; a package in it is told apart. */
function resourcesOf({ resources, subjects, properties }: Result, { scope, metadata }: Report): readonly string[] {
  const named = [...(resources ?? []), ...(subjects ?? [])];
  const about = named.length > 0 ? named : [scope ?? { kind: 'report', name: metadata.name }];
  const part = typeof properties?.pkgName === 'string' ? `/${properties.pkgName}` : '';
  return about.map((one) => `${objectName({ ...one, namespace: one.namespace ?? metadata.namespace })}${part}`);
}

const WORDS = ['pass', 'fail', 'warn', 'error', 'skip'] as const;

/** The report counts its own results: where it lists fewer, some were cut off, failures perhaps. */
function lost({ summary, results }: Report): readonly ItemResult[] {
  const words = (results ?? []).map((raw) => {
    const read = fieldsOf(z.object({ result: text, status: text }), raw);
    return read.ok ? (read.value.result ?? read.value.status) : undefined;
  });
  return WORDS.flatMap((word) => {
    const counted = words.filter((each) => each === word).length;
    const said = summary?.[word];
    if (said === null || said === undefined || said === counted) return [];
    return [rejected(`/summary/${word}`, `counts ${said}, and ${counted} are listed: the report is not whole`)];
  });
}
