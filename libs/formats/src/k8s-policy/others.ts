import { createHash } from 'node:crypto';
import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { Findings } from '../reading/findings.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();
const count = z.number().int().nonnegative().nullish();
const groupBody = z.object({ section: z.string(), pass: count, fail: count, warn: count, info: count, results: z.array(z.unknown()).nullish() });
const benchBody = z.object({
  Controls: z.array(z.object({ version: text, node_type: text, tests: z.array(groupBody).nullish() })),
});
const checkBody = z.object({ test_number: z.string().min(1), test_desc: text, status: z.string() });
type Group = z.infer<typeof groupBody>;

const BENCH_OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['PASS', 'pass'],
  ['FAIL', 'fail'],
]);

export const isBench = (record: JsonObject): boolean => Array.isArray(record.Controls);

/** kube-bench writes no time and no node: the feed names the cluster, and the same result twice is one unless the sender says when. */
export function benchResults(record: JsonObject, system: string, timeMs?: number): readonly ItemResult[] {
  const fields = fieldsOf(benchBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const all = fields.value.Controls.flatMap(({ version, node_type: node, tests }, at) => {
    const bench = { resource: node === null || node === undefined ? system : `${system}/${node}`, prefix: `cis-${version ?? 'unknown'}`, timeMs };
    return (tests ?? []).flatMap((group, place) => groupResults(group, bench, `/Controls/${at}/tests/${place}`));
  });
  return all.length > 0 ? all : [ignored('a benchmark without results: nothing was checked')];
}

interface Bench {
  readonly resource: string;
  readonly prefix: string;
  readonly timeMs: number | undefined;
}

function groupResults(group: Group, { resource, prefix, timeMs }: Bench, pointer: string): readonly ItemResult[] {
  const listed = group.results ?? [];
  const said = [group.pass, group.fail, group.warn, group.info].map((each) => each ?? 0).reduce((sum, each) => sum + each, 0);
  const checks = listed.map((raw, at) => {
    const fields = fieldsOf(checkBody, raw);
    if (!fields.ok) return rejected(`${pointer}/results/${at}${fields.error.pointer}`, fields.error.message);
    const { test_number: number, test_desc: title, status } = fields.value;
    const findings = new Findings('kube-bench', timeMs === undefined ? hashOf(raw) : `${hashOf(raw)}@${timeMs}`);
    return findings.of({ rule: `${prefix}/${number}`, resource, outcome: BENCH_OUTCOMES.get(status) ?? 'unknown', title, timeMs });
  });
  if (said === listed.length) return checks;
  return [...checks, rejected(`${pointer}/results`, `section ${group.section.slice(0, 40)} counts ${said}, and ${listed.length} are listed: the report is not whole`)];
}

const armorBody = z.object({
  UpdatedTime: z.string(),
  PolicyName: z.string().min(1),
  Severity: text,
  Action: z.string().min(1).max(64),
});

export const isArmorAlert = (record: JsonObject): boolean => typeof record.PolicyName === 'string' && typeof record.Operation === 'string';

/** KubeArmor rates from 1 to 10. */
export function armorAlert(record: JsonObject): readonly ItemResult[] {
  const fields = fieldsOf(armorBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const { UpdatedTime: written, Severity, Action } = fields.value;
  const timeMs = parseRfc3339(written);
  if (timeMs === undefined) return [rejected('/UpdatedTime', 'is no instant')];
  const rating = Number(Severity ?? '');
  if (!(rating >= 1 && rating <= 10)) return [rejected('/Severity', 'is no rating from 1 to 10')];
  const id = `kubearmor-${hashOf(record)}`;
  const data = { id, severity: ratingWord(rating), status: Action, kind: 'runtime' };
  return [event({ id, source: 'kubearmor', type: 'detection.alert', subject: id, timeMs, data })];
}

function ratingWord(rating: number): string {
  if (rating >= 9) return 'critical';
  if (rating >= 7) return 'high';
  return rating >= 4 ? 'medium' : 'low';
}

const hashOf = (raw: unknown): string => createHash('sha256').update(JSON.stringify(raw)).digest('hex').slice(0, 40);
