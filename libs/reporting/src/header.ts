import { toInstant } from '@tickmark/contracts';
import { canonicalJson, sha256 } from '@tickmark/ledger';
import type { EngagementDefinition } from './engagement.js';
import { unjudgedFrom } from './judged-until.js';
import type { PeriodSummary, SummaryHeader } from './model.js';

const DEMO = 'DEMO: an invented company and an invented story, received on a simulated clock. ';
export const STATEMENT =
  "Prepared by management from its monitoring records. Not a SOC report, not an auditor's opinion.";

export interface HeaderFacts {
  readonly engagementId: string;
  /** null: live. */
  readonly revision: number | null;
  /** Who the report is about, where the engagement does not say. */
  readonly entity: string;
  readonly nowMs: number;
  readonly elapsedToMs: number;
  readonly watermarkMs?: number;
  /** The last leaf of the ledger that everything shown includes. */
  readonly cutOffLeafIndex: string | null;
  readonly cutOffClockMs: number;
  readonly catalogueHash: string;
  /** The ledger is a demo's: received on a simulated clock. */
  readonly demo?: boolean;
  readonly feedsWithoutLiveness: readonly string[];
}

/** domain.md 7.12. */
export function header(
  facts: HeaderFacts,
  engagement: EngagementDefinition,
  body: Omit<PeriodSummary, 'header'>,
): SummaryHeader {
  const { time } = engagement;
  const stoodStillFrom = unjudgedFrom(facts);
  return {
    ...(facts.demo === true ? { statement: `${DEMO}${STATEMENT}`, demo: true } : { statement: STATEMENT }),
    status: facts.revision === null ? 'live, not frozen' : 'frozen',
    revision: facts.revision,
    engagement: { id: facts.engagementId, name: engagement.name },
    entity: engagement.entity ?? facts.entity,
    systems: engagement.systems.length > 0 ? engagement.systems : 'all',
    reports: engagement.reports,
    type: time.type,
    categories: engagement.categories,
    ...(time.type === 'I' ? { asOf: time.asOf } : { period: { from: time.from, to: time.to } }),
    elapsedTo: toInstant(facts.elapsedToMs),
    judgedUntil: facts.watermarkMs === undefined ? null : toInstant(facts.watermarkMs),
    ...(stoodStillFrom === undefined || facts.watermarkMs === undefined ? {} : { notJudgedSince: toInstant(facts.watermarkMs) }),
    dataCutOff: { leafIndex: facts.cutOffLeafIndex, clock: toInstant(facts.cutOffClockMs) },
    catalogueHash: facts.catalogueHash,
    coverageThreshold: engagement.coverageThreshold,
    feedsWithoutLiveness: facts.feedsWithoutLiveness,
    generatedAt: toInstant(facts.nowMs),
    manifestHash: sha256(canonicalJson(body)).toString('hex'),
  };
}
