import { LEAF_KINDS, canonicalJson, leafBytes, saltedHash } from '@tickmark/ledger';
import type { LeafKind } from '@tickmark/ledger';
import type { AppendTransaction, LedgerHead, RecordLeaf, WaitingRecord } from '@tickmark/persistence';
import { systemRandomness } from '@tickmark/platform';
import type { Randomness } from '@tickmark/platform';

const MOST_RECORDS = 500;

const KINDS: ReadonlyMap<number, LeafKind> = new Map(Object.entries(LEAF_KINDS).map(([kind, number]) => [number, kind as LeafKind]));

/**
 * Gives the records that other apps put in their leaves, in the order of arrival, and moves the ledger clock on even
 * when there are none. True: more are waiting.
 */
export async function drainIntake(transaction: AppendTransaction, randomness: Randomness = systemRandomness): Promise<{ result: boolean; head: LedgerHead }> {
  const head = await transaction.begin();
  const records = await transaction.waitingRecords(MOST_RECORDS);
  const leaves = records.map((record, offset) => leafOf(record, { leafIndex: head.nextIndex + offset, clockMs: head.clockMs, randomness }));
  await transaction.writeRecords(leaves, head.clockMs);
  return { result: records.length === MOST_RECORDS, head: { ...head, epoch: epochAfter(records, head.epoch), nextIndex: head.nextIndex + leaves.length } };
}

/** A record that begins an epoch makes it so, in the transaction that gives the record its leaf. */
const epochAfter = (records: readonly WaitingRecord[], epoch: number): number =>
  records.reduce((now, { kind, payload }) => Math.max(now, kind === LEAF_KINDS.epoch ? epochOf(payload) : now), epoch);

const epochOf = (payload: unknown): number =>
  typeof payload === 'object' && payload !== null && 'epoch' in payload && Number.isSafeInteger(payload.epoch) ? Number(payload.epoch) : 0;

/** The clock alone, when no record may be touched. */
export async function moveClock(transaction: AppendTransaction): Promise<{ result: undefined; head: LedgerHead }> {
  return { result: undefined, head: await transaction.begin() };
}

interface Place {
  readonly leafIndex: number;
  readonly clockMs: number;
  readonly randomness: Randomness;
}

function leafOf(record: WaitingRecord, { leafIndex, clockMs, randomness }: Place): RecordLeaf {
  const kind = KINDS.get(record.kind);
  if (kind === undefined) throw new Error(`The record ${record.id} has a kind that the ledger does not know: ${record.kind}`);
  const salt = randomness.slice(16);
  const leafId = randomness.newId(clockMs);
  const leaf = leafBytes({ kind, id: leafId, receivedAtMs: clockMs, digests: [saltedHash(salt, canonicalJson(record.payload))] });
  return { intakeId: record.id, leafIndex, kind: record.kind, leaf, leafId, salt };
}
