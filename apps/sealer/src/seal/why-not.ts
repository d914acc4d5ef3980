import { canonicalJson, parseLeaf, saltedHash } from '@tickmark/ledger';
import { TreeDamaged, latestCheckpoint, readEpochRecord, readRoot } from '@tickmark/persistence';
import type { EpochRecord, LedgerToSeal, Queryable } from '@tickmark/persistence';
import { z } from 'zod';
import type { Approval, Memory, Remembered } from '../keep/memory.js';

/** What stands in the leaf that begins an epoch. */
const epochRecord = z.strictObject({
  event: z.literal('started'),
  epoch: z.int().positive(),
  /** The last checkpoint that was signed before. */
  previous: z.strictObject({ origin: z.string(), epoch: z.int(), size: z.int(), root: z.string() }),
  startedBy: z.tuple([z.string(), z.string()]),
});

/**
 * Why nothing may be signed: the ledger in the database is not one that goes on from what was signed before. Undefined
 * when it is. A new epoch is the only way round, and two persons start it.
 */
export async function whyNot(database: Queryable, memory: Memory, ledger: LedgerToSeal): Promise<string | undefined> {
  const last = memory.last();
  if (last === undefined) return withoutMemory(database, memory, ledger);
  if (last.ledger !== ledger.origin) return `this is the ledger ${ledger.origin}; what was signed before is the ledger ${last.ledger}`;
  if (ledger.epoch > last.epoch) return newEpochFault(database, { memory, ledger, previousRoot: last.root });
  if (ledger.epoch < last.epoch) return `the database is in epoch ${ledger.epoch}, what was signed before in epoch ${last.epoch}: an older copy was restored`;
  if (ledger.nextIndex < last.size) {
    return `the ledger holds ${ledger.nextIndex} leaves, fewer than the ${last.size} that were signed: an older copy was restored`;
  }
  return otherLeaves(database, last);
}

async function withoutMemory(database: Queryable, memory: Memory, ledger: LedgerToSeal): Promise<string | undefined> {
  const onRecord = await latestCheckpoint(database);
  if (onRecord === undefined) return undefined;
  if (ledger.epoch > onRecord.epoch) return newEpochFault(database, { memory, ledger, previousRoot: onRecord.root.toString('base64') });
  return 'checkpoints are on record, and the memory of having signed them is missing: put back the memory file, or start a new epoch';
}

async function otherLeaves(database: Queryable, { size, root }: Remembered): Promise<string | undefined> {
  try {
    const found = await readRoot(database, size);
    return found.toString('base64') === root ? undefined : `the first ${size} leaves are not those that were signed`;
  } catch (error) {
    if (error instanceof TreeDamaged) return `the first ${size} leaves are not those that were signed: ${error.message}`;
    throw error;
  }
}

interface NewEpoch {
  readonly memory: Memory;
  readonly ledger: LedgerToSeal;
  readonly previousRoot: string;
}

/** The leaf in the database and the approval beside the memory must say the same: neither alone is enough. */
async function newEpochFault(database: Queryable, { memory, ledger, previousRoot }: NewEpoch): Promise<string | undefined> {
  const { epoch } = ledger;
  const approval = memory.approval();
  if (approval?.epoch !== epoch) return `epoch ${epoch} was not approved here by two persons (start-epoch)`;
  const record = await readEpochRecord(database, epoch);
  const parsed = epochRecord.safeParse(record?.payload);
  if (record === undefined || !parsed.success || !isInItsLeaf(record)) return `no leaf of the ledger says that epoch ${epoch} was started`;
  const { previous } = parsed.data;
  if (!isApproved(parsed.data, approval)) return `epoch ${epoch} was started otherwise than two persons approved here`;
  return previous.root === previousRoot ? undefined : `epoch ${epoch} names another checkpoint than the last one that was signed`;
}

function isApproved({ previous, startedBy: [first, second] }: z.infer<typeof epochRecord>, approval: Approval): boolean {
  return first !== second && approval.startedBy[0] === first && approval.startedBy[1] === second && approval.previousRoot === previous.root;
}

function isInItsLeaf({ payload, salt, leaf }: EpochRecord): boolean {
  const parsed = parseLeaf(leaf);
  return parsed?.kind === 'epoch' && Buffer.from(parsed.digests[0]).equals(saltedHash(salt, canonicalJson(payload)));
}
