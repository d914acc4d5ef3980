import { createHash } from 'node:crypto';
import type { InputFault, JsonObject, Result } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId, shortened } from '../reading/event-id.js';
import { Findings } from '../reading/findings.js';
import { event, type ItemResult } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { fieldsOf } from '../reading/schema.js';
import { instantOf } from './start-time.js';

const text = z.string().nullish();
const reportBody = z.object({
  platform: z.object({ target_id: text, target: text }).nullish(),
  node_name: text,
  node_uuid: text,
  report_uuid: text,
  end_time: text,
  statistics: z.object({ duration: z.union([z.number(), z.string()]).nullish() }).nullish(),
});
type Report = z.infer<typeof reportBody>;

/** One run of profiles on one machine. */
export interface Run {
  readonly resource: string;
  readonly findings: Findings;
  /** What tells it from all other runs; the same when the report is sent again. */
  readonly key: string;
  /** Its end, else when its last result came out: where results say no time of their own. */
  readonly endMs: number | undefined;
}

export function scanRun(record: JsonObject, system: string): Result<Run, InputFault> {
  const fields = fieldsOf(reportBody, record);
  if (!fields.ok) return fields;
  const report = fields.value;
  const written = isGiven(report.end_time) ? report.end_time : latestStart(record);
  const endMs = written === undefined ? undefined : instantOf(written);
  if (isGiven(report.end_time) && endMs === undefined) return { ok: false, error: { pointer: '/end_time', message: 'is no time that can be read' } };
  const key = shortened(runKey(report, record), 200);
  return { ok: true, value: { resource: targetOf(report) ?? system, findings: new Findings('inspec', key), key, endMs } };
}

const isGiven = (part: string | null | undefined): part is string => typeof part === 'string' && part !== '';

function targetOf({ platform, node_name: node, node_uuid: uuid }: Report): string | undefined {
  const target = platform?.target === 'local://' ? undefined : platform?.target;
  return [node, platform?.target_id, uuid, target].find(isGiven);
}

/** Reports without any time are told apart by all that they say. */
function runKey({ report_uuid: report, end_time: end, statistics }: Report, record: JsonObject): string {
  const known = [report, end, latestStart(record)].filter(isGiven);
  if (known.length === 0) return createHash('sha256').update(JSON.stringify(record)).digest('hex').slice(0, 40);
  return [...known, String(statistics?.duration ?? '')].filter(isGiven).join('/');
}

function latestStart(record: JsonObject): string | undefined {
  const results = listIn(record, 'profiles').flatMap((profile) => listIn(profile, 'controls').flatMap((control) => listIn(control, 'results')));
  const times = results.flatMap((result) => (isObject(result) && typeof result.start_time === 'string' && result.start_time !== '' ? [result.start_time] : []));
  return times.length === 0 ? undefined : times.reduce((latest, time) => (time > latest ? time : latest)).slice(0, 64);
}

export function listIn(value: unknown, name: string): readonly unknown[] {
  const list = isObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? (list as readonly unknown[]) : [];
}

/** What the profiles that belong together say of their own run. */
export interface ProfileRun {
  readonly name: string;
  readonly statuses: readonly string[];
  /** Whether any of their controls has a result. */
  readonly looked: boolean;
}

/** Whether profiles could be run at all; where no control says anything, they looked at nothing. */
export function scanOf({ name, statuses, looked }: ProfileRun, at: number, { resource, key, endMs }: Run): readonly ItemResult[] {
  if (statuses.length === 0) return [];
  const loaded = statuses.every((status) => status === 'loaded');
  const scanner = shortened(`inspec/${name}`, 256);
  const data = { scanner, outcome: loaded ? 'success' : 'failure', covered: loaded && looked ? 1 : 0, total: 1 };
  const normal = { id: eventId(key, `scan ${at}`, scanner, resource), source: 'inspec', type: 'scan.completed', subject: scanner, data };
  return [event(endMs === undefined ? normal : { ...normal, timeMs: endMs })];
}
