import { randomUUID } from 'node:crypto';
import { TOPICS, toInstant } from '@tickmark/contracts';
import type { GapMessage } from '@tickmark/contracts';
import type { PoolClient } from 'pg';
import { instantToColumn } from '../column-types.js';
import type { ConflictRow, LedgerHead } from './ledger-rows.js';

/** Same id, other content: the attempt, its leaf, and a gap that stays open until a person resolves it. */
export async function insertConflicts(client: PoolClient, rows: readonly ConflictRow[], head: LedgerHead): Promise<void> {
  for (const row of rows) {
    await insertAttempt(client, row, head);
    await insertGap(client, row, head);
  }
}

async function insertAttempt(client: PoolClient, row: ConflictRow, { clockMs }: LedgerHead): Promise<void> {
  await client.query(
    `WITH attempt AS (
       INSERT INTO event_conflict (leaf_index, received_at, id, delivery_id, ordinal, feed_id, source_id, event_id,
         content_hash, first_evidence_id, normal, salt)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12))
     INSERT INTO ledger_leaf (leaf_index, received_at, kind, bytes) VALUES ($1, $2, 2, $13)`,
    [
      row.leafIndex, instantToColumn(clockMs), row.id, row.deliveryId, row.ordinal, row.feedId, row.sourceId, row.eventId,
      row.contentHash, row.firstEvidenceId, row.normal, row.salt, row.leaf,
    ],
  );
}

async function insertGap(client: PoolClient, row: ConflictRow, head: LedgerHead): Promise<void> {
  const id = `conflict-${row.id}`;
  await client.query(
    `WITH gap AS (
       INSERT INTO gap (id, revision, cause, feed_id, from_at, status, detail, known_from)
       VALUES ($1, 1, 'conflict', $2, $3, 'open', $4, $3))
     INSERT INTO outbox (topic, message_key, message) VALUES ($5, $6, $7)`,
    [
      id, row.feedId, instantToColumn(head.clockMs), detailOf(row), TOPICS.stateChanges, `gap/${id}`,
      JSON.stringify(openedMessage(id, row, head)),
    ],
  );
}

const detailOf = (row: ConflictRow): string =>
  `The event ${row.eventId.slice(0, 200)} was sent again with another content; the first one (evidence ${row.firstEvidenceId}) stands.`;

function openedMessage(id: string, row: ConflictRow, { epoch, clockMs }: LedgerHead): Omit<GapMessage, 'sequence'> {
  const at = toInstant(clockMs);
  return {
    schemaVersion: 1,
    id: randomUUID(),
    epoch,
    occurredAt: at,
    causedBy: row.deliveryId,
    kind: 'gap-opened',
    gap: { id, cause: 'conflict', feed: row.feedName, from: at, controls: [] },
  };
}
