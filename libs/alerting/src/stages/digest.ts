import { DIGEST_TIMING } from '../desk.js';
import type { Desk } from '../desk.js';

/** Each backfill of the control puts its digest off by the quiet time, within the limit. */
export function touchDigest(key: string, desk: Desk): void {
  const { nowMs, digest = DIGEST_TIMING } = desk.context;
  const firstMs = desk.groupOf(key)?.firstMs ?? nowMs;
  const dueMs = Math.min(nowMs + digest.quietMs, firstMs + digest.limitMs);
  desk.setGroup(key, { groupWaitMs: 0, groupIntervalMs: 0, firstMs, lastMs: nowMs, dueMs });
}
