/** States of a key or control (domain.md 7.1). Error and unknown are never a pass. */
export const STATES = ['pass', 'fail', 'error', 'unknown', 'not-applicable', 'no-occurrence'] as const;
export type State = (typeof STATES)[number];

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const DEVIATION_STATUSES = ['open', 'closed', 'withdrawn', 'merged'] as const;
export type DeviationStatus = (typeof DEVIATION_STATUSES)[number];

/** Causes of a gap. The first four blind: what rests on no evidence is `unknown` meanwhile (judging.md section 3). */
export const BLINDING_CAUSES = ['feed-silent', 'incomplete-population', 'check-error', 'unreconciled'] as const;
export const LISTED_CAUSES = ['altered', 'conflict', 'dead-letter', 'epoch', 'not-judged', 'unsealed'] as const;
export const GAP_CAUSES = [...BLINDING_CAUSES, ...LISTED_CAUSES] as const;
export type BlindingCause = (typeof BLINDING_CAUSES)[number];
export type GapCause = (typeof GAP_CAUSES)[number];
