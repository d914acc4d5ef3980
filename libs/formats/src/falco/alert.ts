import { createHash } from 'node:crypto';
import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { parseRfc3339 } from '../reading/instant.js';
import { event, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const alert = z.object({
  rule: z.string().min(1),
  time: z.string(),
  priority: z.string(),
  output: z.string(),
  hostname: z.string().max(256).nullish(),
  source: z.string().max(64).nullish(),
});
type Alert = z.infer<typeof alert>;

/** Syslog's words, in any case. */
const SEVERITIES: ReadonlyMap<string, string> = new Map([
  ['emergency', 'critical'],
  ['alert', 'critical'],
  ['critical', 'critical'],
  ['error', 'high'],
  ['warning', 'medium'],
  ['notice', 'low'],
  ['informational', 'informational'],
  ['info', 'informational'],
  ['debug', 'informational'],
]);

/** How Falco's own messages begin: they tell of Falco, not of what it watches. */
const INTERNAL = 'Falco internal: ';

export function falcoAlert(record: JsonObject): ItemResult {
  const fields = fieldsOf(alert, record);
  if (!fields.ok) return rejectedBy(fields.error);
  const timeMs = parseRfc3339(fields.value.time);
  if (timeMs === undefined) return rejected('/time', 'is no instant');
  if (fields.value.rule.startsWith(INTERNAL)) return gap(fields.value, timeMs);
  const severity = SEVERITIES.get(fields.value.priority.toLowerCase());
  if (severity === undefined) return rejected('/priority', 'is no priority of Falco');
  const id = idOf(fields.value);
  return event({ id, source: sourceOf(fields.value), type: 'detection.alert', subject: id, timeMs, data: { id, severity, status: 'detected', kind: 'runtime' } });
}

/** Events were lost or Falco was in trouble: what it would have seen meanwhile is not known. */
function gap(told: Alert, timeMs: number): ItemResult {
  const resource = hostOf(told);
  const rule = `falco/${told.rule.slice(INTERNAL.length)}`.slice(0, 256);
  const data = { rule, resource, outcome: 'unknown', title: told.output.slice(0, 1_024) };
  return event({ id: idOf(told), source: sourceOf(told), type: 'config.finding', subject: resource, timeMs, data });
}

/** Alerts have no id: rule, nanoseconds, host and text make one. */
function idOf({ rule, time, hostname, output }: Alert): string {
  const hash = createHash('sha256').update(JSON.stringify([rule, time, hostname ?? '', output])).digest('hex');
  return `falco-${hash.slice(0, 40)}`;
}

const hostOf = ({ hostname }: Alert): string => (typeof hostname === 'string' && hostname !== '' ? hostname : 'unnamed-host');
const sourceOf = (told: Alert): string => `falco/${hostOf(told)}`;
