import { createHash } from 'node:crypto';
import type { JsonObject, NormalEvent } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId, shortened } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();

const alertBody = z.object({
  status: text,
  labels: z.record(z.string(), z.string()),
  startsAt: z.string(),
  endsAt: text,
  fingerprint: text,
});

/** The words that rules of Prometheus are written with. */
const SEVERITIES: ReadonlyMap<string, string> = new Map([
  ['critical', 'critical'],
  ['page', 'critical'],
  ['disaster', 'critical'],
  ['high', 'high'],
  ['error', 'high'],
  ['major', 'high'],
  ['medium', 'medium'],
  ['average', 'medium'],
  ['warning', 'medium'],
  ['minor', 'low'],
  ['low', 'low'],
  ['info', 'informational'],
  ['informational', 'informational'],
  ['none', 'informational'],
]);

const STATES = ['firing', 'resolved'];
const MAX_ALERT = 256;

/** One alert. It is told again and again while it fires: each time it starts is one detection, told once. */
export function alertEvent(record: JsonObject, group: JsonObject | undefined): ItemResult {
  const fields = fieldsOf(alertBody, record);
  if (!fields.ok) return rejectedBy(fields.error);
  const alert = fields.value;
  const startMs = parseRfc3339(alert.startsAt);
  if (startMs === undefined) return rejected('/startsAt', 'is no instant');
  // Bodies before version 4 have a status of the group only; where the group fires we do not guess which one is over.
  const status = alert.status ?? group?.status;
  if (typeof status !== 'string' || !STATES.includes(status)) return rejected('/status', 'is neither firing nor resolved');
  const started: Started = [alert.fingerprint ?? fingerprintOf(alert.labels), new Date(startMs).toISOString()];
  return status === 'firing' ? event(firing(started, startMs, alert.labels)) : event(resolved(started, alert.endsAt));
}

type Started = readonly [fingerprint: string, startsAt: string];

function detection(started: Started): Pick<NormalEvent, 'source' | 'type'> & { readonly subject: string } {
  return { source: 'alertmanager', type: 'detection.alert', subject: shortened(started.join('@'), MAX_ALERT) };
}

function firing(started: Started, timeMs: number, labels: Readonly<Record<string, string>>): NormalEvent {
  const base = detection(started);
  const severity = SEVERITIES.get(labels.severity?.toLowerCase() ?? '') ?? 'high';
  return { ...base, id: eventId(...started, 'firing'), timeMs, data: { id: base.subject, severity, status: 'firing' } };
}

function resolved(started: Started, endsAt: string | null | undefined): NormalEvent {
  const base = detection(started);
  const data = { id: base.subject, severity: 'informational', status: 'resolved' };
  const timeMs = endMs(endsAt);
  if (timeMs === undefined) return { ...base, id: eventId(...started, 'resolved'), data };
  return { ...base, id: eventId(...started, 'resolved', String(timeMs)), timeMs, data: { ...data, containedAt: new Date(timeMs).toISOString() } };
}

/** Go's zero time stands for no time: when it ended is then known by receipt only. */
function endMs(endsAt: string | null | undefined): number | undefined {
  const ms = parseRfc3339(endsAt ?? '');
  return ms === undefined || ms <= 0 ? undefined : ms;
}

/** Older bodies have no fingerprint: the labels are what tells alerts apart. */
function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 32);
}
