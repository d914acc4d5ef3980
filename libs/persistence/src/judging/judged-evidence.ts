import type { JsonObject } from '@tickmark/contracts';
import type { JudgedEvent } from '@tickmark/evaluation';
import type { Queryable } from '../database.js';
import { optional } from './rows.js';

/** Evidence as judging takes it, wherever it comes from (Kafka or the ledger). */
export interface EvidenceToJudge {
  readonly leafIndex: number;
  readonly event: JudgedEvent;
  /** By rule not judged: too old on receipt, or from a feed that is not production. */
  readonly judged: boolean;
  readonly traceparent?: string;
}

export interface LeavesWanted {
  readonly afterLeaf: number;
  readonly throughLeaf: number;
  /** Only these event types; all without it. */
  readonly types?: readonly string[];
  readonly limit: number;
}

export interface JudgedEvidenceRow {
  leaf_index: number;
  received_at: number;
  id: string;
  feed_id: number;
  source: string;
  event_id: string;
  type: string;
  subject: string | null;
  time: number;
  too_old: boolean;
  normal: string;
  traceparent: string | null;
  feed_name: string;
  system: string;
  production: boolean;
  settle_ms: number;
}

export const JUDGED_EVIDENCE_COLUMNS = `e.leaf_index, e.received_at, e.id, e.feed_id, s.name AS source, e.event_id, e.type, e.subject,
  e.time, e.too_old, e.normal, e.traceparent, f.name AS feed_name, f.system, f.production, f.settle_ms`;
export const JUDGED_EVIDENCE = 'evidence e JOIN feed f ON f.id = e.feed_id JOIN source_name s ON s.id = e.source_id';

/** Evidence by leaf index, in its order: what Kafka no longer holds, or what a new logic has to see. */
export async function evidenceByLeaf(database: Queryable, wanted: LeavesWanted): Promise<readonly EvidenceToJudge[]> {
  const { rows } = await database.query<JudgedEvidenceRow>(
    `SELECT ${JUDGED_EVIDENCE_COLUMNS} FROM ${JUDGED_EVIDENCE}
     WHERE e.leaf_index > $1 AND e.leaf_index <= $2 AND ($3::text[] IS NULL OR e.type = ANY($3))
     ORDER BY e.leaf_index LIMIT $4`,
    [wanted.afterLeaf, wanted.throughLeaf, optional(wanted.types), wanted.limit],
  );
  return rows.map(toEvidence);
}

export interface ClaimedLeaf {
  readonly leafIndex: number;
  readonly evidenceId: string;
}

/** The evidence ids of those leaves that stand in the ledger as claimed: a message may come from a database that was restored since. */
export async function leavesHeld(database: Queryable, claimed: readonly ClaimedLeaf[]): Promise<ReadonlySet<string>> {
  if (claimed.length === 0) return new Set();
  const { rows } = await database.query<{ id: string }>(
    `SELECT c.id FROM unnest($1::bigint[], $2::text[]) AS c(leaf_index, id)
     JOIN evidence e ON e.leaf_index = c.leaf_index AND e.id::text = c.id`,
    [claimed.map(({ leafIndex }) => leafIndex), claimed.map(({ evidenceId }) => evidenceId)],
  );
  return new Set(rows.map(({ id }) => id));
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Of these ids those under which there is evidence. */
export async function evidenceHeld(database: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await database.query<{ id: string }>('SELECT id FROM evidence WHERE id = ANY($1::uuid[])', [ids.filter((id) => UUID.test(id))]);
  return new Set(rows.map(({ id }) => id));
}

/** The last leaf, -1 without any. */
export async function lastLeaf(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ next_index: number }>('SELECT next_index FROM ledger_head');
  return (rows[0]?.next_index ?? 0) - 1;
}

export function toEvidence(row: JudgedEvidenceRow): EvidenceToJudge {
  const normal = JSON.parse(row.normal) as { readonly data: JsonObject; readonly sequence?: string };
  return {
    leafIndex: row.leaf_index,
    judged: row.production && !row.too_old,
    ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
    event: {
      evidenceId: row.id,
      type: row.type,
      source: row.source,
      ...(row.subject === null ? {} : { subject: row.subject }),
      eventId: row.event_id,
      timeMs: row.time,
      ...(normal.sequence === undefined ? {} : { sequence: normal.sequence }),
      receivedAtMs: row.received_at,
      feedId: row.feed_id,
      feedName: row.feed_name,
      system: row.system,
      settleMs: row.settle_ms,
      data: normal.data,
    },
  };
}
