import { compareKeyOrder } from '@tickmark/evaluation';
import type { Carry, Point } from '@tickmark/evaluation';
import type { CheckState, NamedGroup, Queryable, StoredPoint, StoredTimeline } from '@tickmark/persistence';
import { loadPoints, loadTimelines, snapshotsBefore } from '@tickmark/persistence';
import type { LiveCheck } from '../catalogue/live-catalogue.js';
import { tailOf } from './tail.js';
import type { StoredGroup, Tail } from './tail.js';

/** A group that may have to be judged, and why. */
export interface GroupToJudge extends NamedGroup {
  /** Not yet stored; doubles are found out when they are. */
  readonly points: readonly StoredPoint[];
  /** Also without a new point: it is due, it begins, or what is stored has to be looked at again from an instant on. */
  readonly also?: 'when-due' | 'always' | { readonly fromMs: number };
}

/** A group that is judged: from which base, with what is stored from there on. */
export interface GroupPlan {
  readonly group: NamedGroup;
  readonly check: LiveCheck;
  readonly tail: Tail;
  readonly carry?: Carry;
  readonly baseMs: number;
  /** Judged anew from an earlier base than the stored carry. */
  readonly rebased: boolean;
  readonly stored: StoredGroup;
  /** Sorted, after the carry, the new ones among them. */
  readonly points: readonly Point[];
  readonly freshPoints: readonly Point[];
  /** Since when it was due, where that is why it is judged. */
  readonly dueMs?: number;
}

export interface Candidate {
  readonly group: GroupToJudge;
  readonly check: LiveCheck;
  readonly state: CheckState;
  /** New points, by now stored. */
  readonly fresh: readonly StoredPoint[];
  readonly watermarkMs: number | undefined;
}

/** Where the group has to be judged from; undefined when there is nothing to judge. */
function earliestChange({ group, state, fresh, watermarkMs }: Candidate): number | undefined {
  const { also } = group;
  const places = fresh.map(({ point }) => point.atMs);
  if (typeof also === 'object') places.push(also.fromMs);
  if (places.length > 0) return Math.min(...places);
  if (also === 'always') return Infinity;
  const due = also === 'when-due' && watermarkMs !== undefined && (state.due?.readyMs ?? Infinity) <= watermarkMs;
  return due ? Infinity : undefined;
}

/** In order: everything is in the state row. Late: the last snapshot before it, or from scratch, with the tables. */
export async function planGroups(transaction: Queryable, candidates: readonly Candidate[]): Promise<readonly GroupPlan[]> {
  const wanted = candidates.flatMap((candidate) => {
    const changeMs = earliestChange(candidate);
    return changeMs === undefined ? [] : [{ ...candidate, changeMs, late: changeMs <= (candidate.state.carry?.atMs ?? -Infinity) }];
  });
  const snapshots = await snapshotsBefore(
    transaction,
    wanted.filter(({ late, changeMs }) => late && Number.isFinite(changeMs)).map(({ state, changeMs }) => ({ checkId: state.checkId, groupId: state.groupId, atMs: changeMs })),
  );
  const earlier = new Map(snapshots.map((one) => [idOf(one), one.carry]));
  const bases = wanted.map((one) => ({ ...one, tail: tailOf(one.state), carry: one.late ? earlier.get(idOf(one.state)) : one.state.carry }));
  const fromTables = bases.filter(({ late, tail }) => late || tail.stored === undefined);
  const tables = await loadFromTables(transaction, fromTables);
  return bases.map(({ group, check, tail, late, carry, state, fresh }): GroupPlan => {
    const stored = (late ? undefined : tail.stored) ?? tables.get(idOf(state)) ?? { points: [], keys: [] };
    return {
      group,
      check,
      tail,
      ...(carry === undefined ? {} : { carry }),
      baseMs: carry?.atMs ?? -Infinity,
      rebased: late,
      stored,
      points: sortedAfter(carry, [...stored.points, ...fresh.map(({ point }) => point)]),
      freshPoints: fresh.map(({ point }) => point),
      ...(group.also === 'when-due' && state.due !== undefined ? { dueMs: state.due.readyMs } : {}),
    };
  });
}

interface Base {
  readonly state: CheckState;
  readonly carry: Carry | undefined;
}

async function loadFromTables(transaction: Queryable, bases: readonly Base[]): Promise<ReadonlyMap<string, StoredGroup>> {
  const wanted = bases.map(({ state, carry }) => ({
    checkId: state.checkId,
    groupId: state.groupId,
    ...(carry === undefined ? {} : { fromMs: carry.atMs, baseMs: carry.atMs }),
  }));
  const points = Map.groupBy(await loadPoints(transaction, wanted), idOf);
  const keys: Map<string, StoredTimeline[]> = Map.groupBy(await loadTimelines(transaction, wanted), idOf);
  return new Map(
    wanted.map((one) => [idOf(one), { points: points.get(idOf(one))?.map(({ point }) => point) ?? [], keys: keys.get(idOf(one)) ?? [] }]),
  );
}

/** The new points stand in the table too: doubles are one. */
function sortedAfter(carry: Carry | undefined, points: readonly Point[]): readonly Point[] {
  const after = carry === undefined ? points : points.filter((point) => compareKeyOrder(carry, point) < 0);
  const sorted = after.toSorted(compareKeyOrder);
  return sorted.filter((point, at) => {
    const before = sorted[at - 1];
    return before === undefined || compareKeyOrder(before, point) !== 0;
  });
}

export const idOf = ({ checkId, groupId }: { readonly checkId: number; readonly groupId: number }): string => `${checkId} ${groupId}`;
