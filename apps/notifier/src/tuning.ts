import { DIGEST_TIMING, RETRY_SCHEDULE_MS } from '@tickmark/alerting';
import type { DigestTiming } from '@tickmark/alerting';

/** Times and bounds of the notifier's work; specs make them shorter. */
export interface NotifierTuning {
  readonly retryScheduleMs: readonly number[];
  readonly digest: DigestTiming;
  /** For how long an attempt may be under way; then the notice is due again. Longer than any channel's time limit. */
  readonly leaseMs: number;
  readonly sendTimeoutMs: number;
  /** Notices sent at once. */
  readonly concurrency: number;
  readonly reconcileEveryMs: number;
  /** So long after its time a notice counts as forgotten by its job. */
  readonly overdueMs: number;
  readonly releaseEveryMs: number;
  readonly watchEveryMs: number;
  /** How often it is looked whether somebody asked to replay dead letters. */
  readonly deadLettersEveryMs: number;
  /** now - W beyond which a gap opens, and below which it is caught up. */
  readonly judgingLateMs: number;
  readonly judgingCaughtUpMs: number;
  /** Age of the oldest unsealed leaf beyond which a gap opens, and below which it is caught up. */
  readonly sealingLateMs: number;
  readonly sealingCaughtUpMs: number;
}

export const TUNING: NotifierTuning = {
  retryScheduleMs: RETRY_SCHEDULE_MS,
  digest: DIGEST_TIMING,
  leaseMs: 20_000,
  sendTimeoutMs: 15_000,
  concurrency: 64,
  reconcileEveryMs: 2_000,
  overdueMs: 2_000,
  releaseEveryMs: 1_000,
  watchEveryMs: 2_000,
  deadLettersEveryMs: 1_000,
  judgingLateMs: 60_000,
  judgingCaughtUpMs: 30_000,
  sealingLateMs: 300_000,
  sealingCaughtUpMs: 120_000,
};
