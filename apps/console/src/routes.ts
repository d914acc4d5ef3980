import { z } from 'zod';
import { giveAttestation, listAttestations, showAttestation } from './attestations/attestations.routes.js';
import { listBacktestDifferences, showBacktest, startBacktest } from './backtests/backtests.routes.js';
import { downloadBundle, listBundles, makeBundle, showBundle } from './bundles/bundles.routes.js';
import { listControls, listObservations, listStates, showControl, showTimeline } from './controls/controls.routes.js';
import { listCriteria, listObjectives } from './criteria/criteria.routes.js';
import {
  compareRevisions, freezeRevision, listEngagements, listRevisions, openEngagement, showEngagement, summaryCsv, summaryJson,
} from './engagements/engagements.routes.js';
import { listFeeds, registerFeed, showFeed } from './feeds/feeds.routes.js';
import { route } from './http/route.js';
import type { Route } from './http/route.js';
import { listLedgerKeys, proveConsistency, proveEvidence, showCheckpoint } from './ledger/ledger.routes.js';
import { showOverview } from './metrics/metrics.routes.js';
import { addPerson, changeRoles, listPeople, removePerson } from './people/people.routes.js';
import {
  listDeadLetters, listDeviations, listGaps, replayDeadLetter, resolveGap, showDelivery, showDeviation, showEvidence, showGap, showRaw,
} from './records/records.routes.js';
import { decideReport, listQuestions, showGaps, showPlan } from './readiness/readiness.routes.js';
import { explainVerdict } from './replay/replay.routes.js';
import { endSession, startSession } from './sessions/sessions.routes.js';
import { compareShadow, dropShadow, listShadows, startShadow } from './shadows/shadows.routes.js';

const text = (path: string, summary: string, answerType: string): Route => route({ method: 'GET', path, summary, answerType });
const status = (path: string, summary: string, answer: z.ZodType): Route => route({ method: 'GET', path, summary, answer });
const fault = z.strictObject({ name: z.string(), reason: z.string() });

/** Every operation of the console: OpenAPI and the specs of roles are made from it. */
export const ROUTES: readonly Route[] = [
  startSession, endSession,
  listCriteria, listObjectives,
  listControls, showControl, listStates, showTimeline, listObservations,
  listDeviations, showDeviation, listGaps, showGap, resolveGap,
  proveEvidence, showCheckpoint, proveConsistency, listLedgerKeys,
  showEvidence, showRaw, showDelivery, listDeadLetters, replayDeadLetter,
  listFeeds, registerFeed, showFeed,
  giveAttestation, listAttestations, showAttestation,
  listPeople, addPerson, changeRoles, removePerson,
  listEngagements, openEngagement, showEngagement, freezeRevision, listRevisions, compareRevisions, summaryJson, summaryCsv,
  makeBundle, listBundles, showBundle, downloadBundle,
  listShadows, startShadow, compareShadow, dropShadow,
  showOverview,
  listQuestions, decideReport, showGaps, showPlan,
  explainVerdict,
  startBacktest, showBacktest, listBacktestDifferences,
  status('/healthz', 'Whether the process is alive', z.strictObject({ status: z.literal('alive') })),
  status('/readyz', 'Whether it can do its work', z.strictObject({
    status: z.enum(['ready', 'degraded', 'not-ready']), missing: z.array(fault), degraded: z.array(fault),
  })),
  text('/metrics', 'Prometheus metrics', 'text/plain'),
  text('/openapi.json', 'This description', 'application/json'),
];
