import type { Queryable } from '../database.js';
import { instantToColumn } from '../column-types.js';

export interface StoredCheckpoint {
  readonly epoch: number;
  readonly size: number;
  readonly origin: string;
  readonly root: Buffer;
  /** The signed note, exact bytes. */
  readonly note: string;
  readonly signedAtMs: number;
}

interface Row {
  epoch: number;
  size: number;
  origin: string;
  root: Buffer;
  note: string;
  signed_at: number;
}

const COLUMNS = 'epoch, size, origin, root, note, signed_at';

/** One that is there already stays as it is. */
export async function insertCheckpoint(database: Queryable, { epoch, size, origin, root, note, signedAtMs }: StoredCheckpoint): Promise<void> {
  await database.query(`INSERT INTO ledger_checkpoint (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`, [
    epoch, size, origin, root, note, instantToColumn(signedAtMs),
  ]);
}

export async function latestCheckpoint(database: Queryable): Promise<StoredCheckpoint | undefined> {
  const { rows } = await database.query<Row>(`SELECT ${COLUMNS} FROM ledger_checkpoint ORDER BY epoch DESC, size DESC LIMIT 1`);
  return rows[0] && toCheckpoint(rows[0]);
}

/** The one of this size; of several epochs the newest. */
export async function checkpointOfSize(database: Queryable, size: number): Promise<StoredCheckpoint | undefined> {
  const { rows } = await database.query<Row>(`SELECT ${COLUMNS} FROM ledger_checkpoint WHERE size = $1 ORDER BY epoch DESC LIMIT 1`, [size]);
  return rows[0] && toCheckpoint(rows[0]);
}

/** In the order in which they were signed, from the one after (epoch, size) on. */
export async function checkpointsAfter(
  database: Queryable,
  { epoch, size, limit }: { readonly epoch: number; readonly size: number; readonly limit: number },
): Promise<readonly StoredCheckpoint[]> {
  const { rows } = await database.query<Row>(
    `SELECT ${COLUMNS} FROM ledger_checkpoint WHERE (epoch, size) > ($1, $2) ORDER BY epoch, size LIMIT $3`,
    [epoch, size, limit],
  );
  return rows.map(toCheckpoint);
}

/** In each epoch the first that covers so many leaves, the oldest epoch first. */
export async function firstCheckpointsOf(database: Queryable, size: number): Promise<readonly StoredCheckpoint[]> {
  const { rows } = await database.query<Row>(`SELECT DISTINCT ON (epoch) ${COLUMNS} FROM ledger_checkpoint WHERE size >= $1 ORDER BY epoch, size`, [size]);
  return rows.map(toCheckpoint);
}

/** Of sizes in [from, to) the last that was signed on each day. */
export async function checkpointsByDay(
  database: Queryable,
  { epoch, from, to }: { readonly epoch: number; readonly from: number; readonly to: number },
): Promise<readonly StoredCheckpoint[]> {
  const { rows } = await database.query<Row>(
    `SELECT DISTINCT ON (signed_at::date) ${COLUMNS} FROM ledger_checkpoint WHERE epoch = $1 AND size >= $2 AND size < $3 ORDER BY signed_at::date, size DESC`,
    [epoch, from, to],
  );
  return rows.map(toCheckpoint);
}

const toCheckpoint = ({ signed_at: signedAtMs, ...row }: Row): StoredCheckpoint => ({ ...row, signedAtMs });

export interface StoredSealerKey {
  readonly name: string;
  readonly id: string;
  readonly publicKey: Buffer;
  readonly validFromMs: number;
  /** Undefined: still valid. */
  readonly validUntilMs?: number;
}

export async function insertSealerKey(
  database: Queryable,
  { name, id, publicKey, validFromMs }: Omit<StoredSealerKey, 'validUntilMs'>,
): Promise<void> {
  await database.query('INSERT INTO sealer_key (name, public_key, key_id, valid_from) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [
    name, publicKey, id, instantToColumn(validFromMs),
  ]);
}

/** Every key that was ever signed with, the first one first; one ends where the next of its name begins. */
export async function readSealerKeys(database: Queryable): Promise<readonly StoredSealerKey[]> {
  const { rows } = await database.query<{ name: string; public_key: Buffer; key_id: string; valid_from: number; valid_until: number | null }>(
    `SELECT name, public_key, key_id, valid_from, lead(valid_from) OVER (PARTITION BY name ORDER BY valid_from) AS valid_until
     FROM sealer_key ORDER BY valid_from, name`,
  );
  return rows.map((row) => ({
    name: row.name,
    id: row.key_id,
    publicKey: row.public_key,
    validFromMs: row.valid_from,
    ...(row.valid_until === null ? {} : { validUntilMs: row.valid_until }),
  }));
}
