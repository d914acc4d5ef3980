import { joinSubtrees, perfectRoot, subtreesOf } from './tree.js';
import type { Subtree } from './tree.js';

/** Eight levels of the tree are kept in one piece, as in C2SP tlog-tiles. */
const TILE_LEVELS = 8;
export const TILE_WIDTH = 2 ** TILE_LEVELS;

/** The tile at level L and index N holds the hashes N*256 to N*256+255 of the subtrees at level 8L. */
export interface TileId {
  readonly level: number;
  readonly index: number;
}

/** A full tile: what is kept of the tree. It is written once. */
export interface Tile extends TileId {
  readonly hashes: readonly Uint8Array[];
  /** The hash over all of them: one of those in the tile above. */
  readonly root: Uint8Array;
}

export interface PlaceInTile {
  readonly tile: TileId;
  readonly from: number;
  readonly count: number;
}

/** Where a subtree's hash is: over `count` hashes of the tile. */
export function placeInTile({ level, index }: Subtree): PlaceInTile {
  const tileLevel = Math.floor(level / TILE_LEVELS);
  const count = 2 ** (level % TILE_LEVELS);
  const first = index * count;
  return { tile: { level: tileLevel, index: Math.floor(first / TILE_WIDTH) }, from: first % TILE_WIDTH, count };
}

/** How many hashes a tile has in a tree of `size` leaves; 256 when it is full, 0 when it is not begun. */
export function widthOfTile({ level, index }: TileId, size: number): number {
  const there = Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, there));
}

/** The tiles at the right edge of a tree of `size` leaves that are begun and not full, from the leaves up. */
export function openTiles(size: number): readonly TileId[] {
  const tiles: TileId[] = [];
  for (let [level, count] = [0, size]; count > 0; [level, count] = [level + 1, Math.floor(count / TILE_WIDTH)]) {
    if (count % TILE_WIDTH > 0) tiles.push({ level, index: Math.floor(count / TILE_WIDTH) });
  }
  return tiles;
}

/** The tree as it grows at its right edge: nothing but the tiles that are not full yet is held. */
export class GrowingTree {
  #size: number;
  readonly #open: Uint8Array[][] = [];

  /** `edge`: the hashes of each tile that `openTiles(size)` names. */
  constructor(size = 0, edge: readonly { readonly tile: TileId; readonly hashes: readonly Uint8Array[] }[] = []) {
    this.#size = size;
    while (TILE_WIDTH ** this.#open.length <= size) this.#open.push([]);
    for (const tile of openTiles(size)) {
      const hashes = edge.find((one) => one.tile.level === tile.level && one.tile.index === tile.index)?.hashes ?? [];
      if (hashes.length !== widthOfTile(tile, size)) throw new RangeError(`Tile ${tile.level}/${tile.index} of a tree of ${size} is not whole.`);
      this.#open[tile.level] = [...hashes];
    }
  }

  get size(): number {
    return this.#size;
  }

  /** Gives the tiles that became full. */
  append(leafHash: Uint8Array): readonly Tile[] {
    const full: Tile[] = [];
    let hash = leafHash;
    this.#size += 1;
    for (let level = 0; ; level += 1) {
      const open = (this.#open[level] ??= []);
      open.push(hash);
      if (open.length < TILE_WIDTH) return full;
      this.#open[level] = [];
      hash = perfectRoot(open);
      full.push({ level, index: this.#size / TILE_WIDTH ** (level + 1) - 1, hashes: open, root: hash });
    }
  }

  /** Of at least one leaf. */
  root(): Uint8Array {
    const edge = [...this.#open].reverse();
    return joinSubtrees(
      edge.flatMap((hashes) =>
        subtreesOf({ from: 0, to: hashes.length }).map(({ level, index }) => perfectRoot(hashes.slice(index * 2 ** level, (index + 1) * 2 ** level))),
      ),
    );
  }
}
