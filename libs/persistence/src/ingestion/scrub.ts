import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';

/** A leaf as stored, with what it vouches for as far as that is there. */
export interface LeafToScrub {
  readonly leafIndex: number;
  readonly bytes: Buffer;
  /** Of evidence and conflicts. */
  readonly event?: { readonly id: string; readonly deliveryId: string; readonly salt: Buffer; readonly normal: string };
  /** Of every other leaf. */
  readonly record?: { readonly salt: Buffer; readonly payload: unknown };
}

const [EVIDENCE, CONFLICT] = [1, 2];

interface LeafRow {
  leaf_index: number;
  kind: number;
  bytes: Buffer;
  id: string | null;
  delivery_id: string | null;
  salt: Buffer | null;
  normal: string | null;
  payload: unknown;
}

/** Leaves from an index on, in their order. A leaf that is missing is a hole in the indices: the caller sees it. */
export async function leavesToScrub(database: Queryable, fromLeaf: number, limit: number): Promise<readonly LeafToScrub[]> {
  const { rows } = await database.query<LeafRow>(
    `WITH page AS MATERIALIZED (SELECT leaf_index, received_at, kind, bytes FROM ledger_leaf WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2)
     SELECT p.leaf_index, p.kind, p.bytes, e.id, e.delivery_id, e.salt, e.normal, NULL::jsonb AS payload
       FROM page p LEFT JOIN evidence e ON e.leaf_index = p.leaf_index AND e.received_at = p.received_at WHERE p.kind = ${EVIDENCE}
     UNION ALL
     SELECT p.leaf_index, p.kind, p.bytes, c.id, c.delivery_id, c.salt, c.normal, NULL::jsonb
       FROM page p LEFT JOIN event_conflict c ON c.leaf_index = p.leaf_index WHERE p.kind = ${CONFLICT}
     UNION ALL
     SELECT p.leaf_index, p.kind, p.bytes, NULL::uuid, NULL::uuid, i.salt, NULL::text, i.payload
       FROM page p LEFT JOIN ledger_intake i ON i.leaf_index = p.leaf_index WHERE p.kind > ${CONFLICT}
     ORDER BY leaf_index`,
    [fromLeaf, limit],
  );
  return rows.map(({ leaf_index: leafIndex, kind, bytes, id, delivery_id: deliveryId, salt, normal, payload }): LeafToScrub => {
    if (kind > CONFLICT) return { leafIndex, bytes, ...(salt === null ? {} : { record: { salt, payload } }) };
    if (id === null || deliveryId === null || salt === null || normal === null) return { leafIndex, bytes };
    return { leafIndex, bytes, event: { id, deliveryId, salt, normal } };
  });
}

/** `body` undefined: it was removed by rule, with its salt. */
export interface ScrubbedDelivery {
  readonly id: string;
  readonly body?: { readonly salt: Buffer; readonly bytes: Buffer };
}

/** One by one: a body can be large. Undefined: the delivery itself is gone. */
export async function deliveryToScrub(database: Queryable, id: string): Promise<ScrubbedDelivery | undefined> {
  const { rows } = await database.query<{ body: Buffer | null; salt: Buffer | null }>('SELECT body, salt FROM delivery WHERE id = $1', [id]);
  const row = rows[0];
  if (row === undefined) return undefined;
  return row.body === null || row.salt === null ? { id } : { id, body: { salt: row.salt, bytes: row.body } };
}

export interface ScrubStanding {
  /** Where the round through the whole ledger goes on. */
  readonly nextLeaf: number;
  /** How many leaves there are. */
  readonly leaves: number;
  /** Everything older than this was compared since then, once a whole round is done. */
  readonly wholeAtMs?: number;
  /** The last hour was compared then. */
  readonly recentAtMs?: number;
  /** Leaves of which what is kept differs. */
  readonly altered: number;
  readonly nowMs: number;
}

export async function scrubStanding(database: Queryable): Promise<ScrubStanding> {
  const { rows } = await database.query<{ next_leaf: number; leaves: number; whole_at: number | null; recent_at: number | null; altered: number; now: number }>(
    `SELECT s.next_leaf, h.next_index AS leaves, s.whole_at, s.recent_at, (SELECT count(*)::int FROM altered_leaf) AS altered,
       date_trunc('milliseconds', clock_timestamp()) AS now FROM scrub s, ledger_head h`,
  );
  const row = rows[0];
  if (row === undefined) throw new Error('The scrub has no row; was the database migrated?');
  return {
    nextLeaf: row.next_leaf,
    leaves: row.leaves,
    ...(row.whole_at === null ? {} : { wholeAtMs: row.whole_at }),
    ...(row.recent_at === null ? {} : { recentAtMs: row.recent_at }),
    altered: row.altered,
    nowMs: row.now,
  };
}

/** The first leaf received at or after an instant; the end of the ledger without one. */
export async function firstLeafSince(database: Queryable, sinceMs: number): Promise<number> {
  const { rows } = await database.query<{ leaf: number }>(
    'SELECT coalesce((SELECT min(leaf_index) FROM ledger_leaf WHERE received_at >= $1), next_index) AS leaf FROM ledger_head',
    [instantToColumn(sinceMs)],
  );
  return rows[0]?.leaf ?? 0;
}

export async function saveScrubStep(database: Queryable, nextLeaf: number): Promise<void> {
  await database.query('UPDATE scrub SET next_leaf = $1', [nextLeaf]);
}

/** A round is over: what was there when it began was compared. */
export async function endScrubRound(database: Queryable): Promise<void> {
  await database.query('UPDATE scrub SET next_leaf = 0, whole_at = round_began_at, round_began_at = clock_timestamp()');
}

export async function saveRecentScrub(database: Queryable, atMs: number): Promise<void> {
  await database.query('UPDATE scrub SET recent_at = $1', [instantToColumn(atMs)]);
}

export interface AlteredLeaf {
  readonly leafIndex: number;
  readonly difference: string;
  readonly evidenceId?: string;
}

/** Those that were not known yet. */
export async function addAlteredLeaves(transaction: Queryable, altered: readonly AlteredLeaf[]): Promise<readonly AlteredLeaf[]> {
  const added: AlteredLeaf[] = [];
  for (const one of altered) {
    const { rowCount } = await transaction.query(
      'INSERT INTO altered_leaf (leaf_index, difference, evidence_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [one.leafIndex, one.difference, one.evidenceId ?? null],
    );
    if (rowCount === 1) added.push(one);
  }
  return added;
}
