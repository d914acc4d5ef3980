import { normalForm, saltedHash } from '@tickmark/ledger';
import type { Feed } from '@tickmark/persistence';
import type { AppendRequest, PreparedEvent } from './append-request.js';
import { OpenDelivery } from './open-delivery.js';

export const aFeed = (change: Partial<Feed> = {}): Feed => ({
  id: 1,
  name: 'local',
  system: 'local',
  production: true,
  types: ['*'],
  sources: ['*'],
  maxSilenceMs: undefined,
  authentication: { kind: 'bearer' },
  settleMs: 2_000,
  maxAheadMs: 300_000,
  maxAgeMs: 34_560_000_000,
  perSecond: undefined,
  perDay: undefined,
  createdAtMs: 0,
  ...change,
});

interface EventChange extends Partial<Pick<PreparedEvent, 'index' | 'ordinal' | 'eventId' | 'source' | 'type' | 'subject' | 'timeMs'>> {
  readonly data?: Readonly<Record<string, unknown>>;
}

const PLAIN = {
  index: 0,
  ordinal: 0,
  eventId: 'e1',
  source: '/s',
  type: 'test.happened',
  subject: undefined,
  timeMs: Date.parse('2026-01-01T00:00:00Z'),
  data: { n: 1 },
} as const;

export function anEvent(change: EventChange = {}): PreparedEvent {
  const { data, ...event } = { ...PLAIN, ...change };
  const { eventId: id, source, type, subject, timeMs } = event;
  const optional = { ...(subject === undefined ? {} : { subject }), ...(timeMs === undefined ? {} : { timeMs }) };
  const { text, contentHash } = normalForm({ id, source, type, data, ...optional });
  const salt = Buffer.alloc(16, 1);
  return { ...event, normal: text, contentHash, salt, normalDigest: saltedHash(salt, text) };
}

let deliveries = 0;

function aRequest(events: readonly PreparedEvent[], change: Partial<AppendRequest> = {}): AppendRequest {
  deliveries += 1;
  return {
    deliveryId: `00000000-0000-7000-8000-${deliveries.toString(16).padStart(12, '0')}`,
    feed: aFeed(),
    format: 'cloudevents',
    contentType: 'application/json',
    headers: {},
    body: Buffer.from('[]'),
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    events,
    ignored: 0,
    rejections: [],
    ...change,
  };
}

export const aDelivery = (events: readonly PreparedEvent[], change: Partial<AppendRequest> = {}): OpenDelivery =>
  new OpenDelivery(aRequest(events, change), Buffer.alloc(16, 2));
