import { DEVIATION_STATUSES, GAP_CAUSES, SEVERITIES } from '@tickmark/contracts';
import { z } from 'zod';

export const NOTICE_KINDS = ['opened', 'closed', 'withdrawn', 'combined', 'digest', 'gap-opened', 'gap-closed'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

const instant = z.iso.datetime();

const noticeDeviation = z
  .object({
    id: z.string(),
    check: z.string(),
    key: z.string(),
    status: z.enum(DEVIATION_STATUSES),
    occurredAt: instant,
    /** Only where a range is known: it occurred between `occurredAt` and this instant. */
    occurredUntil: instant.optional(),
    detectedAt: instant,
    remediatedAt: instant.optional(),
    withdrawnAt: instant.optional(),
    system: z.string().optional(),
    reason: z.string().optional(),
    evidenceIds: z.array(z.string()),
  })
  .meta({ id: 'NoticeDeviation' });

const noticeGap = z
  .object({
    id: z.string(),
    cause: z.enum(GAP_CAUSES),
    feed: z.string().optional(),
    check: z.string().optional(),
    key: z.string().optional(),
    from: instant,
    to: instant.optional(),
    /** Every control it hits. */
    controls: z.array(z.string()),
  })
  .meta({ id: 'NoticeGap' });

/** What a receiver gets: every key that the notice is about is named. */
export const noticeBody = z
  .object({
    id: z.uuid(),
    kind: z.enum(NOTICE_KINDS),
    /** Null when a gap hits no control or several. */
    control: z.string().nullable(),
    /** Begins with DEMO when nothing of it happened. */
    title: z.string(),
    severity: z.enum(SEVERITIES),
    owner: z.string().nullable(),
    /** Criteria and objectives that the control serves. */
    criteria: z.array(z.string()),
    deviations: z.array(noticeDeviation),
    gap: noticeGap.optional(),
    /** Only in a demo: the notice tells of an invented story. */
    demo: z.literal(true).optional(),
    links: z.record(z.string(), z.url()),
  })
  .meta({ id: 'Notice' });

export type NoticeDeviation = z.infer<typeof noticeDeviation>;
export type NoticeGap = z.infer<typeof noticeGap>;
export type NoticeBody = z.infer<typeof noticeBody>;

/** One delivery of a notice to one receiver through one channel. */
export interface PlannedNotice {
  readonly id: string;
  /** The same fact has the same key, and the key gives the id: repeats carry the same id. */
  readonly dedupKey: string;
  readonly receiver: string;
  readonly channel: string;
  readonly body: NoticeBody;
  /** Ledger clock of the evidence that led to it; absent for verdicts by time and for what was told together. */
  readonly receivedAtMs?: number;
}
