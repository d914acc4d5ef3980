import { TILE_WIDTH, leafHash, perfectRoot } from '@tickmark/ledger';
import { TreeDamaged, countTiles, readLeafBytes, readRanges, readSealedTile, readSealingFigures } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';

/** All of them within half of the day that is promised. */
const WHOLE_PASS_MS = 12 * 3_600_000;
const TILES_MOST = 200;

/**
 * Reads sealed leaves again, tile after tile, and compares them with the tree that was made of them. A leaf that was
 * changed later does not hinder the tree from growing, so nobody else would notice.
 */
export class RecheckLeaves {
  #next = 0;
  #passEndedMs: number | undefined;
  #altered: Map<number, number> | undefined;

  constructor(
    private readonly database: Database,
    private readonly everyMs: number,
  ) {}

  /** When all sealed leaves were last gone through; undefined: not yet since the start. */
  get lastPassMs(): number | undefined {
    return this.#passEndedMs;
  }

  /** Some tiles more. Gives the first leaf that is not the one that was sealed. */
  async some(nowMs: number): Promise<number | undefined> {
    const tiles = await countTiles(this.database);
    const altered = (this.#altered ??= await this.#knownBefore());
    const share = Math.min(TILES_MOST, Math.max(1, Math.ceil((tiles * this.everyMs) / WHOLE_PASS_MS)));
    const end = Math.min(tiles, this.#next + share);
    // Those that were found are looked at each time, so that what was put right is seen to be right.
    const looked = new Set([...altered.keys(), ...Array.from({ length: Math.max(0, end - this.#next) }, (_, at) => this.#next + at)]);
    for (const tile of looked) {
      const leaf = await this.#alteredIn(tile);
      if (leaf === undefined) altered.delete(tile);
      else altered.set(tile, leaf);
    }
    this.#next = end;
    if (end >= tiles) [this.#passEndedMs, this.#next] = [nowMs, 0];
    return altered.size === 0 ? undefined : Math.min(...altered.values());
  }

  /** A start does not make a fault forgotten. */
  async #knownBefore(): Promise<Map<number, number>> {
    const { alteredLeaf } = await readSealingFigures(this.database);
    return alteredLeaf === undefined ? new Map() : new Map([[Math.floor(alteredLeaf / TILE_WIDTH), alteredLeaf]]);
  }

  async #alteredIn(tile: number): Promise<number | undefined> {
    const from = tile * TILE_WIDTH;
    const sealed = await readSealedTile(this.database, tile);
    if (sealed === undefined) return from;
    const [root] = await readRanges(this.database, [{ from, to: from + TILE_WIDTH }], from + TILE_WIDTH);
    if (root === undefined || !Buffer.from(root).equals(Buffer.from(perfectRoot(sealed)))) return from;
    const leaves = await this.#leavesOf(tile);
    if (typeof leaves === 'number') return leaves;
    const at = sealed.findIndex((hash, place) => leaves[place] === undefined || !leafHash(leaves[place]).equals(hash));
    return at < 0 ? undefined : from + at;
  }

  async #leavesOf(tile: number): Promise<readonly Buffer[] | number> {
    try {
      return await readLeafBytes(this.database, { from: tile * TILE_WIDTH, to: (tile + 1) * TILE_WIDTH });
    } catch (error) {
      if (error instanceof TreeDamaged) return tile * TILE_WIDTH;
      throw error;
    }
  }
}
