import { randomUUID } from 'node:crypto';
import { toInstant } from '@tickmark/contracts';
import type { EvidenceMessage, JsonObject } from '@tickmark/contracts';
import type { EvidenceToJudge } from '@tickmark/persistence';

export interface FeedSpec {
  readonly name: string;
  readonly types: readonly string[];
  readonly maxSilenceMs?: number;
  readonly production?: boolean;
}

export interface EventSpec {
  readonly type: string;
  readonly timeMs: number;
  readonly receivedAtMs?: number;
  readonly subject?: string;
  readonly feed?: string;
  readonly traceparent?: string;
  readonly data: JsonObject;
}

interface Placed {
  readonly leafIndex: number;
  readonly feedId: number;
  readonly feed: FeedSpec;
}

/** The message that ingestion's relay would send. */
export function messageOf(event: EventSpec & { readonly receivedAtMs: number }, { leafIndex, feedId, feed }: Placed): EvidenceMessage {
  const id = randomUUID();
  return {
    schemaVersion: 1,
    id,
    epoch: 1,
    occurredAt: toInstant(event.timeMs),
    causedBy: id,
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    kind: 'evidence',
    leafIndex,
    receivedAt: toInstant(event.receivedAtMs),
    deliveryId: id,
    ordinal: 0,
    timeAssumed: false,
    tooOld: false,
    feed: { id: feedId, name: feed.name, system: feed.name, production: feed.production ?? true, settleMs: 2_000 },
    event: {
      id: `e${leafIndex}`,
      source: `/${feed.name}`,
      type: event.type,
      ...(event.subject === undefined ? {} : { subject: event.subject }),
      time: toInstant(event.timeMs),
      data: event.data,
    },
  };
}

export const tickOf = (clockMs: number, leafIndex: number): JsonObject => ({
  schemaVersion: 1,
  id: randomUUID(),
  epoch: 1,
  occurredAt: toInstant(clockMs),
  causedBy: 'ledger-clock',
  kind: 'tick',
  leafIndex,
  clock: toInstant(clockMs),
});

export const toEvidence = ({ id, leafIndex, receivedAt, feed, event }: EvidenceMessage): EvidenceToJudge => ({
  leafIndex,
  judged: feed.production,
  event: {
    evidenceId: id,
    type: event.type,
    source: event.source,
    ...(event.subject === undefined ? {} : { subject: event.subject }),
    eventId: event.id,
    timeMs: Date.parse(event.time),
    receivedAtMs: Date.parse(receivedAt),
    feedId: feed.id,
    feedName: feed.name,
    system: feed.system,
    settleMs: feed.settleMs,
    data: event.data,
  },
});
