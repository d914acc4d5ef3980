export { Database, onClient } from './database.js';
export type { DatabaseOptions, Queryable } from './database.js';
export { instantToColumn, optionalInstantToColumn } from './column-types.js';
export { faultOf } from './faults.js';
export type { DatabaseFault } from './faults.js';
export { migrate } from './migrate.js';
export { ApiKeyRepository } from './access/api-keys.js';
export type { ApiKeyRecord, KeyRole, NewApiKey } from './access/api-keys.js';
export { recordAudit } from './access/audit-trail.js';
export type { AuditEntry } from './access/audit-trail.js';
export { FeedRepository } from './access/feeds.js';
export type { Feed, NewFeed } from './access/feeds.js';
export { DEMO_LOCK, backdateFeed, backdateNotices, beginDemoLedger, dropBrokenDemo, endDemoLedger, isDemoLedger, nextDue } from './ingestion/demo-ledger.js';
export type { DemoLedger, SimulatedClock } from './ingestion/demo-ledger.js';
export { putIntoLedger } from './ingestion/ledger-intake.js';
export { HeldLock, LOCKS } from './advisory-lock.js';
export { AppendTransaction, runAppend } from './ingestion/append-transaction.js';
export type {
  ConflictRow,
  DeliveryAddition,
  DeliveryCounts,
  DeliveryRow,
  EvidenceRow,
  IdentityKey,
  KnownIdentity,
  LedgerHead,
  RecordLeaf,
  Rejection,
  UploadPart,
  WaitingRecord,
} from './ingestion/ledger-rows.js';
export { RelaySource } from './ingestion/relay-source.js';
export type { RelayFeed, RelayRow } from './ingestion/relay-source.js';
export * from './ingestion/scrub.js';
export { SourceNames } from './ingestion/source-names.js';
export { dropUnusedParts } from './ingestion/uploads.js';
export { PeopleRepository, SessionRepository } from './access/people.js';
export type { ListedPerson, Person, PersonRole } from './access/people.js';
export { AttestationRepository } from './access/attestations.js';
export type { StoredAttestation } from './access/attestations.js';
export { BacktestRepository } from './backtests/backtests.js';
export type { BacktestStatus, StoredBacktest } from './backtests/backtests.js';
export { BundleRepository } from './bundles/bundles.js';
export type { BundleStatus, StoredBundle } from './bundles/bundles.js';
export * from './bundles/bundle-content.js';
export { countEvidence, streamEvidence } from './backtests/evidence-stream.js';
export { countKeys, earliestUndecided, streamDeviations } from './backtests/recorded-deviations.js';
export * from './engagements/engagements.js';
export * from './sealing/checkpoints.js';
export * from './sealing/sealing.js';
export * from './sealing/tree.js';
export * from './reading/activations.js';
export * from './reading/control-versions.js';
export * from './reading/controls-of-feeds.js';
export * from './reading/dead-letters.js';
export * from './reading/deliveries.js';
export * from './reading/deviation-times.js';
export * from './reading/deviations.js';
export * from './reading/evidence-on-file.js';
export * from './reading/evidence-with-proof.js';
export * from './reading/evidence.js';
export * from './reading/feed-activity.js';
export * from './reading/gaps.js';
export * from './reading/key-segments.js';
export * from './reading/keys-of-checks.js';
export { countOutcomes, readAbsentFailures, readObservations } from './reading/observations.js';
export type {
  AbsentFailure, ObservationPage, ObservationPosition, ObservationRange, Outcome, OutcomeCount, StoredObservation,
} from './reading/observations.js';
export * from './reading/open-segments.js';
export * from './reading/points-known-at.js';
export * from './reading/progress.js';
export * from './reading/roll-ups.js';
export * from './reading/snapshot.js';
export * from './reading/verdicts.js';
export * from './judging/activations.js';
export * from './judging/closed-months.js';
export * from './judging/shadows.js';
export * from './judging/check-states.js';
export { addDeadLetters, askReplay, countDeadLetters, countUnreplayed, lockAskedLetter, settleReplay } from './judging/dead-letters.js';
export type { AskedDeadLetter, NewDeadLetter } from './judging/dead-letters.js';
export { loadDeviations, saveDeviations } from './judging/deviations.js';
export type { DeviationToSave, DeviationsOfKey, StoredDeviation } from './judging/deviations.js';
export * from './judging/gaps.js';
export { evidenceByLeaf, evidenceHeld, lastLeaf, leavesHeld } from './judging/judged-evidence.js';
export type { EvidenceToJudge, LeavesWanted } from './judging/judged-evidence.js';
export { KeyNames, boundedKey } from './judging/key-names.js';
export type { KeyNamesInTransaction } from './judging/key-names.js';
export { forgetJudged } from './judging/judged-tables.js';
export * from './judging/leaves.js';
export * from './judging/liveness.js';
export { deleteObservations, saveObservations } from './judging/observations.js';
export type { ObservationId, ObservationOfKey } from './judging/observations.js';
export * from './judging/outbox.js';
export * from './judging/points.js';
export * from './judging/progress.js';
export * from './judging/reconciliation.js';
export * from './judging/timelines.js';
export { claimNotices, recordAttempts } from './notices/attempts.js';
export type { Attempt, ClaimedNotice } from './notices/attempts.js';
export { noticeFigures, overdueNotices } from './notices/due-notices.js';
export type { DueNotice, NoticeFigures } from './notices/due-notices.js';
export { lockDueGroups, lockOnRecord } from './notices/on-record.js';
export { savePlan } from './notices/save-plan.js';
export { activeControls, addStateChange, controlsMark, lockWatch, missedChanges } from './notices/watching.js';
