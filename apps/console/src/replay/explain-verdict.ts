import { toInstant } from '@tickmark/contracts';
import { Replay, feedsDeclareFromMs } from '@tickmark/evaluation';
import type { ExplainedExpression, Judgement, JudgingContext, Point } from '@tickmark/evaluation';
import { boundedKey, readDueOf, readJudgingWatermark, readPointsKnownAt } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import { instantOrNull } from '../http/query.js';
import type { Input } from '../http/route.js';
import { feedsThen } from '../judged/known-then.js';
import type { View, Views } from '../judged/view.js';
import { gatherEvidence } from './gather-evidence.js';
import type { EvidenceFault, ShownEvidence } from './gather-evidence.js';
import { fieldsOfObservation, fieldsOfSegment, recordedVerdict } from './recorded-verdict.js';
import type { RecordedVerdict, VerdictFields } from './recorded-verdict.js';
import type { explainVerdict } from './replay.routes.js';
import { versionInForce } from './version-in-force.js';
import type { VersionInForce } from './version-in-force.js';

const POINTS_MOST = 20_000;
const WHENEVER_MS = Date.UTC(9999, 0);
/** Beside the evidence that the verdict names: the last of its group before it. */
const SHOWN_BEFORE = 20;

interface Replayed {
  readonly fields: VerdictFields | undefined;
  readonly evidence: readonly ShownEvidence[];
  readonly leftOut: number;
  readonly expressions: readonly ExplainedExpression[];
  readonly faults: readonly EvidenceFault[];
}

/** Recomputes a verdict from its evidence and its version, by the live code, and says whether it is what stands on record. */
export class ExplainVerdict {
  constructor(private readonly views: Views) {}

  execute({ params }: Input<typeof explainVerdict>) {
    return this.views.with({}, async (view) => {
      const verdict = await recordedVerdict(view, params.id);
      if (verdict === undefined) throw new HttpProblem(404, 'There is no verdict with this id, or later evidence has changed it; the lists of observations, states and deviations have the present ones.');
      const version = await versionInForce(view.snapshot, verdict.check, verdict.asOfMs);
      if (version === undefined) throw new HttpProblem(404, 'The version of the control that judged is not on file.');
      return toAnswer(verdict, version, await replayed(view, verdict, version));
    });
  }
}

async function replayed(view: View, verdict: RecordedVerdict, { written, fault }: VersionInForce): Promise<Replayed> {
  const nothing = { fields: undefined, evidence: [], leftOut: 0, expressions: [], faults: [] };
  if (written === undefined) return { ...nothing, faults: [{ evidenceId: '', message: fault ?? '' }] };
  const { check, group, groupId } = verdict;
  if (check.compiled.judgeFeed !== undefined) {
    const watched = feedsThen(view, check).find(({ timeline }) => boundedKey(timeline.key) === verdict.key);
    return { ...nothing, fields: watched && fieldsIn({ keys: [watched.timeline] }, verdict) };
  }
  const stored = await readPointsKnownAt(view.snapshot, { checkId: check.id, groupId, knownAtMs: WHENEVER_MS, limit: POINTS_MOST + 1 });
  if (stored.length > POINTS_MOST) throw new HttpProblem(422, `The group of this verdict has more than ${POINTS_MOST} events, too many to judge again while you wait.`);
  const about = evidenceAbout(verdict, stored);
  const replay = new Replay(written, about);
  const wants = ({ atMs }: Point): boolean => check.effectiveToMs === undefined || check.compiled.timing === 'occurrence-based' || atMs < check.effectiveToMs;
  const { points, shown, faults } = await gatherEvidence({ snapshot: view.snapshot, replay, group, stored, about, wants });
  const clock = await clockOf(view, verdict);
  const expressions = replay.expressionsAsOf({ group, points, atMs: verdict.asOfMs, clock });
  const fields = fieldsIn(replay.judge(group, points, clock), verdict);
  const total = new Set(stored.map(({ evidenceId }) => evidenceId)).size;
  return { fields, evidence: shown, leftOut: Math.max(0, total - about.size), expressions, faults };
}

