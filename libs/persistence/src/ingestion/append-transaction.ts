import type { PoolClient } from 'pg';
import { instantToColumn } from '../column-types.js';
import { rolledBack } from '../database.js';
import type { Database } from '../database.js';
import { copyEvidence } from './copy-evidence.js';
import { DEMO_ORIGIN } from './demo-ledger.js';
import type { SimulatedClock } from './demo-ledger.js';
import { insertConflicts } from './insert-conflicts.js';
import { addToDeliveries, insertDeliveries } from './insert-deliveries.js';
import { insertEvidence } from './insert-evidence.js';
import type {
  ConflictRow,
  DeliveryAddition,
  DeliveryRow,
  EvidenceRow,
  IdentityKey,
  KnownIdentity,
  LedgerHead,
  RecordLeaf,
  WaitingRecord,
} from './ledger-rows.js';

/** The clock is read after the lock is held: the outer query runs on what the locking one gave. */
const BEGIN_AND_LOCK = `BEGIN; WITH head AS MATERIALIZED (SELECT epoch, next_index, clock FROM ledger_head FOR UPDATE)
  SELECT epoch, next_index, greatest(clock, date_trunc('milliseconds', clock_timestamp())) AS clock FROM head`;

/** The time of a story instead of the database's: in a ledger that says so of itself, and in no other. */
const beginAndLockAt = (ms: number): string => `BEGIN; WITH head AS MATERIALIZED (
    SELECT epoch, next_index, clock FROM ledger_head WHERE origin = '${DEMO_ORIGIN}' FOR UPDATE)
  SELECT epoch, next_index, greatest(clock, '${instantToColumn(ms)}'::timestamptz) AS clock FROM head`;

const IDENTITIES = `SELECT i.feed_id, i.source_id, i.event_id, i.content_hash, i.evidence_id
  FROM unnest($1::int[], $2::int[], $3::text[]) AS k(feed_id, source_id, event_id)
  JOIN event_identity i USING (feed_id, source_id, event_id)`;

const KNOWN_CONFLICTS = `SELECT c.feed_id, c.source_id, c.event_id, c.content_hash, c.first_evidence_id AS evidence_id
  FROM unnest($1::int[], $2::int[], $3::text[], $4::bytea[]) AS k(feed_id, source_id, event_id, content_hash)
  JOIN event_conflict c USING (feed_id, source_id, event_id, content_hash)`;

/** From here on COPY costs less than an array statement. */
const COPY_FROM_ROWS = 100;

interface IdentityRow {
  feed_id: number;
  source_id: number;
  event_id: string;
  content_hash: Buffer;
  evidence_id: string;
}

/** One append: whoever has begun it holds the head row until commit or rollback, so indices have no gaps. */
export class AppendTransaction {
  constructor(
    private readonly client: PoolClient,
    private readonly clock?: SimulatedClock,
  ) {}

  async begin(): Promise<LedgerHead> {
    const text = this.clock === undefined ? BEGIN_AND_LOCK : beginAndLockAt(this.clock.now());
    const results = (await this.client.query(text)) as unknown as readonly { rows: HeadRow[] }[];
    const row = results[1]?.rows[0];
    if (row === undefined && this.clock !== undefined) throw new Error(`A simulated clock is for a ledger of the origin ${DEMO_ORIGIN}, which this is not.`);
    if (row === undefined) throw new Error('The ledger has no head row; was the database migrated?');
    return { epoch: row.epoch, nextIndex: row.next_index, clockMs: row.clock };
  }

  async identities(keys: readonly IdentityKey[]): Promise<readonly KnownIdentity[]> {
    if (keys.length === 0) return [];
    const { rows } = await this.client.query<IdentityRow>({
      name: 'identities',
      text: IDENTITIES,
      values: [keys.map((key) => key.feedId), keys.map((key) => key.sourceId), keys.map((key) => key.eventId)],
    });
    return rows.map(toIdentity);
  }

  /** Attempts with another content that are on record already. */
  async conflicts(attempts: readonly (IdentityKey & { readonly contentHash: Buffer })[]): Promise<readonly KnownIdentity[]> {
    if (attempts.length === 0) return [];
    const { rows } = await this.client.query<IdentityRow>(KNOWN_CONFLICTS, [
      attempts.map((attempt) => attempt.feedId),
      attempts.map((attempt) => attempt.sourceId),
      attempts.map((attempt) => attempt.eventId),
      attempts.map((attempt) => attempt.contentHash),
    ]);
    return rows.map(toIdentity);
  }

