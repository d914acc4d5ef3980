import type { EvidenceToJudge } from '@tickmark/persistence';
import { boundedKey } from '@tickmark/persistence';
import type { Point } from '@tickmark/evaluation';
import type { LiveCatalogue, LiveCheck } from '../catalogue/live-catalogue.js';
import { isShadow, wantsPoint } from '../catalogue/live-catalogue.js';
import { guarded } from './draft-failed.js';

export interface ExtractedPoint {
  readonly check: LiveCheck;
  readonly group: string;
  readonly leafIndex: number;
  readonly point: Point;
}

/** An expression failed before the key was known: the whole check is blind at that instant. */
export interface ExtractionError {
  readonly check: LiveCheck;
  readonly atMs: number;
  readonly evidenceId: string;
  readonly message: string;
}

export interface Extracted {
  readonly points: readonly ExtractedPoint[];
  readonly errors: readonly ExtractionError[];
  /** Evidence that at least one live check takes something from. */
  readonly applied: readonly EvidenceToJudge[];
}

export function extractPoints(evidence: readonly EvidenceToJudge[], catalogue: LiveCatalogue, only?: LiveCheck): Extracted {
  const points: ExtractedPoint[] = [];
  const errors: ExtractionError[] = [];
  const applied: EvidenceToJudge[] = [];
  for (const one of evidence) {
    if (!one.judged) continue;
    const before = points.length;
    const checks = only === undefined ? (catalogue.byType.get(one.event.type) ?? []) : [only];
    for (const check of checks) extractFor(check, one, { points, errors });
    if (points.some(({ check }, index) => index >= before && !isShadow(check))) applied.push(one);
  }
  return { points, errors, applied };
}

function extractFor(check: LiveCheck, { event, leafIndex }: EvidenceToJudge, into: { points: ExtractedPoint[]; errors: ExtractionError[] }): void {
  for (const extraction of guarded(check, () => [...check.compiled.extract(event)])) {
    if (extraction.kind === 'error') {
      const { message, atMs } = extraction;
      into.errors.push({ check, atMs, message, evidenceId: event.evidenceId });
    } else if (extraction.kind === 'point' && wantsPoint(check, extraction.point)) {
      into.points.push({ check, group: boundedKey(extraction.group), leafIndex, point: extraction.point });
    }
  }
}