/** Judged as far as the record is: what is due and was not decided yet is not decided here either. */
async function clockOf({ snapshot, feeds }: View, { check, groupId }: RecordedVerdict): Promise<JudgingContext> {
  const watermarkMs = await readJudgingWatermark(snapshot);
  const dueMs = (await readDueOf(snapshot, { checkId: check.id, groupId })) ?? Infinity;
  return {
    effectiveFromMs: check.effectiveFromMs,
    heardFromMs: feedsDeclareFromMs(check.compiled, feeds.values()),
    ...(check.effectiveToMs === undefined ? {} : { effectiveToMs: check.effectiveToMs }),
    ...(watermarkMs === undefined ? {} : { watermarkMs: Math.min(watermarkMs, dueMs - 1) }),
  };
}

function evidenceAbout({ fields, asOfMs }: RecordedVerdict, stored: readonly Point[]): ReadonlySet<string> {
  const before = stored.filter(({ atMs }) => atMs <= asOfMs).toSorted((a, b) => b.atMs - a.atMs);
  const last = [...new Set(before.map(({ evidenceId }) => evidenceId))].slice(0, SHOWN_BEFORE);
  return new Set([...fields.evidenceIds, ...last]);
}

function fieldsIn({ keys }: Pick<Judgement, 'keys'>, { key, place }: RecordedVerdict): VerdictFields | undefined {
  const timeline = keys.find((one) => boundedKey(one.key) === key);
  if (place.kind === 'state') {
    const segment = timeline?.segments.find(({ fromMs }) => fromMs === place.fromMs);
    return segment && fieldsOfSegment(segment);
  }
  const observation = timeline?.observations.find(({ atMs, occurrence }) => atMs === place.atMs && occurrence === place.occurrence);
  return observation && fieldsOfObservation(observation);
}

function differencesOf(recorded: VerdictFields, recomputed: VerdictFields | undefined) {
  if (recomputed === undefined) return [{ field: 'outcome', recorded: recorded.outcome, recomputed: null }];
  const names = Object.keys(recorded) as (keyof VerdictFields)[];
  return names
    .filter((name) => JSON.stringify(recorded[name]) !== JSON.stringify(recomputed[name]))
    .map((field) => ({ field, recorded: recorded[field], recomputed: recomputed[field] }));
}

function toAnswer(verdict: RecordedVerdict, { version }: VersionInForce, { fields, evidence, leftOut, expressions, faults }: Replayed) {
  const { id, key, check, fields: recorded, hiddenBy, place } = verdict;
  const differences = differencesOf(recorded, fields);
  return {
    observation: { id, kind: place.kind, key, ...recorded, hiddenBy },
    control: { id: check.control, title: version.title, check: check.name, kind: check.kind },
    version: {
      definitionHash: version.definitionHash,
      logicHash: version.logicHash,
      effectiveFrom: toInstant(check.effectiveFromMs),
      effectiveTo: instantOrNull(check.effectiveToMs),
      yaml: version.yaml,
    },
    evidence: evidence.toSorted((a, b) => a.event.timeMs - b.event.timeMs).map(showEvidence),
    evidenceLeftOut: leftOut,
    expressions,
    recomputed: fields ?? null,
    // Unproven is never equal.
    equalsRecord: differences.length === 0 && faults.length === 0,
    differences,
    faults: faults.map(({ evidenceId, message }) => ({ evidenceId: evidenceId === '' ? null : evidenceId, message })),
  };
}

const showEvidence = ({ event, roles, unchanged }: ShownEvidence) => ({
  id: event.evidenceId,
  type: event.type,
  source: event.source,
  feed: event.feedName,
  time: toInstant(event.timeMs),
  receivedAt: toInstant(event.receivedAtMs),
  roles,
  data: event.data,
  unchanged,
});
