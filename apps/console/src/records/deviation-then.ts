import type { DeviationStatus } from '@tickmark/contracts';
import type { RecordedDeviation } from '@tickmark/reporting';

/**
 * A deviation as it was known at an instant, from its own times: detected, verified and withdrawn say when we learned it.
 * What happened to it later is left out. `received`: evidence that had been received by then.
 */
export function deviationThen(deviation: RecordedDeviation, knownAtMs: number, received: ReadonlySet<string>): RecordedDeviation {
  const { notifiedAtMs, remediatedAtMs, verifiedAtMs, withdrawnAtMs, ...lasting } = deviation;
  const wasKnown = (ms: number | undefined): ms is number => ms !== undefined && ms <= knownAtMs;
  const isVerified = wasKnown(verifiedAtMs);
  return {
    ...lasting,
    status: statusThen({ withdrawn: wasKnown(withdrawnAtMs), verified: isVerified, merged: deviation.status === 'merged' }),
    ...(wasKnown(notifiedAtMs) ? { notifiedAtMs } : {}),
    ...(isVerified ? { verifiedAtMs } : {}),
    ...(isVerified && remediatedAtMs !== undefined ? { remediatedAtMs } : {}),
    ...(wasKnown(withdrawnAtMs) ? { withdrawnAtMs } : {}),
    evidenceIds: deviation.evidenceIds.filter((id) => received.has(id)),
  };
}

/** When one was merged into another is not kept: it stays merged. */
function statusThen({ withdrawn, verified, merged }: Readonly<Record<'withdrawn' | 'verified' | 'merged', boolean>>): DeviationStatus {
  if (merged) return 'merged';
  if (withdrawn) return 'withdrawn';
  return verified ? 'closed' : 'open';
}
