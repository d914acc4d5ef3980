import { STATES } from '@tickmark/contracts';
import type { State } from '@tickmark/contracts';
import type { Segment } from '@tickmark/evaluation';
import { countPresent, readKeyIds, readPresent } from '@tickmark/persistence';
import type { PresentSegment } from '@tickmark/persistence';
import { controlStateOf } from '@tickmark/reporting';
import type { StateCounts } from '@tickmark/reporting';
import { effective } from './view.js';
import type { NamedKey, ReadableCheck, View } from './view.js';

/** How many keys with blindness of their own are looked at one by one. */
const PAGE = 1_000;

/** What a key is in now, blindness laid over. */
export const presentOf = (view: View, check: ReadableCheck, { segment, ...named }: PresentSegment): Segment | undefined =>
  atInstant(effective(view, check, named, [segment]), view.judging.nowMs);

const atInstant = (segments: readonly Segment[], atMs: number): Segment | undefined =>
  segments.find(({ fromMs, toMs = Infinity }) => fromMs <= atMs && atMs < toMs);

export interface ControlPresent {
  readonly state: State;
  readonly counts: StateCounts;
}

const noKeys = (): Record<State, number> => ({
  pass: 0, fail: 0, error: 0, unknown: 0, 'not-applicable': 0, 'no-occurrence': 0,
});

/** States of the controls now and how many keys are in which: counted in the database, blindness laid over the counts. */
export async function presentByControl(view: View, checks: readonly ReadableCheck[]): Promise<ReadonlyMap<string, ControlPresent>> {
  const byId = new Map(checks.map((check) => [check.id, check]));
  const counts = new Map<string, Record<State, number>>(checks.map(({ control }) => [control, noKeys()]));
  const add = (checkId: number, named: NamedKey, segment: Segment, keys: number): void => {
    const check = byId.get(checkId);
    const of = check === undefined ? undefined : counts.get(check.control);
    if (check === undefined || of === undefined) return;
    of[atInstant(effective(view, check, named, [segment]), view.judging.nowMs)?.state ?? 'unknown'] += keys;
  };
  const apart = await keysApart(view, byId);
  for (const { checkId, state, basis, feedIds, keys } of await countPresent(view.snapshot, [...byId.keys()], apart)) {
    add(checkId, { key: '', group: '' }, { state, basis, feedIds, fromMs: view.judging.nowMs }, keys);
  }
  for (const each of await readApart(view, byId, apart)) add(each.checkId, each, each.segment, 1);
  return new Map([...counts].map(([control, each]) => [control, { state: controlStateOf(each), counts: each }]));
}

/** Keys and groups that a check error blinds by name. */
async function keysApart(view: View, byId: ReadonlyMap<number, ReadableCheck>): Promise<readonly number[]> {
  const names = new Set([...byId.values()].map(({ control, name }) => `${control}/${name}`));
  const keys = view.blindness.flatMap(({ check, key }) => (key !== undefined && (check === undefined || names.has(check)) ? [key] : []));
  return keys.length === 0 ? [] : [...(await readKeyIds(view.snapshot, [...new Set(keys)])).values()];
}

async function readApart(
  view: View,
  byId: ReadonlyMap<number, ReadableCheck>,
  apart: readonly number[],
): Promise<readonly PresentSegment[]> {
  if (apart.length === 0) return [];
  const all: PresentSegment[] = [];
  for (let after: PresentSegment | undefined; ; ) {
    const page = { checkIds: [...byId.keys()], among: apart, limit: PAGE, ...(after === undefined ? {} : { after }) };
    const rows = await readPresent(view.snapshot, page);
    all.push(...rows);
    after = rows.at(-1);
    if (rows.length < PAGE) return all;
  }
}

/** Field names are camelCase, states are not. */
export interface ShownCounts {
  readonly pass: number;
  readonly fail: number;
  readonly error: number;
  readonly unknown: number;
  readonly notApplicable: number;
  readonly noOccurrence: number;
  readonly keys: number;
}

export function showCounts(counts: StateCounts): ShownCounts {
  return {
    pass: counts.pass,
    fail: counts.fail,
    error: counts.error,
    unknown: counts.unknown,
    notApplicable: counts['not-applicable'],
    noOccurrence: counts['no-occurrence'],
    keys: STATES.reduce((sum, state) => sum + counts[state], 0),
  };
}
