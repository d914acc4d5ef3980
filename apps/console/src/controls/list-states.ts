import { toInstant } from '@tickmark/contracts';
import type { State } from '@tickmark/contracts';
import { stateAt } from '@tickmark/evaluation';
import type { Segment } from '@tickmark/evaluation';
import { readKeyIds, readPresent } from '@tickmark/persistence';
import type { PresentSegment } from '@tickmark/persistence';
import { z } from 'zod';
import { bigId, cursorOf, instantOrNull, smallId } from '../http/query.js';
import type { Input } from '../http/route.js';
import { definitionOf } from '../judged/definition-of.js';
import { collectKnown } from '../judged/known-then.js';
import { presentOf } from '../judged/present-states.js';
import { checksNow } from '../judged/view.js';
import type { ReadableCheck, View, Views } from '../judged/view.js';
import { withKeyIds } from '../judged/key-ids.js';
import { verdictId } from '../replay/verdict-id.js';
import type { listStates } from './controls.routes.js';

const position = z.strictObject({ checkId: smallId, keyId: bigId, skip: bigId.optional() });
type Position = z.output<typeof position>;
const cursor = cursorOf('states', position);

type Query = Input<typeof listStates>['query'];

interface Shown {
  readonly checkId: number;
  readonly keyId: number;
  readonly key: string;
  readonly check: string;
  readonly segment: Segment;
  /** Where the segment begins that is on record, whatever blindness lies over it. */
  readonly recordedFromMs: number;
}

/** How many rows are looked at for one page; a filter that finds little gives a short page and a cursor. */
const ROWS_MOST = 20_000;
const ROWS_AT_ONCE = 1_000;

export class ListStates {
  constructor(private readonly views: Views) {}

  execute({ params, query }: Input<typeof listStates>) {
    return this.views.with({ knownAtMs: query.knownAt }, async (view) => {
      definitionOf(view, params.id);
      const checks = checksNow(view, params.id);
      const found = view.knownAtMs === undefined ? await presentStates(view, checks, query) : await statesThen(view, checks, query);
      return { ...found, judgedUntil: instantOrNull(view.judging.watermarkMs) };
    });
  }
}

async function presentStates(view: View, checks: readonly ReadableCheck[], query: Query) {
  const byId = new Map(checks.map((check) => [check.id, check]));
  const keyId = query.key === undefined ? undefined : (await readKeyIds(view.snapshot, [query.key])).get(query.key);
  if (query.key !== undefined && keyId === undefined) return { items: [], nextCursor: null };
  const shown: Shown[] = [];
  let after = cursor.read(query.cursor);
  for (let looked = 0; looked < ROWS_MOST; ) {
    const rows = await readPresent(view.snapshot, {
      checkIds: [...byId.keys()],
      limit: ROWS_AT_ONCE,
      ...(keyId === undefined ? {} : { keyId }),
      ...(after === undefined ? {} : { after }),
    });
    for (const row of rows) {
      if (shown.length === query.limit) return toAnswer(shown, after);
      shown.push(...wanted(view, byId.get(row.checkId), { row, state: query.state }));
      after = { checkId: row.checkId, keyId: row.keyId };
    }
    looked += rows.length;
    if (rows.length < ROWS_AT_ONCE) return toAnswer(shown, undefined);
  }
  return toAnswer(shown, after);
}

function wanted(
  view: View,
  check: ReadableCheck | undefined,
  { row, state }: { readonly row: PresentSegment; readonly state: State | undefined },
): readonly Shown[] {
  const segment = check === undefined ? undefined : presentOf(view, check, row);
  if (check === undefined || segment === undefined || (state !== undefined && segment.state !== state)) return [];
  const { checkId, keyId, key } = row;
  return [{ checkId, keyId, key, check: check.name, segment, recordedFromMs: row.segment.fromMs }];
}

async function statesThen(view: View, checks: readonly ReadableCheck[], query: Query) {
  const { rows, next } = await collectKnown(view, checks, {
    after: cursor.read(query.cursor),
    limit: query.limit,
    key: query.key,
    pick: ({ check, timeline, segments }): readonly Omit<Shown, 'keyId'>[] => {
      const segment = stateAt(segments, view.judging.nowMs);
      if (segment === undefined || (query.state !== undefined && segment.state !== query.state)) return [];
      const recordedFromMs = stateAt(timeline.segments, view.judging.nowMs)?.fromMs ?? segment.fromMs;
      return [{ checkId: check.id, key: timeline.key, check: check.name, segment, recordedFromMs }];
    },
  });
  return toAnswer(await withKeyIds(view, rows), next);
}

const toAnswer = (shown: readonly Shown[], next: Position | undefined) => ({
  items: shown.map(showState),
  nextCursor: next === undefined ? null : cursor.write(next),
});

function showState({ checkId, keyId, key, check, recordedFromMs, segment }: Shown) {
  const { state, fromMs, reason, evidenceId, system } = segment;
  return {
    id: verdictId({ kind: 'state', checkId, keyId, fromMs: recordedFromMs }),
    key,
    check,
    state,
    since: toInstant(fromMs),
    ...(reason === undefined ? {} : { reason }),
    ...(evidenceId === undefined ? {} : { evidenceId }),
    ...(system === undefined ? {} : { system }),
  };
}
