import { controlEventMessage, fromInstant } from '@tickmark/contracts';
import type { EvidenceMessage, MessageBatch, StoredMessage } from '@tickmark/contracts';
import { decodeMessage } from '@tickmark/messaging';
import type { EvidenceToJudge, NewDeadLetter } from '@tickmark/persistence';
import type { Tick } from './progress.js';

export type Entry =
  | { readonly kind: 'evidence'; readonly offset: number; readonly epoch: number; readonly evidence: EvidenceToJudge }
  | { readonly kind: 'tick'; readonly offset: number; readonly epoch: number; readonly tick: Tick }
  | { readonly kind: 'dead-letter'; readonly offset: number; readonly letter: NewDeadLetter };

export function decodeBatch(batch: MessageBatch): readonly Entry[] {
  return batch.messages.map((message) => decodeEntry(batch, message));
}

function decodeEntry(batch: MessageBatch, message: StoredMessage): Entry {
  const { offset } = message;
  const decoded = decodeMessage(controlEventMessage, message.value);
  if (!decoded.ok) return deadEntry(batch, message, decoded.error);
  const { value } = decoded;
  if (value.kind === 'tick') return { kind: 'tick', offset, epoch: value.epoch, tick: { leafIndex: value.leafIndex, clockMs: fromInstant(value.clock) } };
  return { kind: 'evidence', offset, epoch: value.epoch, evidence: toEvidence(value) };
}

export function deadEntry({ topic, partition }: MessageBatch, { offset, key, value }: StoredMessage, reason: string): Entry {
  return { kind: 'dead-letter', offset, letter: { topic, partition, offset, key, value, reason } };
}

function toEvidence({ id, leafIndex, receivedAt, tooOld, feed, event, traceparent }: EvidenceMessage): EvidenceToJudge {
  return {
    leafIndex,
    judged: feed.production && !tooOld,
    ...(traceparent === undefined ? {} : { traceparent }),
    event: {
      evidenceId: id,
      type: event.type,
      source: event.source,
      ...(event.subject === undefined ? {} : { subject: event.subject }),
      eventId: event.id,
      timeMs: fromInstant(event.time),
      ...(event.sequence === undefined ? {} : { sequence: event.sequence }),
      receivedAtMs: fromInstant(receivedAt),
      feedId: feed.id,
      feedName: feed.name,
      system: feed.system,
      settleMs: feed.settleMs,
      data: event.data,
    },
  };
}
