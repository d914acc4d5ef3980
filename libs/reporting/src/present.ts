import { toInstant } from '@tickmark/contracts';
import { stateTime } from './control-timeline.js';
import { deviationLengths } from './deviation-facts.js';
import type { RecordedDeviation } from './deviation-facts.js';
import type { RecordedGap } from './gap-facts.js';
import { timeFigures } from './key-time.js';
import type { RuleChange, SummaryCheck, SummaryControl, SummaryDeviation, SummaryGap } from './model.js';
import { occurrenceFigures } from './occurrences.js';
import type { Period } from './period.js';
import type { CheckResult, ControlResult } from './results.js';

const orNull = (ms: number | undefined): string | null => (ms === undefined ? null : toInstant(ms));

export function presentControl(result: ControlResult, type: 'I' | 'II'): SummaryControl {
  const { id, title, owner, severity, keyControl, execution, frequency, maps } = result.definition;
  const count = (status: RecordedDeviation['status']): number =>
    result.deviations.filter((deviation) => deviation.status === status).length;
  return {
    id,
    title,
    owner,
    severity,
    keyControl,
    execution,
    frequency,
    maps,
    versions: result.versions.map(({ effectiveFromMs, effectiveToMs, ...version }) => ({
      ...version,
      effectiveFrom: toInstant(effectiveFromMs),
      ...(effectiveToMs === undefined ? {} : { effectiveTo: toInstant(effectiveToMs) }),
    })),
    checks: result.checks.map((check) => presentCheck(check, type)),
    deviations: { open: count('open'), closed: count('closed'), withdrawn: count('withdrawn'), merged: count('merged') },
    ...(type === 'I' ? { stateAsOf: result.timeline[0]?.state ?? 'unknown' } : presentTimeline(result)),
  };
}

const presentTimeline = ({ timeline }: ControlResult) => ({
  controlLevel: stateTime(timeline),
  timeline: timeline.map(({ fromMs, toMs, ...segment }) => ({ ...segment, from: toInstant(fromMs), to: toInstant(toMs) })),
});

function presentCheck(check: CheckResult, type: 'I' | 'II'): SummaryCheck {
  const { name, kind, timing, logicHash, inForce, keys, livenessMonitored } = check;
  const base = {
    name,
    kind,
    logicHash,
    inForce: { from: toInstant(inForce.fromMs), to: toInstant(inForce.toMs) },
    keys,
    blindMs: check.blindMs,
    livenessMonitored,
  };
  // A date has no length: sums over it would be read as results of a period.
  if (type === 'I') return { ...base, keysAsOf: check.keysAsOf };
  if (timing === 'time-based') return { ...base, time: timeFigures(check.time) };
  if (timing === 'monitor') return base;
  const from = `all observations of ${name} with an event time in the period, over ${keys} keys`;
  return { ...base, occurrences: occurrenceFigures(check.occurrences, from) };
}

export function presentDeviation(deviation: RecordedDeviation, owner: string, nowMs: number): SummaryDeviation {
  const { id, control, check, key, status, severity, system, reason, backfill, evidenceIds } = deviation;
  return {
    id,
    control,
    check,
    key,
    status,
    severity,
    owner,
    ...(system === undefined ? {} : { system }),
    ...(reason === undefined ? {} : { reason }),
    ...presentTimes(deviation),
    ...deviationLengths(deviation, nowMs),
    backfill,
    evidenceIds,
  };
}

/** The five times, as the API and the summary write them; a withdrawn one shows when it was detected and withdrawn. */
export function presentTimes(deviation: RecordedDeviation) {
  const { occurredAtMs, occurredUntilMs, detectedAtMs, notifiedAtMs, remediatedAtMs, verifiedAtMs, withdrawnAtMs } = deviation;
  return {
    occurredAt: toInstant(occurredAtMs),
    ...(occurredUntilMs === undefined ? {} : { occurredUntil: toInstant(occurredUntilMs) }),
    detectedAt: toInstant(detectedAtMs),
    notifiedAt: orNull(notifiedAtMs),
    remediatedAt: orNull(remediatedAtMs),
    verifiedAt: orNull(verifiedAtMs),
    ...(withdrawnAtMs === undefined ? {} : { withdrawnAt: toInstant(withdrawnAtMs) }),
  };
}

export function presentGap(gap: RecordedGap): SummaryGap {
  const check = [gap.control, gap.check, gap.key].filter((part) => part !== undefined).join('/');
  return {
    id: gap.id,
    cause: gap.cause,
    source: gap.feed !== undefined ? `feed ${gap.feed}` : check === '' ? 'monitoring' : `check ${check}`,
    from: toInstant(gap.fromMs),
    to: orNull(gap.toMs),
    status: gap.status,
    controls: gap.controls,
    collectedLate: gap.status === 'backfilled',
    revision: gap.revision,
    ...(gap.detail === undefined ? {} : { detail: gap.detail }),
    ...(gap.note === undefined ? {} : { note: gap.note }),
  };
}

/** Versions that took effect inside the period, with whether what is judged changed. */
export function ruleChanges({ definition, versions }: ControlResult, { fromMs, toMs }: Period): readonly RuleChange[] {
  return versions.flatMap(({ effectiveFromMs, definitionHash, logicHash }, index) => {
    if (effectiveFromMs < fromMs || effectiveFromMs >= toMs) return [];
    const logicChanged = versions[index - 1]?.logicHash !== logicHash;
    return [{ control: definition.id, effectiveFrom: toInstant(effectiveFromMs), definitionHash, logicChanged }];
  });
}
