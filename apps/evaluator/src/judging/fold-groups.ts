import { feedsDeclareFromMs } from '@tickmark/evaluation';
import type { Population } from '@tickmark/evaluation';
import type { CheckState, StoredPoint, WatchedFeedRow } from '@tickmark/persistence';
import {
  addSnapshots,
  boundedKey,
  dropSnapshotsFrom,
  insertPoints,
  loadDeviations,
  lockCheckStates,
  readJudgingWatermark,
  saveCheckStates,
  watchedFeeds,
} from '@tickmark/persistence';
import { isShadow } from '../catalogue/live-catalogue.js';
import type { LiveCheck } from '../catalogue/live-catalogue.js';
import { addDifference, noDifference } from './difference.js';
import { noteDraftErrors } from './draft-errors.js';
import { guarded } from './draft-failed.js';
import { errorGapChanges } from './error-gaps.js';
import { deviationsOf } from './group-deviations.js';
import type { GroupDeviations, JudgedGroup, KeyDeviations } from './group-deviations.js';
import { idOf, planGroups } from './group-plan.js';
import type { Candidate, GroupPlan, GroupToJudge } from './group-plan.js';
import { readBlinds } from './sight.js';
import type { Blinds } from './sight.js';
import { nextTail } from './tail.js';
import { applyGapChanges } from './unit.js';
import type { Unit } from './unit.js';
import { RecordsOfKeys } from './records-of-keys.js';
import { tellChanges, writeDeviations, writeDifference } from './write-judged.js';

export interface Folded {
  readonly judged: readonly JudgedGroup[];
  /** Checks whose keys began, retired or vanished. */
  readonly populated: ReadonlySet<number>;
}

/** What a check of this kind counts; undefined for all others. */
export type CountedBy = (check: LiveCheck) => Population | undefined;

/**
 * Locks the groups in order, stores their new points, folds them from a settled base, and writes what differs from what
 * is stored.
 */
export async function foldGroups(unit: Unit, groups: readonly GroupToJudge[], countedBy: CountedBy = () => undefined): Promise<Folded> {
  if (groups.length === 0) return { judged: [], populated: new Set() };
  const { transaction } = unit;
  const states = new Map((await lockCheckStates(transaction, groups)).map((state) => [idOf(state), state]));
  const fresh = Map.groupBy(await insertPoints(transaction, groups.flatMap(({ points }) => points)), idOf);
  // After the locks: nobody may have judged these groups by a later watermark than ours.
  const watermarkMs = await readJudgingWatermark(transaction);
  const plans = await planGroups(transaction, candidatesOf(unit, groups, { states, fresh, watermarkMs }));
  if (plans.length === 0) return { judged: [], populated: new Set() };
  const feeds = plans.some(({ check }) => check.compiled.kind === 'cadence') ? await watchedFeeds(transaction) : [];
  const judged = plans.map((plan): JudgedGroup => ({
    plan,
    judgement: guarded(plan.check, () => judge(plan, { watermarkMs, feeds, population: countedBy(plan.check) })),
  }));
  return { judged, populated: await write(unit, judged, watermarkMs) };
}

interface Locked {
  readonly states: ReadonlyMap<string, CheckState>;
  readonly fresh: ReadonlyMap<string, StoredPoint[]>;
  readonly watermarkMs: number | undefined;
}

function candidatesOf(unit: Unit, groups: readonly GroupToJudge[], { states, fresh, watermarkMs }: Locked): readonly Candidate[] {
  return groups.flatMap((group) => {
    const check = unit.catalogue.checks.get(group.checkId);
    const state = states.get(idOf(group));
    return check === undefined || state === undefined ? [] : [{ group, check, state, fresh: fresh.get(idOf(group)) ?? [], watermarkMs }];
  });
}

interface Knowing {
  readonly watermarkMs: number | undefined;
  readonly feeds: readonly WatchedFeedRow[];
  readonly population: Population | undefined;
}

function judge({ check, group, carry, points }: GroupPlan, { watermarkMs, feeds, population }: Knowing): JudgedGroup['judgement'] {
  const judgement = check.compiled.judge(group.group, carry, points, {
    effectiveFromMs: check.effectiveFromMs,
    heardFromMs: feedsDeclareFromMs(check.compiled, feeds),
    ...(check.effectiveToMs === undefined ? {} : { effectiveToMs: check.effectiveToMs }),
    ...(watermarkMs === undefined ? {} : { watermarkMs }),
    ...(population === undefined ? {} : { population }),
  });
  return { ...judgement, keys: judgement.keys.map((timeline) => ({ ...timeline, key: boundedKey(timeline.key) })) };
}

async function write(unit: Unit, judged: readonly JudgedGroup[], watermarkMs: number | undefined): Promise<ReadonlySet<number>> {
  const { transaction, nowMs } = unit;
  const keyIds = await unit.keyNames.ids(judged.flatMap(({ judgement }) => judgement.keys.map(({ key }) => key)));
  const difference = noDifference();
  const changes = judged.map((one) => ({
    ...one,
    states: addDifference({ group: groupOf(one), baseMs: one.plan.baseMs, before: one.plan.stored.keys, after: one.judgement.keys, keyIds }, difference),
  }));
  await writeDifference(unit, difference);
  const told = changes.filter(({ plan }) => !isShadow(plan.check));
  await applyGapChanges(unit, await errorGapChanges(transaction, erringGroups(told), nowMs), ({ control }) => ({ controls: control === undefined ? [] : [control] }));
  await noteDraftErrors(unit, judged.flatMap(({ plan, judgement }) => judgement.errors.map((error) => ({ ...error, check: plan.check, atMs: error.fromMs }))));
  const concerned = told.filter(mayDeviate);
  const isNews = concerned.length > 0 || told.some(({ states }) => states.length > 0);
  const blinds = isNews ? await readBlinds(transaction, sightFromMs(told)) : NO_BLINDS;
  const deviations = await derive(unit, concerned, { blinds, watermarkMs, keyIds });
  await writeDeviations(unit, deviations);
  tellChanges(unit, told, { blinds, deviations });
  await saveStates(unit, judged, { keyIds, deviations });
  return new Set([...difference.spans, ...difference.goneKeys].map(({ checkId }) => checkId));
}

