import { partitionKeyOf } from '@tickmark/contracts';
import { leafBytes } from '@tickmark/ledger';
import type { ConflictRow, EvidenceRow, IdentityKey, LedgerHead, RelayRow } from '@tickmark/persistence';
import type { PreparedEvent } from './append-request.js';
import type { OpenDelivery } from './open-delivery.js';
import type { Settlement } from './settle.js';

interface WriterOptions {
  readonly head: LedgerHead;
  sourceIdOf(event: PreparedEvent): number;
  /** Conflicts that are on record; each is told once. */
  readonly told: Set<string>;
  newId(): string;
}

/** Gives the new evidence and conflicts of a group their leaves, in the order in which they came. */
export class LeafWriter {
  readonly evidence: EvidenceRow[] = [];
  readonly conflicts: ConflictRow[] = [];
  readonly relayed: RelayRow[] = [];
  private next: number;

  constructor(private readonly options: WriterOptions) {
    this.next = options.head.nextIndex;
  }

  get nextIndex(): number {
    return this.next;
  }

  add(delivery: OpenDelivery, settlements: readonly Settlement[]): void {
    for (const settlement of settlements) {
      if (settlement.kind === 'new') this.addEvidence(delivery, settlement);
      if (settlement.kind === 'conflict') this.addConflict(delivery, settlement);
    }
  }

  private addEvidence(delivery: OpenDelivery, settled: Extract<Settlement, { kind: 'new' }>): void {
    const { event, evidenceId, timeMs, tooOld } = settled;
    const { request } = delivery;
    const { clockMs } = this.options.head;
    const digests = [delivery.rawDigest(), event.normalDigest] as const;
    const shared = { leafIndex: this.next, id: evidenceId, ordinal: event.ordinal, deliveryId: request.deliveryId } as const;
    const kept = { timeMs, timeAssumed: event.timeMs === undefined, tooOld, normal: event.normal, traceparent: request.traceparent };
    this.evidence.push({
      ...shared,
      ...kept,
      ...this.identity(delivery, event),
      leaf: leafBytes({ kind: 'evidence', id: evidenceId, receivedAtMs: clockMs, digests }),
      type: event.type,
      subject: event.subject ?? null,
      salt: event.salt,
      contentHash: event.contentHash,
    });
    this.relayed.push({ ...shared, ...kept, key: partitionKeyOf(event), receivedAtMs: clockMs, feed: request.feed });
    this.next += 1;
  }

  private addConflict(delivery: OpenDelivery, { event, first }: Extract<Settlement, { kind: 'conflict' }>): void {
    const identity = this.identity(delivery, event);
    const key = conflictKey({ ...identity, contentHash: event.contentHash });
    if (this.options.told.has(key)) return;
    this.options.told.add(key);
    const id = this.options.newId();
    const digests = [delivery.rawDigest(), event.normalDigest] as const;
    this.conflicts.push({
      ...identity,
      leafIndex: this.next,
      leaf: leafBytes({ kind: 'conflict', id, receivedAtMs: this.options.head.clockMs, digests }),
      id,
      deliveryId: delivery.request.deliveryId,
      ordinal: event.ordinal,
      contentHash: event.contentHash,
      firstEvidenceId: first.evidenceId,
      normal: event.normal,
      salt: event.salt,
      feedName: delivery.request.feed.name,
    });
    this.next += 1;
  }

  private identity(delivery: OpenDelivery, event: PreparedEvent): IdentityKey {
    return { feedId: delivery.request.feed.id, sourceId: this.options.sourceIdOf(event), eventId: event.eventId };
  }
}

export const conflictKey = (attempt: IdentityKey & { readonly contentHash: Buffer }): string =>
  `${attempt.feedId} ${attempt.sourceId} ${attempt.contentHash.toString('base64')} ${attempt.eventId}`;
