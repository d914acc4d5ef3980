import type { Queryable } from '../database.js';
import { optionalInstantToColumn } from '../column-types.js';
import { latestCheckpoint } from './checkpoints.js';

/** The ledger as sealer finds it. */
export interface LedgerToSeal {
  readonly origin: string;
  readonly epoch: number;
  /** Every leaf below it is there. */
  readonly nextIndex: number;
  /** The database's time. */
  readonly nowMs: number;
}

export async function readLedgerToSeal(database: Queryable): Promise<LedgerToSeal> {
  const { rows } = await database.query<{ origin: string; epoch: number; next_index: number; now: number }>(
    `SELECT origin, epoch, next_index, date_trunc('milliseconds', clock_timestamp()) AS now FROM ledger_head`,
  );
  const row = rows[0];
  if (row === undefined) throw new Error('The ledger has no head row; was the database migrated?');
  return { origin: row.origin, epoch: row.epoch, nextIndex: row.next_index, nowMs: row.now };
}

/** The record that began an epoch, with what shows that it is the one in its leaf. */
export interface EpochRecord {
  readonly payload: unknown;
  readonly salt: Buffer;
  readonly leafIndex: number;
  readonly leaf: Buffer;
}

const EPOCH_KIND = 12;

export async function readEpochRecord(database: Queryable, epoch: number): Promise<EpochRecord | undefined> {
  const { rows } = await database.query<{ payload: unknown; salt: Buffer; leaf_index: number; bytes: Buffer }>(
    `SELECT i.payload, i.salt, i.leaf_index, l.bytes FROM ledger_intake i JOIN ledger_leaf l ON l.leaf_index = i.leaf_index
     WHERE i.kind = $1 AND i.payload->>'epoch' = $2::text ORDER BY i.id DESC LIMIT 1`,
    [EPOCH_KIND, epoch],
  );
  const row = rows[0];
  return row && { payload: row.payload, salt: row.salt, leafIndex: row.leaf_index, leaf: row.bytes };
}

/** What sealer says of itself at each round. */
export interface SealerStatus {
  readonly refusal?: string;
  readonly alteredLeaf?: number;
}

export async function noteSealerStatus(database: Queryable, { refusal, alteredLeaf }: SealerStatus): Promise<void> {
  await database.query(
    `INSERT INTO sealer_status (seen_at, refusal, altered_leaf) VALUES (clock_timestamp(), $1, $2)
     ON CONFLICT (singleton) DO UPDATE SET seen_at = excluded.seen_at, refusal = excluded.refusal, altered_leaf = excluded.altered_leaf`,
    [refusal ?? null, alteredLeaf ?? null],
  );
}

/** How much of the ledger is sealed; for whoever watches that it goes on. */
export interface SealingFigures extends SealerStatus {
  readonly leaves: number;
  readonly sealedLeaves: number;
  readonly lastCheckpointAtMs?: number;
  /** When the first leaf that is not sealed was received. */
  readonly unsealedSinceMs?: number;
  readonly sealerSeenAtMs?: number;
  /** The database's time. */
  readonly nowMs: number;
}

export async function readSealingFigures(database: Queryable): Promise<SealingFigures> {
  const { nextIndex: leaves, epoch, nowMs } = await readLedgerToSeal(database);
  const last = await latestCheckpoint(database);
  // What another epoch sealed does not count for this one.
  const sealedLeaves = last?.epoch === epoch ? Math.min(last.size, leaves) : 0;
  const { rows } = await database.query<{ unsealed_since: number | null; seen_at: number | null; refusal: string | null; altered_leaf: number | null }>(
    `SELECT (SELECT received_at FROM ledger_leaf WHERE leaf_index = $1) AS unsealed_since, s.seen_at, s.refusal, s.altered_leaf
     FROM (SELECT 1) one LEFT JOIN sealer_status s ON true`,
    [sealedLeaves],
  );
  const { unsealed_since: since, seen_at: seen, refusal, altered_leaf: altered } = rows[0] ?? {};
  return {
    leaves,
    sealedLeaves,
    nowMs,
    ...(last === undefined ? {} : { lastCheckpointAtMs: last.signedAtMs }),
    ...(sealedLeaves >= leaves || isAbsent(since) ? {} : { unsealedSinceMs: since }),
    ...(isAbsent(seen) ? {} : { sealerSeenAtMs: seen }),
    ...(isAbsent(refusal) ? {} : { refusal }),
    ...(isAbsent(altered) ? {} : { alteredLeaf: altered }),
  };
}

/** Beyond this a sealer that says nothing counts as gone. */
const SEEN_MS_MAX = 300_000;

/** What keeps the ledger from being sealed as it should; `sinceMs`: for how long whoever asks has looked. */
export function sealingTrouble({ refusal, alteredLeaf, leaves, sealerSeenAtMs, nowMs }: SealingFigures, sinceMs: number): string | undefined {
  const seenMs = Math.max(sealerSeenAtMs ?? 0, sinceMs);
  if (leaves > 0 && nowMs - seenMs > SEEN_MS_MAX) return 'no sealer is at work';
  if (refusal !== undefined) return `nothing is signed: ${refusal}`;
  return alteredLeaf === undefined ? undefined : `leaf ${alteredLeaf} is not the one that was sealed`;
}

const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined;

/** How far checkpoints got to a place outside the database. */
export interface Publication {
  readonly target: string;
  readonly epoch: number;
  readonly size: number;
  readonly publishedAtMs?: number;
  readonly givenUp: number;
  /** In vain, since the last that got there. */
  readonly attempts: number;
  readonly nextAttemptAtMs?: number;
  readonly lastError?: string;
}

export async function readPublications(database: Queryable): Promise<readonly Publication[]> {
  const { rows } = await database.query<{
    target: string; epoch: number; size: number; published_at: number | null; given_up: number; attempts: number;
    next_attempt_at: number | null; last_error: string | null;
  }>('SELECT target, epoch, size, published_at, given_up, attempts, next_attempt_at, last_error FROM checkpoint_publication ORDER BY target');
  return rows.map((row) => ({
    ...{ target: row.target, epoch: row.epoch, size: row.size, givenUp: row.given_up, attempts: row.attempts },
    ...(row.published_at === null ? {} : { publishedAtMs: row.published_at }),
    ...(row.next_attempt_at === null ? {} : { nextAttemptAtMs: row.next_attempt_at }),
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
  }));
}

export async function savePublication(database: Queryable, publication: Publication): Promise<void> {
  const { target, epoch, size, publishedAtMs, givenUp, attempts, nextAttemptAtMs, lastError } = publication;
  await database.query(
    `INSERT INTO checkpoint_publication (target, epoch, size, published_at, given_up, attempts, next_attempt_at, last_error)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (target) DO UPDATE SET epoch = excluded.epoch, size = excluded.size, published_at = excluded.published_at,
       given_up = excluded.given_up, attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at, last_error = excluded.last_error`,
    [
      target, epoch, size, optionalInstantToColumn(publishedAtMs), givenUp, attempts, optionalInstantToColumn(nextAttemptAtMs),
      lastError ?? null,
    ],
  );
}