  /** Events of the day so far, of feeds with a daily quota. */
  async usage(feedIds: readonly number[], dayMs: number): Promise<ReadonlyMap<number, number>> {
    const { rows } = await this.client.query<{ feed_id: number; events: number }>(
      'SELECT feed_id, events FROM feed_day_usage WHERE feed_id = ANY($1) AND day = $2::date',
      [feedIds, dayOf(dayMs)],
    );
    return new Map(rows.map((row) => [row.feed_id, row.events]));
  }

  async addUsage(used: ReadonlyMap<number, number>, dayMs: number): Promise<void> {
    if (used.size === 0) return;
    await this.client.query(
      `INSERT INTO feed_day_usage (feed_id, day, events)
       SELECT feed_id, $3::date, events FROM unnest($1::int[], $2::bigint[]) AS u(feed_id, events)
       ON CONFLICT (feed_id, day) DO UPDATE SET events = feed_day_usage.events + excluded.events`,
      [[...used.keys()], [...used.values()], dayOf(dayMs)],
    );
  }

  async writeDeliveries(rows: readonly DeliveryRow[], additions: readonly DeliveryAddition[], clockMs: number): Promise<void> {
    await insertDeliveries(this.client, rows, clockMs);
    await addToDeliveries(this.client, additions);
  }

  /** Doubles were taken out before, under the same lock; so COPY can meet none. */
  async writeEvidence(rows: readonly EvidenceRow[], clockMs: number): Promise<void> {
    if (rows.length >= COPY_FROM_ROWS) await copyEvidence(this.client, rows, clockMs);
    else if (rows.length > 0) await insertEvidence(this.client, rows, clockMs);
  }

  async writeConflicts(rows: readonly ConflictRow[], head: LedgerHead): Promise<void> {
    if (rows.length > 0) await insertConflicts(this.client, rows, head);
  }

  /** Records that other apps put in, in the order of arrival. */
  async waitingRecords(limit: number): Promise<readonly WaitingRecord[]> {
    const { rows } = await this.client.query<WaitingRecord>(
      'SELECT id, kind, payload FROM ledger_intake WHERE leaf_index IS NULL ORDER BY id LIMIT $1',
      [limit],
    );
    return rows;
  }

  async writeRecords(rows: readonly RecordLeaf[], clockMs: number): Promise<void> {
    if (rows.length === 0) return;
    await this.client.query(
      `WITH input AS MATERIALIZED (
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bytea[], $5::uuid[], $6::bytea[])
           AS t(intake_id, leaf_index, kind, bytes, leaf_id, salt)),
       settled AS (
         UPDATE ledger_intake SET leaf_index = input.leaf_index, leaf_id = input.leaf_id, salt = input.salt, received_at = $7
         FROM input WHERE ledger_intake.id = input.intake_id)
       INSERT INTO ledger_leaf (leaf_index, received_at, kind, bytes) SELECT leaf_index, $7, kind, bytes FROM input`,
      [
        rows.map((row) => row.intakeId), rows.map((row) => row.leafIndex), rows.map((row) => row.kind),
        rows.map((row) => row.leaf), rows.map((row) => row.leafId), rows.map((row) => row.salt), instantToColumn(clockMs),
      ],
    );
  }

  /** The last step: the head moves on and everything is on disk when this resolves. */
  async commit(head: LedgerHead): Promise<void> {
    const { epoch, nextIndex, clockMs } = head;
    await this.client.query(`UPDATE ledger_head SET epoch = ${epoch}, next_index = ${nextIndex}, clock = '${instantToColumn(clockMs)}'; COMMIT`);
  }
}

interface HeadRow {
  epoch: number;
  next_index: number;
  clock: number;
}

const toIdentity = (row: IdentityRow): KnownIdentity => ({
  feedId: row.feed_id,
  sourceId: row.source_id,
  eventId: row.event_id,
  contentHash: row.content_hash,
  evidenceId: row.evidence_id,
});

const dayOf = (ms: number): string => instantToColumn(ms).slice(0, 10);

/**
 * One append on a connection of its own: `work` begins it, and the head that it gives is committed. Rolled back when
 * `work` rejects; a connection in doubt is not used again.
 */
export async function runAppend<T>(
  database: Database,
  work: (transaction: AppendTransaction) => Promise<{ readonly result: T; readonly head: LedgerHead }>,
  clock?: SimulatedClock,
): Promise<T> {
  const client = await database.connect();
  const transaction = new AppendTransaction(client, clock);
  try {
    const { result, head } = await work(transaction);
    await transaction.commit(head);
    client.release();
    return result;
  } catch (error) {
    client.release(!(await rolledBack(client, error)));
    throw error;
  }
}
