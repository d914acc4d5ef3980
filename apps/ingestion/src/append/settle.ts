import type { Feed } from '@tickmark/persistence';
import type { PreparedEvent } from './append-request.js';

/** Identity of an event and what is known under it; filled from Postgres, extended by what the same group brings. */
export interface FirstContent {
  readonly contentHash: Buffer;
  readonly evidenceId: string;
}

export type Settlement =
  | { readonly kind: 'new'; readonly event: PreparedEvent; readonly evidenceId: string; readonly timeMs: number; readonly tooOld: boolean }
  | { readonly kind: 'repeat'; readonly event: PreparedEvent; readonly evidenceId: string }
  | { readonly kind: 'conflict'; readonly event: PreparedEvent; readonly first: FirstContent }
  | { readonly kind: 'ahead'; readonly event: PreparedEvent };

interface Ledger {
  readonly clockMs: number;
  readonly known: Map<string, FirstContent>;
  keyOf(event: PreparedEvent): string;
  newId(): string;
}

/**
 * What becomes of the events of one request, in their order. What is on file decides first: a repeat stays one even if
 * its time would be refused today. `known` learns the new ones, so that a repeat in the same group is one.
 */
export function settle(feed: Feed, events: readonly PreparedEvent[], ledger: Ledger): readonly Settlement[] {
  return events.map((event) => settleOne(feed, event, ledger));
}

function settleOne(feed: Feed, event: PreparedEvent, ledger: Ledger): Settlement {
  const key = ledger.keyOf(event);
  const first = ledger.known.get(key);
  if (first !== undefined) {
    return first.contentHash.equals(event.contentHash)
      ? { kind: 'repeat', event, evidenceId: first.evidenceId }
      : { kind: 'conflict', event, first };
  }
  const timeMs = event.timeMs ?? ledger.clockMs;
  if (timeMs > ledger.clockMs + feed.maxAheadMs) return { kind: 'ahead', event };
  const evidenceId = ledger.newId();
  ledger.known.set(key, { contentHash: event.contentHash, evidenceId });
  return { kind: 'new', event, evidenceId, timeMs, tooOld: timeMs < ledger.clockMs - feed.maxAgeMs };
}

export const identityKey = (feedId: number, sourceId: number, eventId: string): string => `${feedId} ${sourceId} ${eventId}`;
