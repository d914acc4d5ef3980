import type { AppendTransaction, LedgerHead, RelayRow, SourceNames } from '@tickmark/persistence';
import { systemRandomness } from '@tickmark/platform';
import type { Randomness } from '@tickmark/platform';
import type { PreparedEvent } from './append-request.js';
import { DayQuota } from './day-quota.js';
import { deliveryAddition, deliveryRow } from './delivery-rows.js';
import { LeafWriter, conflictKey } from './leaf-writer.js';
import type { Part } from './parts.js';
import { identityKey, settle } from './settle.js';
import type { FirstContent, Settlement } from './settle.js';

export type PartOutcome =
  | { readonly outcome: 'settled'; readonly settlements: readonly Settlement[] }
  | { readonly outcome: 'over-quota'; readonly retryAfterMs: number };

export interface GroupResult {
  /** One for each part, in their order. */
  readonly outcomes: readonly PartOutcome[];
  readonly clockMs: number;
  readonly firstIndex: number;
  readonly nextIndex: number;
  /** The new evidence in leaf order. */
  readonly evidence: readonly RelayRow[];
  readonly conflicts: number;
}

interface SettledPart {
  readonly part: Part;
  readonly settlements: readonly Settlement[];
}

type SourceIds = (event: PreparedEvent) => number;

/**
 * Several requests in one transaction, begun by the caller and committed by it with the head that comes back: the
 * leaf indices are gap-free because nothing between begin and commit gives up the head row.
 */
export class AppendGroup {
  constructor(
    private readonly sources: SourceNames,
    private readonly randomness: Randomness = systemRandomness,
  ) {}

  async prepare(parts: readonly Part[]): Promise<SourceIds> {
    const names = new Set(parts.flatMap((part) => part.events.map((event) => event.source)));
    const ids = await this.sources.resolve(names);
    return (event) => ids.get(event.source) as number;
  }

  async append(transaction: AppendTransaction, parts: readonly Part[], sourceIdOf: SourceIds): Promise<GroupResult & { head: LedgerHead }> {
    const head = await transaction.begin();
    const quota = await dayQuota(transaction, parts, head.clockMs);
    const admitted = parts.filter((part) => quota.admits(part));
    const known = await knownContents(transaction, admitted, sourceIdOf);
    const freshId = (): string => this.randomness.newId(head.clockMs);
    const settled = admitted.map((part) => ({ part, settlements: settlePart(part, { head, known, sourceIdOf, newId: freshId }) }));
    const told = await toldConflicts(transaction, settled, sourceIdOf);
    const writer = new LeafWriter({ head, sourceIdOf, told, newId: freshId });
    for (const { part, settlements } of settled) writer.add(part.delivery, settlements);
    await write(transaction, settled, writer, head);
    await transaction.addUsage(quota.used, head.clockMs);
    return {
      outcomes: outcomesOf(parts, settled, quota),
      clockMs: head.clockMs,
      firstIndex: head.nextIndex,
      nextIndex: writer.nextIndex,
      evidence: writer.relayed,
      conflicts: writer.conflicts.length,
      head: { ...head, nextIndex: writer.nextIndex },
    };
  }
}

async function dayQuota(transaction: AppendTransaction, parts: readonly Part[], clockMs: number): Promise<DayQuota> {
  const feeds = parts.map((part) => part.delivery.request.feed).filter((feed) => feed.perDay !== undefined);
  const used = feeds.length === 0 ? new Map<number, number>() : await transaction.usage([...new Set(feeds.map((feed) => feed.id))], clockMs);
  return new DayQuota(used, clockMs);
}

async function knownContents(transaction: AppendTransaction, parts: readonly Part[], sourceIdOf: SourceIds): Promise<Map<string, FirstContent>> {
  const keys = parts.flatMap(({ delivery, events }) =>
    events.map((event) => ({ feedId: delivery.request.feed.id, sourceId: sourceIdOf(event), eventId: event.eventId })),
  );
  const known = await transaction.identities(keys);
  return new Map(
    known.map(({ feedId, sourceId, eventId, contentHash, evidenceId }) => [
      identityKey(feedId, sourceId, eventId),
      { contentHash, evidenceId },
    ]),
  );
}

interface SettleContext {
  readonly head: LedgerHead;
  readonly known: Map<string, FirstContent>;
  readonly sourceIdOf: SourceIds;
  readonly newId: () => string;
}

function settlePart({ delivery, events }: Part, { head, known, sourceIdOf, newId }: SettleContext): readonly Settlement[] {
  const { feed } = delivery.request;
  return settle(feed, events, {
    clockMs: head.clockMs,
    known,
    keyOf: (event) => identityKey(feed.id, sourceIdOf(event), event.eventId),
    newId,
  });
}

async function toldConflicts(transaction: AppendTransaction, settled: readonly SettledPart[], sourceIdOf: SourceIds): Promise<Set<string>> {
  const attempts = settled.flatMap(({ part, settlements }) =>
    settlements.flatMap(({ kind, event }) =>
      kind === 'conflict'
        ? [{ feedId: part.delivery.request.feed.id, sourceId: sourceIdOf(event), eventId: event.eventId, contentHash: event.contentHash }]
        : [],
    ),
  );
  return new Set((await transaction.conflicts(attempts)).map(conflictKey));
}

async function write(transaction: AppendTransaction, settled: readonly SettledPart[], writer: LeafWriter, head: LedgerHead): Promise<void> {
  const rows = settled.filter(({ part }) => part.first).map(({ part, settlements }) => deliveryRow(part, settlements));
  const additions = settled.filter(({ part }) => !part.first).map(({ part, settlements }) => deliveryAddition(part, settlements));
  await transaction.writeDeliveries(rows, additions, head.clockMs);
  await transaction.writeEvidence(writer.evidence, head.clockMs);
  await transaction.writeConflicts(writer.conflicts, head);
}

function outcomesOf(parts: readonly Part[], settled: readonly SettledPart[], quota: DayQuota): readonly PartOutcome[] {
  const settlementsOf = new Map(settled.map(({ part, settlements }) => [part, settlements]));
  return parts.map((part) => {
    const settlements = settlementsOf.get(part);
    if (settlements !== undefined) return { outcome: 'settled', settlements };
    return { outcome: 'over-quota', retryAfterMs: quota.retryAfterMs };
  });
}
