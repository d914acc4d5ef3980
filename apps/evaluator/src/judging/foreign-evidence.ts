import { lastLeaf, leaveOutLostNumbers, leavesHeld, openGap } from '@tickmark/persistence';
import type { Entry } from './decode-batch.js';
import { applyGapChanges } from './unit.js';
import type { Unit } from './unit.js';

export interface OwnAndForeign {
  readonly own: readonly Entry[];
  /** Messages about evidence that this ledger does not hold. */
  readonly foreign: readonly Extract<Entry, { readonly kind: 'evidence' }>[];
}

/**
 * Parts what this ledger vouches for from what it does not. After a restore from an older backup Kafka still holds messages
 * of evidence that was accepted later: no verdict may rest on evidence that nobody can be shown. Of an older epoch nothing
 * is current, and is dropped without a word: the leaf of the new epoch has said it.
 */
export async function partForeign(unit: Unit, entries: readonly Entry[]): Promise<OwnAndForeign> {
  const current = entries.filter((entry) => entry.kind === 'dead-letter' || entry.epoch >= unit.epoch);
  const claimed = current.flatMap((entry) => (entry.kind === 'evidence' ? [entry] : []));
  const held = await leavesHeld(unit.transaction, claimed.map(({ evidence }) => ({ leafIndex: evidence.leafIndex, evidenceId: evidence.event.evidenceId })));
  const last = await lastLeaf(unit.transaction);
  return {
    own: current.filter((entry) => isOwn(entry, held, last)),
    foreign: claimed.filter(({ evidence }) => !held.has(evidence.event.evidenceId)),
  };
}

/** A tick that counts leaves which do not exist would have them pass as judged once they do. */
function isOwn(entry: Entry, held: ReadonlySet<string>, last: number): boolean {
  if (entry.kind === 'evidence') return held.has(entry.evidence.event.evidenceId);
  return entry.kind === 'dead-letter' || entry.tick.leafIndex <= Math.max(0, last);
}

const GAP = 'epoch.foreign';

/**
 * One gap of an epoch, from the first such piece of evidence on, until a person has settled it. What is told from here on
 * has numbers that the lost history cannot have given.
 */
export async function tellForeign(unit: Unit, foreign: OwnAndForeign['foreign']): Promise<void> {
  const [first] = foreign;
  if (first === undefined || (await openGap(unit.transaction, 'epoch', GAP)) !== undefined) return;
  await leaveOutLostNumbers(unit.transaction);
  const { leafIndex, event } = first.evidence;
  const detail =
    `Kafka holds evidence that this ledger does not, the first as leaf ${leafIndex} of feed ${event.feedName}: was an older copy of the database restored? ` +
    'It is not judged. Recover it from Kafka, have the sources send again what is missing, and start a new epoch.';
  const gap = { id: `${GAP}.${unit.epoch}`, revision: 1, cause: 'epoch', fromMs: event.receivedAtMs, status: 'open', detail, knownFromMs: unit.nowMs } as const;
  await applyGapChanges(unit, [{ kind: 'opened', gap }], () => ({ controls: [] }));
}
