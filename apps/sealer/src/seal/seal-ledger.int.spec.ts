import { describe, expect, it, jest } from '@jest/globals';
import { copyFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { consistencyRanges, inclusionRanges, leafHash, noteKey, openCheckpoint, verifyConsistency, verifyInclusion } from '@tickmark/ledger';
import { checkpointOfSize, latestCheckpoint, readRanges, readSealerKeys } from '@tickmark/persistence';
import type { StoredCheckpoint } from '@tickmark/persistence';
import { Memory } from '../keep/memory.js';
import type { Remembered } from '../keep/memory.js';
import { makeSigningKey } from '../keep/signing-key.js';
import { SealedLedger, aLeaf } from '../ledger.testkit.js';
import { RecheckLeaves } from './recheck-leaves.js';

jest.setTimeout(60_000);

async function sealed(ledger: SealedLedger): Promise<StoredCheckpoint> {
  const outcome = await ledger.seal();
  if (outcome.kind !== 'sealed') throw new Error(JSON.stringify(outcome));
  return outcome.checkpoint;
}

const keysOf = async (ledger: SealedLedger) => (await readSealerKeys(ledger.app)).map(({ name, publicKey }) => noteKey(name, publicKey));

/** Signs, and is then killed at one of two points. */
class KilledWhile extends Memory {
  constructor(file: string, private readonly at: 'before' | 'after') {
    super(file);
  }

  override remember(signed: Remembered): void {
    if (this.at === 'after') super.remember(signed);
    throw new Error('killed');
  }
}

describe('sealing', () => {
  it('signs a checkpoint that covers every leaf, and none when nothing was added', async () => {
    await using ledger = await SealedLedger.make(700);
    const { note, size } = await sealed(ledger);
    expect(size).toBe(700);
    expect(openCheckpoint(note, await keysOf(ledger))).toMatchObject({ ok: true, checkpoint: { origin: 'tickmark', size: 700 } });
    expect(await ledger.seal()).toEqual({ kind: 'unchanged' });
    expect(ledger.memory.last()).toMatchObject({ ledger: 'tickmark', epoch: 1, size: 700, note });
    expect([statSync(ledger.keyFile).mode & 0o777, statSync(ledger.memoryFile).mode & 0o777]).toEqual([0o600, 0o600]);
  });

  it('signs nothing while there is no leaf', async () => {
    await using ledger = await SealedLedger.make();
    expect(await ledger.seal()).toEqual({ kind: 'unchanged' });
    expect(ledger.memory.last()).toBeUndefined();
  });

  it('leaves what proves each leaf, and that every checkpoint extends those before', async () => {
    await using ledger = await SealedLedger.make(100);
    const sizes = [100, 256, 257, 4_096, 5_000];
    const checkpoints: StoredCheckpoint[] = [];
    for (const size of sizes) {
      await ledger.grow(size);
      checkpoints.push(await sealed(ledger));
    }
    const last = checkpoints.at(-1)!;
    for (const { size, root } of checkpoints) {
      const path = await readRanges(ledger.app, consistencyRanges(size, last.size), last.size);
      expect(verifyConsistency({ oldSize: size, oldRoot: root, newSize: last.size, newRoot: last.root, path })).toEqual({ ok: true });
      for (const index of [0, 99, size - 1]) {
        const proof = await readRanges(ledger.app, inclusionRanges(index, size), size);
        expect(verifyInclusion({ leafHash: leafHash(aLeaf(index)), index, size, root, path: proof })).toEqual({ ok: true });
      }
    }
  });

  it.each(['before', 'after'] as const)('that is killed %s it remembers loses nothing and signs nothing else', async (at) => {
    await using ledger = await SealedLedger.make(300);
    await sealed(ledger);
    await ledger.grow(600);
    await expect(ledger.seal(new KilledWhile(ledger.memoryFile, at))).rejects.toThrow('killed');
    expect((await latestCheckpoint(ledger.app))?.size).toBe(300);
    expect((await ledger.seal()).kind).toBe(at === 'before' ? 'sealed' : 'unchanged');
    expect(await latestCheckpoint(ledger.app)).toMatchObject({ size: 600, note: ledger.memory.last()?.note });
    await using fresh = await SealedLedger.make(600);
    expect((await sealed(fresh)).root).toEqual((await checkpointOfSize(ledger.app, 600))?.root);
  });

  it('goes on with a new key, and lists the old one with its end', async () => {
    await using ledger = await SealedLedger.make(10);
    const first = await sealed(ledger);
    makeSigningKey(ledger.keyFile, Date.now());
    await ledger.grow(20);
    const second = await sealed(ledger);
    const [old, present] = await readSealerKeys(ledger.app);
    expect(old?.validUntilMs).toBe(present?.validFromMs);
    expect(present?.validUntilMs).toBeUndefined();
    const [oldKey, newKey] = await keysOf(ledger);
    expect([openCheckpoint(first.note, [oldKey!]).ok, openCheckpoint(first.note, [newKey!]).ok]).toEqual([true, false]);
    expect([openCheckpoint(second.note, [oldKey!]).ok, openCheckpoint(second.note, [newKey!]).ok]).toEqual([false, true]);
  });
});

describe('nothing is signed', () => {
  /** The database as it was at fewer leaves, with the key and memory of later. */
  async function restored(leaves: number): Promise<SealedLedger> {
    await using later = await SealedLedger.make(700);
    await sealed(later);
    const older = await SealedLedger.make(leaves);
    older.memory.remember(later.memory.last()!);
    copyFileSync(later.keyFile, older.keyFile);
    return older;
  }

  it('when an older database was restored', async () => {
    await using older = await restored(500);
    const refused = { kind: 'refused', reason: 'the ledger holds 500 leaves, fewer than the 700 that were signed: an older copy was restored' };
    expect(await older.seal()).toEqual(refused);
    expect(await older.seal()).toEqual(refused);
    expect(await latestCheckpoint(older.app)).toBeUndefined();
  });

  it('when an older database was restored and has grown again with other leaves', async () => {
    await using older = await restored(500);
    await older.grow(900, 'second');
    expect(await older.seal()).toMatchObject({ kind: 'refused', reason: expect.stringContaining('the first 700 leaves are not those that were signed') });
  });

  it('and all goes on when what is missing was appended again as it was', async () => {
    await using older = await restored(500);
    await older.grow(900);
    expect(await older.seal()).toMatchObject({ kind: 'sealed', checkpoint: { size: 900 } });
  });

  it('when a leaf that is sealed but in no full tile was changed', async () => {
    await using ledger = await SealedLedger.make(300);
    await sealed(ledger);
    await ledger.asOwner('UPDATE ledger_leaf SET bytes = $1 WHERE leaf_index = 299', [aLeaf(299, 'forged')]);
    await ledger.grow(310);
    expect(await ledger.seal()).toEqual({ kind: 'refused', reason: 'the first 300 leaves are not those that were signed' });
  });

  it('when a leaf is missing', async () => {
    await using ledger = await SealedLedger.make(300);
    await ledger.asOwner('DELETE FROM ledger_leaf WHERE leaf_index = 17');
    expect(await ledger.seal()).toEqual({ kind: 'refused', reason: 'leaf 17 is missing from the ledger' });
  });

  it('when the memory is missing or damaged though checkpoints are on record', async () => {
    await using ledger = await SealedLedger.make(10);
    await sealed(ledger);
    writeFileSync(ledger.memoryFile, '{"ledger":');
    expect(await ledger.seal()).toMatchObject({ kind: 'refused', reason: expect.stringContaining('cannot be read') });
    rmSync(ledger.memoryFile);
    expect(await ledger.seal()).toMatchObject({ kind: 'refused', reason: expect.stringContaining('the memory of having signed them is missing') });
  });

  it('when the key is missing or damaged after something was signed', async () => {
    await using ledger = await SealedLedger.make(10);
    await sealed(ledger);
    await ledger.grow(20);
    rmSync(ledger.keyFile);
    expect(await ledger.seal()).toMatchObject({ kind: 'refused', reason: expect.stringContaining('the signing key is missing') });
    writeFileSync(ledger.keyFile, '{}');
    expect(await ledger.seal()).toMatchObject({ kind: 'refused', reason: expect.stringContaining('holds no key that can sign') });
  });

  it('for another ledger', async () => {
    await using ledger = await SealedLedger.make();
    await ledger.app.query("UPDATE ledger_head SET origin = 'demo'");
    await ledger.grow(10);
    ledger.memory.remember({ ledger: 'tickmark', epoch: 1, size: 5, root: Buffer.alloc(32).toString('base64'), note: 'a note', signedAt: '2026-03-10T12:00:00.000Z' });
    expect(await ledger.seal()).toEqual({ kind: 'refused', reason: 'this is the ledger demo; what was signed before is the ledger tickmark' });
  });
});

describe('sealed leaves are read again', () => {
  const passes = async (ledger: SealedLedger) => new RecheckLeaves(ledger.sealer, 3_600_000 * 12).some(Date.now());

  it('and one that was changed later is named', async () => {
    await using ledger = await SealedLedger.make(1_000);
    await sealed(ledger);
    expect(await passes(ledger)).toBeUndefined();
    await ledger.asOwner('UPDATE ledger_leaf SET bytes = $1 WHERE leaf_index = 517', [aLeaf(517, 'forged')]);
    expect(await passes(ledger)).toBe(517);
  });

  it('and a tree that was changed along with it is found out', async () => {
    await using ledger = await SealedLedger.make(1_000);
    await sealed(ledger);
    const forged = aLeaf(256, 'forged');
    await ledger.asOwner('UPDATE ledger_leaf SET bytes = $1 WHERE leaf_index = 256', [forged]);
    await ledger.asOwner('UPDATE ledger_tile SET hashes = overlay(hashes PLACING $1 FROM 1) WHERE level = 0 AND tile_index = 1', [leafHash(forged)]);
    expect(await passes(ledger)).toBe(256);
  });
});

describe('in the database', () => {
  it('sealer reads leaves and adds none; nobody else writes tree, checkpoints or keys', async () => {
    await using ledger = await SealedLedger.make(300);
    await sealed(ledger);
    const denied = /permission denied/;
    await expect(ledger.sealer.query("INSERT INTO ledger_leaf VALUES (300, now(), 1, '')")).rejects.toThrow(denied);
    await expect(ledger.sealer.query('UPDATE ledger_head SET next_index = 0')).rejects.toThrow(denied);
    await expect(ledger.sealer.query('SELECT FROM evidence')).rejects.toThrow(denied);
    for (const table of ['ledger_tile', 'ledger_checkpoint', 'sealer_key']) {
      await expect(ledger.app.query(`INSERT INTO ${table} SELECT * FROM ${table}`)).rejects.toThrow(denied);
      await expect(ledger.sealer.query(`DELETE FROM ${table}`)).rejects.toThrow(denied);
    }
  });
});
