import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { parseRfc3339 } from '../reading/instant.js';
import { eventId } from '../reading/event-id.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();
const agent = z.object({ type: text }).nullish();
const incident = z.object({ id: z.string().min(1).max(256), status: z.string().min(1).max(64), urgency: text, priority: z.object({ summary: text, name: text }).nullish() });

const version3 = z.object({
  event: z.object({
    id: z.string().min(1),
    event_type: z.string().min(1),
    occurred_at: z.string(),
    agent,
    data: z.record(z.string(), z.unknown()),
  }),
});

const version2 = z.object({
  id: z.string().min(1),
  event: z.string().min(1),
  created_on: z.string(),
  log_entries: z.array(z.object({ agent })).nullish(),
  incident,
});

/** What both versions say. */
interface Told {
  readonly id: string;
  readonly kind: string;
  readonly time: string;
  readonly timePointer: string;
  readonly byPerson: boolean;
  readonly incident: z.infer<typeof incident>;
}

export function incidentOfVersion3(record: JsonObject): ItemResult {
  const fields = fieldsOf(version3, record);
  if (!fields.ok) return rejectedBy(fields.error);
  const { id, event_type: kind, occurred_at: time, agent: by, data } = fields.value.event;
  if (kind === 'pagey.ping') return ignored('pagey.ping: the webhook works');
  // Notes, updates and responders come with the incident in a field of theirs: its state did not change.
  if (data.type !== 'incident') return ignored(`${kind.slice(0, 100)}: no state of an incident`);
  const body = fieldsOf(incident, data);
  if (!body.ok) return rejected(`/event/data${body.error.pointer}`, body.error.message);
  return incidentUpdated({ id, kind, time, timePointer: '/event/occurred_at', byPerson: by?.type === 'user_reference', incident: body.value });
}

export function incidentOfVersion2(record: JsonObject): ItemResult {
  const fields = fieldsOf(version2, record);
  if (!fields.ok) return rejectedBy(fields.error);
  const { id, event: kind, created_on: time, log_entries: entries, incident: body } = fields.value;
  return incidentUpdated({ id, kind, time, timePointer: '/created_on', byPerson: entries?.[0]?.agent?.type === 'user_reference', incident: body });
}

const PRIORITIES: ReadonlyMap<string, string> = new Map([
  ['1', 'critical'],
  ['2', 'high'],
  ['3', 'medium'],
  ['4', 'low'],
  ['5', 'informational'],
]);

/** Names of priorities can be chosen; those that come with PagerDuty count, else the urgency does. */
function severityOf({ urgency, priority }: z.infer<typeof incident>): string {
  const digit = /^(?:P|SEV-?)([1-5])$/i.exec(priority?.summary ?? priority?.name ?? '')?.[1];
  return PRIORITIES.get(digit ?? '') ?? (urgency === 'low' ? 'low' : 'high');
}

/** A person decides by acknowledging or resolving; what no person did (`agent` null, a service) is no decision. */
const DECISIONS = ['incident.acknowledged', 'incident.resolved', 'incident.acknowledge', 'incident.resolve'];

function incidentUpdated({ id, kind, time, timePointer, byPerson, incident: body }: Told): ItemResult {
  const timeMs = parseRfc3339(time);
  if (timeMs === undefined) return rejected(timePointer, 'is no instant');
  const decided = byPerson && DECISIONS.includes(kind) ? { decidedAt: new Date(timeMs).toISOString() } : {};
  return event({
    id: eventId(id),
    source: 'pagerduty',
    type: 'incident.updated',
    subject: body.id,
    timeMs,
    data: { id: body.id, severity: severityOf(body), status: body.status, ...decided },
  });
}
