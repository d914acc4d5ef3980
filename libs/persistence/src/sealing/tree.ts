import { GrowingTree, TILE_WIDTH, hashRanges, leafHash, openTiles, perfectRoot, placeInTile, subtreesWanted, widthOfTile } from '@tickmark/ledger';
import type { LeafRange, Tile, TileId } from '@tickmark/ledger';
import type { Queryable } from '../database.js';

const HASH_BYTES = 32;

/** Leaves or tiles are not there that must be: somebody took them out. */
export class TreeDamaged extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TreeDamaged';
  }
}

/** Leaf bytes of [from, to), in order and without a hole. At most a few thousand at once. */
export async function readLeafBytes(database: Queryable, { from, to }: LeafRange): Promise<readonly Buffer[]> {
  const { rows } = await database.query<{ leaf_index: number; bytes: Buffer }>(
    'SELECT leaf_index, bytes FROM ledger_leaf WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index',
    [from, to],
  );
  rows.forEach(({ leaf_index: index }, at) => {
    if (index > from + at) throw new TreeDamaged(`leaf ${from + at} is missing from the ledger`);
    if (index < from + at) throw new TreeDamaged(`leaf ${index} stands twice in the ledger`);
  });
  if (rows.length < to - from) throw new TreeDamaged(`leaf ${from + rows.length} is missing from the ledger`);
  return rows.map(({ bytes }) => bytes);
}

/** The tree as far as its full tiles go, ready to grow. */
export async function readGrowingTree(database: Queryable): Promise<GrowingTree> {
  const { rows } = await database.query<{ tiles: number }>('SELECT coalesce(max(tile_index) + 1, 0) AS tiles FROM ledger_tile WHERE level = 0');
  const size = (rows[0]?.tiles ?? 0) * TILE_WIDTH;
  const edge = [];
  for (const tile of openTiles(size)) edge.push({ tile, hashes: await readTile(database, tile, size) });
  return new GrowingTree(size, edge);
}

/** Full tiles, all of them or none within the caller's transaction. */
export async function insertTiles(transaction: Queryable, tiles: readonly Tile[]): Promise<void> {
  if (tiles.length === 0) return;
  await transaction.query(
    `INSERT INTO ledger_tile (level, tile_index, root, hashes)
     SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[], $4::bytea[])`,
    [
      tiles.map(({ level }) => level), tiles.map(({ index }) => index), tiles.map(({ root }) => Buffer.from(root)),
      tiles.map(({ hashes }) => Buffer.concat(hashes)),
    ],
  );
}

/** The hashes of ranges of a tree of `size` leaves whose full tiles are kept: what a root or a proof is made of. */
export async function readRanges(database: Queryable, ranges: readonly LeafRange[], size: number): Promise<readonly Uint8Array[]> {
  const tiles = new Map<string, readonly Buffer[]>();
  for (const subtree of subtreesWanted(ranges)) {
    const { tile } = placeInTile(subtree);
    if (!tiles.has(nameOf(tile))) tiles.set(nameOf(tile), await readTile(database, tile, size));
  }
  return hashRanges(ranges, (subtree) => {
    const { tile, from, count } = placeInTile(subtree);
    return perfectRoot((tiles.get(nameOf(tile)) ?? []).slice(from, from + count));
  });
}

/** The root that the tree had at `size` leaves, from what is kept now. */
export async function readRoot(database: Queryable, size: number): Promise<Buffer> {
  const [root] = await readRanges(database, [{ from: 0, to: size }], size);
  return Buffer.from(root ?? []);
}

export async function countTiles(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ tiles: number }>('SELECT count(*) AS tiles FROM ledger_tile WHERE level = 0');
  return rows[0]?.tiles ?? 0;
}

/** A full tile of leaves as it was sealed. */
export async function readSealedTile(database: Queryable, index: number): Promise<readonly Buffer[] | undefined> {
  const { rows } = await database.query<{ hashes: Buffer }>('SELECT hashes FROM ledger_tile WHERE level = 0 AND tile_index = $1', [index]);
  return rows[0] && cut(rows[0].hashes);
}

const nameOf = ({ level, index }: TileId): string => `${level}/${index}`;

/** The hashes of a tile in a tree of `size` leaves: kept when it is full, made from what is below when it is not. */
async function readTile(database: Queryable, tile: TileId, size: number): Promise<readonly Buffer[]> {
  const { level, index } = tile;
  const { rows } = await database.query<{ hashes: Buffer }>('SELECT hashes FROM ledger_tile WHERE level = $1 AND tile_index = $2', [level, index]);
  const width = widthOfTile(tile, size);
  if (rows[0] !== undefined) return cut(rows[0].hashes).slice(0, width);
  const below = { from: index * TILE_WIDTH, to: index * TILE_WIDTH + width };
  return level === 0 ? (await readLeafBytes(database, below)).map(leafHash) : readRootsOfTiles(database, level - 1, below);
}

async function readRootsOfTiles(database: Queryable, level: number, { from, to }: LeafRange): Promise<readonly Buffer[]> {
  const { rows } = await database.query<{ root: Buffer }>(
    'SELECT root FROM ledger_tile WHERE level = $1 AND tile_index >= $2 AND tile_index < $3 ORDER BY tile_index',
    [level, from, to],
  );
  if (rows.length !== to - from) throw new TreeDamaged(`of the tiles ${from} to ${to - 1} at level ${level} some are missing`);
  return rows.map(({ root }) => root);
}

const cut = (hashes: Buffer): readonly Buffer[] =>
  Array.from({ length: hashes.length / HASH_BYTES }, (_, at) => hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
