import { z } from 'zod';
import { DEVIATION_STATUSES, GAP_CAUSES, SEVERITIES, STATES } from './states.js';
import type { JsonObject } from './json.js';

const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/).meta({ format: 'date-time' });
const count = z.int().nonnegative();
const dataObject = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

/** Every message has these. `occurredAt` is when the fact holds, `causedBy` the id of what led to it. */
const envelope = {
  schemaVersion: z.literal(1),
  id: z.string().min(1),
  epoch: count,
  occurredAt: instant,
  causedBy: z.string(),
  traceparent: z.string().optional(),
};

/** Evidence on its way to judging, in leaf order within its partition. */
export const evidenceMessage = z
  .object({
    ...envelope,
    kind: z.literal('evidence'),
    leafIndex: count,
    receivedAt: instant,
    deliveryId: z.string(),
    ordinal: count,
    timeAssumed: z.boolean(),
    /** By rule not judged: older than the feed's maxAge. */
    tooOld: z.boolean(),
    feed: z.object({ id: count, name: z.string(), system: z.string(), production: z.boolean(), settleMs: count }),
    event: z.object({
      id: z.string(),
      source: z.string(),
      type: z.string(),
      subject: z.string().optional(),
      time: instant,
      sequence: z.string().optional(),
      data: dataObject,
    }),
  })
  .meta({ id: 'EvidenceMessage' });

/** Once a second in every partition: all leaves of this partition up to `leafIndex` stand before it. */
export const tickMessage = z
  .object({ ...envelope, kind: z.literal('tick'), leafIndex: count, clock: instant })
  .meta({ id: 'TickMessage' });

export const controlEventMessage = z.discriminatedUnion('kind', [evidenceMessage, tickMessage]);
export type EvidenceMessage = z.infer<typeof evidenceMessage>;
export type TickMessage = z.infer<typeof tickMessage>;
export type ControlEventMessage = z.infer<typeof controlEventMessage>;

/** `sequence` grows for each (check, key): a reader drops what has an old epoch or sequence. */
const change = {
  ...envelope,
  sequence: count,
  control: z.string(),
  check: z.string(),
  key: z.string(),
  title: z.string(),
  severity: z.enum(SEVERITIES),
  owner: z.string(),
  /** The definition hash of the version that judged. */
  version: z.string(),
  /** Ledger clock of the evidence that led to it; absent for verdicts by time. Feeds the latency histogram. */
  receivedAt: instant.optional(),
};

export const stateChangedMessage = z
  .object({
    ...change,
    kind: z.literal('state-changed'),
    state: z.enum(STATES),
    previous: z.enum(STATES).optional(),
    since: instant,
    reason: z.string().optional(),
    evidenceId: z.string().optional(),
  })
  .meta({ id: 'StateChangedMessage' });

const deviationInMessage = z.object({
  id: z.string(),
  status: z.enum(DEVIATION_STATUSES),
  occurredAt: instant,
  occurredUntil: instant.optional(),
  detectedAt: instant,
  remediatedAt: instant.optional(),
  verifiedAt: instant.optional(),
  withdrawnAt: instant.optional(),
  system: z.string().optional(),
  reason: z.string().optional(),
  evidenceIds: z.array(z.string()),
});

/**
 * A deviation that is already closed when it becomes known gives `deviation-opened` and `deviation-closed` in one
 * transaction, both with `combined: true`: one notice tells both. `backfill`: rests on evidence more than a day old on
 * receipt, told in a digest.
 */
export const deviationMessage = z
  .object({
    ...change,
    kind: z.enum(['deviation-opened', 'deviation-closed', 'deviation-withdrawn']),
    combined: z.boolean(),
    backfill: z.boolean(),
    deviation: deviationInMessage,
  })
  .meta({ id: 'DeviationMessage' });

/** A gap belongs to a feed or a check, not to one control: it names the controls it hits. */
export const gapMessage = z
  .object({
    ...envelope,
    sequence: count,
    kind: z.enum(['gap-opened', 'gap-closed']),
    gap: z.object({
      id: z.string(),
      cause: z.enum(GAP_CAUSES),
      feed: z.string().optional(),
      control: z.string().optional(),
      check: z.string().optional(),
      key: z.string().optional(),
      from: instant,
      to: instant.optional(),
      controls: z.array(z.string()),
    }),
  })
  .meta({ id: 'GapMessage' });

export const stateChangeMessage = z.union([stateChangedMessage, deviationMessage, gapMessage]);
export type StateChangedMessage = z.infer<typeof stateChangedMessage>;
export type DeviationMessage = z.infer<typeof deviationMessage>;
export type GapMessage = z.infer<typeof gapMessage>;
export type StateChangeMessage = z.infer<typeof stateChangeMessage>;

/** RFC 3339 UTC with milliseconds, as all messages and APIs write instants. */
export const toInstant = (ms: number): string => new Date(ms).toISOString();
/** Milliseconds of such an instant; NaN when it is none. */
export const fromInstant = (text: string): number => Date.parse(text);
