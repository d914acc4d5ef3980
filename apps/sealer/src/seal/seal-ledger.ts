import { toInstant } from '@tickmark/contracts';
import { leafHash, noteKey, originOf, publicBytes, signCheckpoint } from '@tickmark/ledger';
import type { GrowingTree } from '@tickmark/ledger';
import {
  TreeDamaged, insertCheckpoint, insertSealerKey, insertTiles, readGrowingTree, readLeafBytes, readLedgerToSeal,
} from '@tickmark/persistence';
import type { Database, LedgerToSeal, StoredCheckpoint } from '@tickmark/persistence';
import { KeptFileFault } from '../keep/kept-file.js';
import type { Memory, Remembered } from '../keep/memory.js';
import { makeSigningKey, readSigningKey } from '../keep/signing-key.js';
import type { SigningKey } from '../keep/signing-key.js';
import { whyNot } from './why-not.js';

export type SealOutcome =
  | { readonly kind: 'sealed'; readonly checkpoint: StoredCheckpoint }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reason: string };

const LEAVES_AT_ONCE = 4_096;

/**
 * Extends the tree over the leaves and signs a checkpoint of it. The order is what keeps the promise never to sign two
 * ledgers that contradict each other: tree, then memory, then the database; whatever a crash leaves undone is done by
 * the next call.
 */
export class SealLedger {
  constructor(
    private readonly database: Database,
    private readonly memory: Memory,
    private readonly keyFile: string,
  ) {}

  async seal(): Promise<SealOutcome> {
    try {
      return await this.#seal();
    } catch (error) {
      if (error instanceof TreeDamaged || error instanceof KeptFileFault) return { kind: 'refused', reason: error.message };
      throw error;
    }
  }

  async #seal(): Promise<SealOutcome> {
    const ledger = await readLedgerToSeal(this.database);
    const tree = await this.#extend(ledger.nextIndex);
    const reason = await whyNot(this.database, this.memory, ledger);
    if (reason !== undefined) return { kind: 'refused', reason };
    const last = this.memory.last();
    // What was signed is never lost: a crash may have kept it from the database.
    if (last !== undefined) await insertCheckpoint(this.database, toStored(last));
    if (ledger.nextIndex === 0 || (last?.epoch === ledger.epoch && last.size === ledger.nextIndex)) return { kind: 'unchanged' };
    const key = this.#key(last, ledger);
    if (key === undefined) return { kind: 'refused', reason: 'the signing key is missing: put it back, or make a new one with rotate-key' };
    return { kind: 'sealed', checkpoint: await this.#sign(ledger, key, Buffer.from(tree.root())) };
  }

  /** Made on the very first start only: a key that is missing later was lost, and that is nothing to pass over. */
  #key(last: Remembered | undefined, { nowMs }: LedgerToSeal): SigningKey | undefined {
    return readSigningKey(this.keyFile) ?? (last === undefined ? makeSigningKey(this.keyFile, nowMs) : undefined);
  }

  async #sign({ origin: ledger, epoch, nextIndex, nowMs }: LedgerToSeal, { privateKey }: SigningKey, root: Buffer): Promise<StoredCheckpoint> {
    const origin = originOf(ledger, epoch);
    const note = signCheckpoint({ origin, size: nextIndex, root }, privateKey);
    const signed: Remembered = { ledger, epoch, size: nextIndex, root: root.toString('base64'), note, signedAt: toInstant(nowMs) };
    await insertSealerKey(this.database, { ...noteKey(origin, publicBytes(privateKey)), validFromMs: nowMs });
    this.memory.remember(signed);
    const checkpoint = toStored(signed);
    await insertCheckpoint(this.database, checkpoint);
    return checkpoint;
  }

  /** Of whatever leaves there are; whether they are the right ones is asked before anything is signed. */
  async #extend(size: number): Promise<GrowingTree> {
    const tree = await readGrowingTree(this.database);
    if (tree.size > size) throw new TreeDamaged(`the tree is kept for ${tree.size} leaves, and the ledger holds ${size}`);
    while (tree.size < size) {
      const leaves = await readLeafBytes(this.database, { from: tree.size, to: Math.min(size, tree.size + LEAVES_AT_ONCE) });
      await insertTiles(this.database, leaves.flatMap((leaf) => tree.append(leafHash(leaf))));
    }
    return tree;
  }
}

const toStored = ({ ledger, epoch, size, root, note, signedAt }: Remembered): StoredCheckpoint => ({
  epoch,
  size,
  origin: originOf(ledger, epoch),
  root: Buffer.from(root, 'base64'),
  note,
  signedAtMs: Date.parse(signedAt),
});