const groupOf = ({ plan }: JudgedGroup) => ({ checkId: plan.group.checkId, groupId: plan.group.groupId });

const erringGroups = (judged: readonly JudgedGroup[]) =>
  judged
    .filter(({ plan, judgement }) => plan.tail.erring || plan.rebased || judgement.errors.length > 0)
    .map(({ plan, judgement }) => ({ ...plan.group, check: plan.check, baseMs: plan.baseMs, errors: judgement.errors }));

/** Also what lay over the beginning of a failure that goes on since before the base: its range is told by it. */
const sightFromMs = (judged: readonly JudgedGroup[]): number => {
  const begins = judged.flatMap(({ plan, judgement }) => [plan.baseMs, ...judgement.keys.flatMap(({ failures }) => failures.map(({ fromMs }) => fromMs))]);
  return Math.max(0, begins.reduce((least, ms) => Math.min(least, ms), Infinity));
};

interface Deriving {
  readonly blinds: Blinds;
  readonly watermarkMs: number | undefined;
  readonly keyIds: ReadonlyMap<string, number>;
}

const NO_BLINDS: Blinds = { blindness: [], feeds: [], settleMs: 0 };

const mayDeviate = ({ plan, judgement }: JudgedGroup): boolean =>
  plan.tail.deviating || plan.rebased || judgement.keys.some(({ failures }) => failures.length > 0);

async function derive(unit: Unit, concerned: readonly JudgedGroup[], { blinds, watermarkMs, keyIds }: Deriving): Promise<readonly GroupDeviations[]> {
  if (concerned.length === 0) return [];
  const wanted = concerned.map((one) => ({ one, keys: keysOf(one, keyIds) }));
  const stored = new RecordsOfKeys(await loadDeviations(unit.transaction, wanted.flatMap(({ keys }) => keys)));
  const context = { blinds, watermarkMs, nowMs: unit.nowMs, newId: unit.newId };
  // The older version first: what it says of a stretch is on record when the newer one goes on from it.
  return wanted.toSorted((a, b) => a.one.plan.check.id - b.one.plan.check.id).map(({ one, keys }): GroupDeviations => {
    const records = keys.flatMap((key) => stored.of(key));
    const ids = new Map([...keyIds, ...records.map((record): [string, number] => [record.record.key, record.keyId])]);
    const derived = deviationsOf(one, records, context).map((key) => ({ ...key, keyId: ids.get(key.key) ?? 0 }));
    const place = { ...groupOf(one), control: one.plan.check.control.id, check: one.plan.check.compiled.name };
    for (const { keyId, changes } of derived) for (const { record } of changes) stored.put({ ...place, keyId, record });
    return { judged: one, keys: derived };
  });
}

/** Also keys that are gone: what was on record of them is withdrawn. */
function keysOf({ plan, judgement }: JudgedGroup, keyIds: ReadonlyMap<string, number>) {
  const gone = plan.stored.keys.map(({ keyId }) => keyId);
  const present = judgement.keys.flatMap(({ key }) => keyIds.get(key) ?? []);
  const place = { control: plan.check.control.id, check: plan.check.compiled.name, ...(Number.isFinite(plan.baseMs) ? { baseMs: plan.baseMs } : {}) };
  return [...new Set([...gone, ...present])].map((keyId) => ({ ...place, keyId }));
}

interface Saving {
  readonly keyIds: ReadonlyMap<string, number>;
  readonly deviations: readonly GroupDeviations[];
}

async function saveStates({ transaction }: Unit, judged: readonly JudgedGroup[], { keyIds, deviations }: Saving): Promise<void> {
  const derived = new Map(deviations.map((one) => [idOf(one.judged.plan.group), one.keys]));
  await dropSnapshotsFrom(transaction, judged.flatMap(({ plan }) => (plan.rebased ? [{ ...plan.group, atMs: Math.max(plan.baseMs + 1, 0) }] : [])));
  await addSnapshots(transaction, judged.flatMap(({ plan, judgement }) => judgement.snapshots.map((carry) => ({ ...plan.group, carry }))));
  await saveCheckStates(
    transaction,
    judged.map(({ plan, judgement }) => {
      const keys = derived.get(idOf(plan.group)) ?? [];
      const due = earliest(judgement.due, keys);
      return {
        ...plan.group,
        ...(judgement.carry === undefined ? {} : { carry: judgement.carry }),
        tail: nextTail({ judgement, points: plan.points, keyIds, deviating: keys.some(({ isOpen }) => isOpen) }),
        ...(due === undefined ? {} : { due }),
      };
    }),
  );
}

type Due = NonNullable<JudgedGroup['judgement']['due']>;

/** A failure that blindness hides is looked at again when it can be told. */
function earliest(due: Due | undefined, keys: readonly KeyDeviations[]): Due | undefined {
  const rechecks = keys.flatMap(({ recheckMs }) => recheckMs ?? []);
  if (rechecks.length === 0) return due;
  const recheckMs = Math.min(...rechecks);
  return due !== undefined && due.readyMs <= recheckMs ? due : { atMs: recheckMs, readyMs: recheckMs };
}
