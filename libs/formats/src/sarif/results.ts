import { createHash } from 'node:crypto';
import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId, shortened } from '../reading/event-id.js';
import { event, type ItemResult, rejected } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';
import type { Run, RunRule } from './parts.js';

const text = z.string().nullish();
const location = z.object({
  physicalLocation: z.object({ artifactLocation: z.object({ uri: text }).nullish(), region: z.object({ startLine: z.number().nullish() }).nullish() }).nullish(),
  logicalLocations: z.array(z.object({ fullyQualifiedName: text, name: text })).nullish(),
});
const resultBody = z.object({
  ruleId: text,
  ruleIndex: z.number().int().nullish(),
  rule: z.object({ id: text, index: z.number().int().nullish(), toolComponent: z.object({ index: z.number().int().nullish(), name: text }).nullish() }).nullish(),
  kind: text,
  level: text,
  guid: text,
  message: z.object({ text }).nullish(),
  locations: z.array(location).nullish(),
  // `state` is what drafts of the standard called it.
  suppressions: z.array(z.object({ status: text, state: text })).nullish(),
  baselineState: text,
});
type Result = z.infer<typeof resultBody>;

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['pass', 'pass'],
  ['fail', 'fail'],
  ['notApplicable', 'not-applicable'],
]);
const SEVERITIES: ReadonlyMap<string, string> = new Map([
  ['error', 'high'],
  ['warning', 'medium'],
  ['note', 'low'],
  ['none', 'informational'],
]);

/** One result of a run, about one rule and the first place that it names. */
export function sarifResult(raw: unknown, pointer: string, run: Run): ItemResult {
  const fields = fieldsOf(resultBody, raw);
  if (!fields.ok) return rejected(`${pointer}${fields.error.pointer}`, fields.error.message);
  const result = fields.value;
  const rule = ruleOf(result, run);
  if (rule === undefined) return rejected(`${pointer}/ruleId`, 'names no rule');
  const resource = resourceOf(result) ?? run.target;
  const data: JsonObject = {
    rule: `${run.tool}/${rule.id}`.slice(0, 256),
    resource,
    ...outcomeOf(result, run),
    severity: SEVERITIES.get(result.level ?? rule.level ?? 'warning') ?? 'medium',
    ...titleOf(result),
  };
  const id = run.ids.of(eventId(run.id, result.guid ?? hashOf(raw)));
  return event({ id, source: run.source, type: 'config.finding', subject: resource, ...timeOf(run), data });
}

export const timeOf = ({ timeMs }: Run): { readonly timeMs?: number } => (timeMs === undefined ? {} : { timeMs });

/** Named, or pointed to by its place among the rules of the tool. */
function ruleOf({ ruleId, rule, ruleIndex }: Result, run: Run): RunRule | undefined {
  const listed = rulesBeside(rule, run)[ruleIndex ?? rule?.index ?? -1];
  const named = { id: ruleId ?? rule?.id ?? '', level: listed?.level };
  if (named.id === '') return listed;
  return { id: named.id, level: named.level ?? run.levels.get(named.id) };
}

/** The rules that a place counts in: of the tool itself, unless an extension is named. */
function rulesBeside(rule: Result['rule'], { rules, extensions }: Run): readonly RunRule[] {
  const { index, name } = rule?.toolComponent ?? {};
  return extensions.all[index ?? -1] ?? extensions.named.get(name ?? '') ?? rules;
}

/** Absent from this run is not looked at again; open, review and informational are left to a person. */
function outcomeOf(result: Result, run: Run): JsonObject {
  const suppressed = isSuppressed(result);
  const mark = suppressed ? { suppressed } : {};
  if (result.baselineState === 'absent') return { outcome: 'unknown', ...mark };
  const outcome = OUTCOMES.get(result.kind ?? 'fail') ?? 'unknown';
  return { outcome: outcome === 'pass' && (suppressed || run.failed) ? 'unknown' : outcome, ...mark };
}

function titleOf({ message }: Result): JsonObject {
  const title = message?.text ?? '';
  return title === '' ? {} : { title: title.slice(0, 1_024) };
}

/** A suppression counts unless it is still asked for, or was refused. */
const isSuppressed = ({ suppressions }: Result): boolean =>
  (suppressions ?? []).some(({ status, state }) => !['underReview', 'rejected'].includes(status ?? state ?? 'accepted'));

/** File and line, or what the code calls it. */
export function resourceOf({ locations }: Pick<Result, 'locations'>): string | undefined {
  const [first] = locations ?? [];
  if (first === undefined) return undefined;
  const place = fileOf(first) ?? nameOf(first);
  return place === undefined ? undefined : shortened(place, 1_024);
}

type Location = z.infer<typeof location>;

function fileOf({ physicalLocation }: Location): string | undefined {
  const uri = physicalLocation?.artifactLocation?.uri ?? '';
  const line = physicalLocation?.region?.startLine;
  if (uri === '') return undefined;
  return typeof line === 'number' ? `${uri}:${line}` : uri;
}

function nameOf({ logicalLocations }: Location): string | undefined {
  const [first] = logicalLocations ?? [];
  const name = first?.fullyQualifiedName ?? first?.name ?? '';
  return name === '' ? undefined : name;
}

export const hashOf = (raw: unknown): string => createHash('sha256').update(JSON.stringify(raw)).digest('hex').slice(0, 40);
