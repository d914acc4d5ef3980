import { TOPICS, toInstant } from '@tickmark/contracts';
import type { JsonObject } from '@tickmark/contracts';
import type { DeviationChange, DeviationRecord, Segment } from '@tickmark/evaluation';
import type { GapRevision, OutgoingMessage } from '@tickmark/persistence';
import type { LiveCheck } from '../catalogue/live-catalogue.js';
import type { StateChange } from './difference.js';

export interface MessageContext {
  readonly newId: () => string;
  readonly epoch: number;
  /** By evidence. */
  readonly traceparents: ReadonlyMap<string, string>;
}

/** Where a change belongs, and what led to it. */
export interface ChangeOf {
  readonly check: LiveCheck;
  readonly key: string;
  /** Ledger clock of the evidence that led to it; absent for verdicts by time. */
  readonly receivedAtMs?: number;
}

const BY_TIME = 'watermark';

export function stateChanged({ check, key, receivedAtMs }: ChangeOf, change: StateChange & { readonly shown: Segment }, context: MessageContext): OutgoingMessage {
  const { shown, previous } = change;
  return outgoing(check, key, {
    ...envelope(context, { occurredAtMs: shown.fromMs, causedBy: shown.evidenceId ?? BY_TIME }),
    kind: 'state-changed',
    ...face(check, key, receivedAtMs),
    state: shown.state,
    ...(previous === undefined ? {} : { previous }),
    since: toInstant(shown.fromMs),
    ...(shown.reason === undefined ? {} : { reason: shown.reason }),
    ...(shown.evidenceId === undefined ? {} : { evidenceId: shown.evidenceId }),
  });
}

/** Undefined for what changes a record and tells nobody. */
export function deviationMessage({ check, key, receivedAtMs }: ChangeOf, { kind, record, combined }: DeviationChange, context: MessageContext): OutgoingMessage | undefined {
  if (kind === 'amended') return undefined;
  const atMs = kind === 'closed' ? (record.remediatedAtMs ?? record.occurredAtMs) : record.occurredAtMs;
  return outgoing(check, key, {
    ...envelope(context, { occurredAtMs: atMs, causedBy: record.evidenceIds.at(-1) ?? BY_TIME }),
    kind: `deviation-${kind}`,
    ...face(check, key, receivedAtMs),
    combined,
    backfill: record.backfill,
    deviation: deviationBody(record),
  });
}

export function gapMessage(kind: 'gap-opened' | 'gap-closed', gap: GapRevision, about: { readonly feed?: string; readonly controls: readonly string[] }, context: MessageContext): OutgoingMessage {
  return {
    topic: TOPICS.stateChanges,
    key: `gap/${gap.id}`,
    message: {
      ...envelope(context, { occurredAtMs: kind === 'gap-closed' ? (gap.toMs ?? gap.fromMs) : gap.fromMs, causedBy: BY_TIME }),
      kind,
      gap: {
        id: gap.id,
        cause: gap.cause,
        ...(about.feed === undefined ? {} : { feed: about.feed }),
        ...(gap.control === undefined ? {} : { control: gap.control }),
        ...(gap.check === undefined ? {} : { check: gap.check }),
        ...(gap.key === undefined ? {} : { key: gap.key }),
        from: toInstant(gap.fromMs),
        ...(gap.toMs === undefined ? {} : { to: toInstant(gap.toMs) }),
        controls: [...about.controls],
      },
    },
  };
}

function envelope({ newId, epoch, traceparents }: MessageContext, { occurredAtMs, causedBy }: { readonly occurredAtMs: number; readonly causedBy: string }): JsonObject {
  const traceparent = traceparents.get(causedBy);
  const trace = traceparent === undefined ? {} : { traceparent };
  return { schemaVersion: 1, id: newId(), epoch, occurredAt: toInstant(occurredAtMs), causedBy, ...trace };
}

function face({ control, compiled }: LiveCheck, key: string, receivedAtMs: number | undefined): JsonObject {
  return {
    control: control.id,
    check: compiled.name,
    key,
    title: control.title,
    severity: control.severity,
    owner: control.owner,
    version: control.definitionHash,
    ...(receivedAtMs === undefined ? {} : { receivedAt: toInstant(receivedAtMs) }),
  };
}

const outgoing = (check: LiveCheck, key: string, message: JsonObject): OutgoingMessage => ({
  topic: TOPICS.stateChanges,
  key: `${check.ref}/${key}`,
  message,
});

/** As messages and leaves carry a deviation. */
export function deviationBody(record: DeviationRecord): JsonObject {
  const at = (name: string, ms: number | undefined): JsonObject => (ms === undefined ? {} : { [name]: toInstant(ms) });
  return {
    id: record.id,
    status: record.status,
    occurredAt: toInstant(record.occurredAtMs),
    ...at('occurredUntil', record.occurredUntilMs),
    detectedAt: toInstant(record.detectedAtMs),
    ...at('remediatedAt', record.remediatedAtMs),
    ...at('verifiedAt', record.verifiedAtMs),
    ...at('withdrawnAt', record.withdrawnAtMs),
    ...(record.system === undefined ? {} : { system: record.system }),
    ...(record.reason === undefined ? {} : { reason: record.reason }),
    evidenceIds: [...record.evidenceIds],
  };
}
