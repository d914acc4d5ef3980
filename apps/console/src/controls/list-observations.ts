import { toInstant } from '@tickmark/contracts';
import type { Observation } from '@tickmark/evaluation';
import { readKeyIds, readObservations } from '@tickmark/persistence';
import type { ObservationPosition, Outcome, StoredObservation } from '@tickmark/persistence';
import { z } from 'zod';
import { bigId, cursorOf, EARLIEST_MS, instantOrNull, positionMs, positionText, smallId } from '../http/query.js';
import type { Input } from '../http/route.js';
import { definitionOf } from '../judged/definition-of.js';
import { hiddenOccurrences } from '../judged/hidden-occurrences.js';
import { collectKnown } from '../judged/known-then.js';
import type { ReadableCheck, View, Views } from '../judged/view.js';
import { withKeyIds } from '../judged/key-ids.js';
import { verdictId } from '../replay/verdict-id.js';
import type { listObservations } from './controls.routes.js';

const stored = z.strictObject({ checkId: smallId, keyId: bigId, atMs: positionMs, occurrence: positionText });
const then = z.strictObject({ checkId: smallId, keyId: bigId, skip: bigId.optional() });
const storedCursor = cursorOf('observations', stored);
const thenCursor = cursorOf('observations-then', then);

type Query = Input<typeof listObservations>['query'];

interface Shown {
  readonly checkId: number;
  readonly keyId: number;
  readonly check: string;
  readonly observation: Observation;
}

const ROWS_MOST = 20_000;
const ROWS_AT_ONCE = 1_000;

export class ListObservations {
  constructor(private readonly views: Views) {}

  execute({ params, query }: Input<typeof listObservations>) {
    return this.views.with({ knownAtMs: query.knownAt }, async (view) => {
      definitionOf(view, params.id);
      const checks = view.checks.filter(({ control }) => control === params.id);
      const found = view.knownAtMs === undefined ? await storedOnes(view, checks, query) : await knownOnes(view, checks, query);
      return { ...found, judgedUntil: instantOrNull(view.judging.watermarkMs) };
    });
  }
}

async function storedOnes(view: View, checks: readonly ReadableCheck[], query: Query) {
  const wantedKey = await keyWanted(view, query.key);
  if (wantedKey === undefined) return { items: [], nextCursor: null };
  const byId = new Map(checks.map((check) => [check.id, check]));
  const { whyHidden } = await hiddenOccurrences(view, checks);
  const asked = { checkIds: [...byId.keys()], ...rangeOf(view, query), ...wantedKey, ...outcomesOf(query), limit: ROWS_AT_ONCE };
  const shown: Shown[] = [];
  let after: ObservationPosition | undefined = storedCursor.read(query.cursor);
  for (let looked = 0; looked < ROWS_MOST; ) {
    const rows = await readObservations(view.snapshot, { ...asked, ...(after === undefined ? {} : { after }) });
    for (const row of rows) {
      if (shown.length === query.limit) return toAnswer(shown, after && storedCursor.write(after));
      const { checkId, keyId, atMs, occurrence } = row;
      shown.push(...wanted(byId.get(checkId), withHiding(row, whyHidden(row)), query).map((one) => ({ ...one, keyId })));
      after = { checkId, keyId, atMs, occurrence };
    }
    looked += rows.length;
    if (rows.length < ROWS_AT_ONCE) return toAnswer(shown, undefined);
  }
  return toAnswer(shown, after && storedCursor.write(after));
}

/** Undefined: that key was never seen. */
async function keyWanted(view: View, key: string | undefined): Promise<{ readonly keyId?: number } | undefined> {
  if (key === undefined) return {};
  const keyId = (await readKeyIds(view.snapshot, [key])).get(key);
  return keyId === undefined ? undefined : { keyId };
}

async function knownOnes(view: View, checks: readonly ReadableCheck[], query: Query) {
  const range = rangeOf(view, query);
  const { rows, next } = await collectKnown(view, checks, {
    after: thenCursor.read(query.cursor),
    limit: query.limit,
    key: query.key,
    pick: ({ check, timeline }) =>
      [...timeline.observations]
        .sort((a, b) => a.atMs - b.atMs)
        .filter(({ atMs }) => atMs >= range.fromMs && atMs < range.toMs)
        .flatMap((observation) => wanted(check, observation, query))
        .map((one) => ({ ...one, key: timeline.key })),
  });
  return toAnswer(await withKeyIds(view, rows), next && thenCursor.write(next));
}

const rangeOf = (view: View, { from, to }: Query) => ({
  fromMs: from ?? EARLIEST_MS,
  // Sources' clocks may run ahead a little: what is there is shown.
  toMs: to ?? view.judging.nowMs + 86_400_000,
});

/** A failure that blindness hides is shown as unknown: both are looked for. */
function outcomesOf({ outcome }: Query): { readonly outcomes?: readonly Outcome[] } {
  if (outcome === undefined) return {};
  return { outcomes: outcome === 'unknown' ? ['unknown', 'fail'] : [outcome] };
}

const withHiding = (row: StoredObservation, cause: string | undefined): Observation =>
  cause === undefined || row.outcome !== 'fail' ? row : { ...row, outcome: 'unknown', reason: cause };

/** What occurred outside a version's time belongs to the version that was in force then. */
function wanted(check: ReadableCheck | undefined, observation: Observation, { outcome }: Query): readonly Omit<Shown, 'keyId'>[] {
  if (check === undefined || (outcome !== undefined && observation.outcome !== outcome)) return [];
  const { id, effectiveFromMs, effectiveToMs = Infinity, name } = check;
  return observation.atMs >= effectiveFromMs && observation.atMs < effectiveToMs ? [{ checkId: id, check: name, observation }] : [];
}

const toAnswer = (shown: readonly Shown[], nextCursor: string | undefined) => ({
  items: shown.map(show),
  nextCursor: nextCursor ?? null,
});

function show({ checkId, keyId, check, observation }: Shown) {
  const { key, occurrence, atMs, outcome, decidedAtMs, reason, system, evidenceIds } = observation;
  return {
    id: verdictId({ kind: 'occurrence', checkId, keyId, atMs, occurrence }),
    key,
    check,
    occurrence,
    at: toInstant(atMs),
    outcome,
    decidedAt: instantOrNull(decidedAtMs),
    ...(reason === undefined ? {} : { reason }),
    ...(system === undefined ? {} : { system }),
    evidenceIds,
  };
}
