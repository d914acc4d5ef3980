import type { Topic } from '@tickmark/contracts';
import type { Queryable } from '../database.js';
import type { LedgerHead } from './ledger-rows.js';

/** Evidence as the relay sends it; `normal` is the event in canonical JSON. */
export interface RelayRow {
  readonly leafIndex: number;
  /** The Kafka key: the subject, without one the source. */
  readonly key: string;
  readonly id: string;
  readonly receivedAtMs: number;
  readonly deliveryId: string;
  readonly ordinal: number;
  readonly timeMs: number;
  readonly timeAssumed: boolean;
  readonly tooOld: boolean;
  readonly normal: string;
  readonly traceparent: string | undefined;
  readonly feed: RelayFeed;
}

export interface RelayFeed {
  readonly id: number;
  readonly name: string;
  readonly system: string;
  readonly production: boolean;
  readonly settleMs: number;
}

interface EvidenceRow {
  leaf_index: number;
  key: string;
  id: string;
  received_at: number;
  delivery_id: string;
  ordinal: number;
  time: number;
  time_assumed: boolean;
  too_old: boolean;
  normal: string;
  traceparent: string | null;
  feed_id: number;
  name: string;
  system: string;
  production: boolean;
  settle_ms: number;
}

const EVIDENCE = `SELECT e.leaf_index, coalesce(e.subject, s.name) AS key, e.id, e.received_at, e.delivery_id, e.ordinal, e.time, e.time_assumed, e.too_old,
    e.normal, e.traceparent, e.feed_id, f.name, f.system, f.production, f.settle_ms
  FROM evidence e JOIN feed f ON f.id = e.feed_id JOIN source_name s ON s.id = e.source_id
  WHERE e.leaf_index >= $1 AND e.leaf_index < $2 ORDER BY e.leaf_index LIMIT $3`;

/** What the relay reads of the ledger, and how far it got. */
export class RelaySource {
  constructor(private readonly database: Queryable) {}

  /** As committed: every leaf below `nextIndex` is there, none will come below it. */
  async head(): Promise<LedgerHead> {
    const { rows } = await this.database.query<{ epoch: number; next_index: number; clock: number }>(
      'SELECT epoch, next_index, clock FROM ledger_head',
    );
    const row = rows[0];
    if (row === undefined) throw new Error('The ledger has no head row; was the database migrated?');
    return { epoch: row.epoch, nextIndex: row.next_index, clockMs: row.clock };
  }

  /** In leaf order, at most `limit`; leaves of other kinds leave holes. */
  async evidence(fromIndex: number, belowIndex: number, limit: number): Promise<readonly RelayRow[]> {
    const { rows } = await this.database.query<EvidenceRow>(EVIDENCE, [fromIndex, belowIndex, limit]);
    return rows.map(toRelayRow);
  }

  /** The last leaf up to which everything is acknowledged; -1 before the first. */
  async acknowledged(topic: Topic): Promise<number> {
    const { rows } = await this.database.query<{ acknowledged_index: number }>(
      'SELECT acknowledged_index FROM relay_progress WHERE topic = $1',
      [topic],
    );
    return rows[0]?.acknowledged_index ?? -1;
  }

  async acknowledge(topic: Topic, epoch: number, index: number): Promise<void> {
    await this.database.query(
      `INSERT INTO relay_progress (topic, epoch, acknowledged_index) VALUES ($1, $2, $3)
       ON CONFLICT (topic) DO UPDATE SET epoch = excluded.epoch, acknowledged_index = excluded.acknowledged_index`,
      [topic, epoch, index],
    );
  }
}

const toRelayRow = (row: EvidenceRow): RelayRow => ({
  leafIndex: row.leaf_index,
  key: row.key,
  id: row.id,
  receivedAtMs: row.received_at,
  deliveryId: row.delivery_id,
  ordinal: row.ordinal,
  timeMs: row.time,
  timeAssumed: row.time_assumed,
  tooOld: row.too_old,
  normal: row.normal,
  traceparent: row.traceparent ?? undefined,
  feed: { id: row.feed_id, name: row.name, system: row.system, production: row.production, settleMs: row.settle_ms },
});
