import { scrubStanding } from '@tickmark/persistence';
import type { Queryable, ScrubStanding } from '@tickmark/persistence';
import { counter, gauge, histogram } from '@tickmark/platform';
import type { Registry } from '@tickmark/platform';
import type { GroupResult } from './append/append-group.js';
import type { Receipt } from './receive/receive-delivery.js';
import type { UploadReceipt } from './receive/upload-receipt.js';
import type { RelayStanding } from './relay/relay-evidence.js';

const GROUP_BUCKETS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000];

export interface IngestionMetrics {
  received(receipt: Receipt): void;
  uploaded(receipt: UploadReceipt): void;
  committed(result: GroupResult, seconds: number): void;
  relayed(seconds: number): void;
}

interface Items {
  readonly accepted: number;
  readonly repeated: number;
  readonly ignored: number;
}

/** What is counted as it happens; no key, person or account stands in a label. */
export function ingestionMetrics(registry: Registry): IngestionMetrics {
  const events = counter(registry, { name: 'tickmark_events_total', help: 'Items of deliveries by what became of them; repeats are accepted', labels: ['outcome'] });
  const deliveries = counter(registry, { name: 'tickmark_deliveries_total', help: 'Deliveries by their outcome', labels: ['outcome'] });
  const conflicts = counter(registry, { name: 'tickmark_conflicts_total', help: 'Events sent again with another content, told once each' });
  const group = histogram(registry, { name: 'tickmark_append_leaves', help: 'New leaves in one transaction' }, GROUP_BUCKETS);
  const requests = histogram(registry, { name: 'tickmark_append_requests', help: 'Requests in one transaction' }, GROUP_BUCKETS);
  const commit = histogram(registry, { name: 'tickmark_append_seconds', help: 'From the begin of an append to its commit' });
  const last = gauge(registry, { name: 'tickmark_feed_last_event_timestamp_seconds', help: 'When the last new event of a feed was received', labels: ['feed'] });
  const sent = histogram(registry, { name: 'tickmark_relay_seconds', help: 'From receipt to the acknowledgement by Kafka' });
  const countItems = ({ accepted, repeated, ignored }: Items, rejected: number): void => {
    events.inc({ outcome: 'accepted' }, accepted);
    events.inc({ outcome: 'repeated' }, repeated);
    events.inc({ outcome: 'ignored' }, ignored);
    events.inc({ outcome: 'rejected' }, rejected);
  };
  return {
    received(receipt) {
      deliveries.inc({ outcome: receipt.outcome });
      if (receipt.outcome === 'received') countItems(receipt, receipt.rejected.length);
    },
    uploaded(receipt) {
      deliveries.inc({ outcome: receipt.outcome === 'uploaded' ? 'received' : receipt.outcome });
      if (receipt.outcome === 'uploaded') countItems(receipt, receipt.rejected.length);
    },
    committed(result, seconds) {
      group.observe(result.nextIndex - result.firstIndex);
      requests.observe(result.outcomes.length);
      commit.observe(seconds);
      conflicts.inc(result.conflicts);
      for (const feed of new Set(result.evidence.map((row) => row.feed.name))) last.set({ feed }, result.clockMs / 1_000);
    },
    relayed: (seconds) => sent.observe(seconds),
  };
}

/** What is asked when the metrics are read. */
export function relayGauges(registry: Registry, relay: () => RelayStanding): void {
  gauge(registry, { name: 'tickmark_relay_active', help: '1 in the process that relays evidence to Kafka' }, (metric) => metric.set(relay().active ? 1 : 0));
  gauge(registry, { name: 'tickmark_relay_waiting_leaves', help: 'Leaves that Kafka has not acknowledged yet' }, (metric) => metric.set(relay().waitingLeaves));
  gauge(registry, { name: 'tickmark_relay_waiting_seconds', help: 'Age of the oldest evidence that Kafka has not acknowledged' }, (metric) => metric.set(relay().waitingSeconds));
}

/** Not a number while it is not known; never zero. */
export function scrubGauges(registry: Registry, database: Queryable): void {
  const figure = (name: string, help: string, of: (standing: ScrubStanding) => number): void => {
    gauge(registry, { name, help }, async (metric) => {
      const standing = await scrubStanding(database).catch(() => undefined);
      metric.set(standing === undefined ? Number.NaN : of(standing));
    });
  };
  const age = (nowMs: number, atMs = Number.NaN): number => Math.max(0, nowMs - atMs) / 1_000;
  figure('tickmark_scrub_recent_age_seconds', 'Since what was received in the last hour was compared with the ledger', ({ nowMs, recentAtMs }) => age(nowMs, recentAtMs));
  figure('tickmark_scrub_whole_age_seconds', 'Since the last whole comparison with the ledger began', ({ nowMs, wholeAtMs }) => age(nowMs, wholeAtMs));
  figure('tickmark_ledger_altered_leaves', 'Leaves of which what is kept differs', ({ altered }) => altered);
}
