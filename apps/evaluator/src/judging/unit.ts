import type { GapRevision, JudgedChange, JudgingLeaf, KeyNamesInTransaction, OutgoingMessage, Queryable } from '@tickmark/persistence';
import { addToOutbox, noteLateChanges, putLeaves, saveGaps } from '@tickmark/persistence';
import { toInstant } from '@tickmark/contracts';
import type { LiveCatalogue } from '../catalogue/live-catalogue.js';
import { gapMessage } from './change-messages.js';
import { changesByMonth } from './changed-stretch.js';
import type { GapChange } from './error-gaps.js';

/** One transaction of judging: what it reads by, and what goes out with its commit. */
export interface Unit {
  readonly transaction: Queryable;
  readonly catalogue: LiveCatalogue;
  readonly keyNames: KeyNamesInTransaction;
  readonly nowMs: number;
  readonly newId: () => string;
  readonly epoch: number;
  /** Of the evidence that is judged, by its id: what it leads to carries the thread on. */
  readonly traceparents: Map<string, string>;
  /** In their order; written to the outbox and the ledger at the end. */
  readonly messages: OutgoingMessage[];
  readonly leaves: JudgingLeaf[];
  /** Where timelines and populations are other than they were; what of it lies in closed months is noted at the end. */
  readonly changed: JudgedChange[];
}

/** Last step of the unit, so that the outbox's rows are young when they are committed. */
export async function writeOutgoing({ transaction, catalogue, changed, messages, leaves }: Unit): Promise<void> {
  await noteLateChanges(transaction, changesByMonth(changed, catalogue));
  await addToOutbox(transaction, messages);
  await putLeaves(transaction, leaves);
}

/** Rows, messages and leaves of gaps that changed. `about` says whom a gap hits. */
export async function applyGapChanges(
  unit: Unit,
  changes: readonly GapChange[],
  about: (gap: GapRevision) => { readonly feed?: string; readonly controls: readonly string[] },
): Promise<void> {
  if (changes.length === 0) return;
  await saveGaps(unit.transaction, [...new Map(changes.map(({ gap }) => [gap.id, gap])).values()]);
  for (const { kind, gap } of changes) {
    if (kind === 'revised') continue;
    unit.messages.push(gapMessage(`gap-${kind}`, gap, about(gap), unit));
    unit.leaves.push({ kind: 'gap', payload: { event: kind, id: gap.id, cause: gap.cause, from: toInstant(gap.fromMs), ...(gap.toMs === undefined ? {} : { to: toInstant(gap.toMs) }) } });
  }
}
