import { loadDraft } from '@tickmark/catalogue';
import { toInstant } from '@tickmark/contracts';
import { kindById } from '@tickmark/evaluation';
import type { Segment } from '@tickmark/evaluation';
import { readActivation, readFailedSince, readKeysOfChecks, readSegmentsSince, readShadow, shadowChecks, shadowErrors } from '@tickmark/persistence';
import type { FailedOccurrence, KeyOfChecks, SegmentSince, Shadow } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import { z } from 'zod';
import { bigId, cursorOf, instantOrNull } from '../http/query.js';
import type { Input } from '../http/route.js';
import { hiddenOccurrences } from '../judged/hidden-occurrences.js';
import type { HiddenOccurrences } from '../judged/hidden-occurrences.js';
import { effective } from '../judged/view.js';
import type { ReadableCheck, View, Views } from '../judged/view.js';
import { showShadow } from './shadows.js';
import type { compareShadow } from './shadows.routes.js';

const cursor = cursorOf('shadow', z.strictObject({ keyId: bigId }));

/** How many keys are looked at for one page; where little differs the page is short and has a cursor. */
const KEYS_MOST = 10_000;
const KEYS_AT_ONCE = 500;
const ERRORS_SHOWN = 20;

/** What a draft says otherwise than the live control, key by key, since it is judged. */
export class CompareShadow {
  constructor(private readonly views: Views) {}

  execute({ params, query }: Input<typeof compareShadow>) {
    return this.views.with({}, async (view) => {
      const shadow = await readShadow(view.snapshot, params.id);
      if (shadow === undefined) throw new HttpProblem(404, 'There is no shadow with this id.');
      const { count, latest } = await shadowErrors(view.snapshot, shadow.id, ERRORS_SHOWN);
      const found = await differences(view, shadow, { afterKeyId: cursor.read(query.cursor)?.keyId ?? -1, limit: query.limit });
      return {
        ...showShadow(shadow),
        yaml: shadow.yaml,
        errors: { count, latest: latest.map(({ check, evidenceId, atMs, message }) => ({ check, at: toInstant(atMs), evidenceId, message })) },
        judgedUntil: instantOrNull(view.judging.watermarkMs),
        ...found,
      };
    });
  }
}

interface Sides {
  readonly sinceMs: number;
  readonly live: readonly ReadableCheck[];
  readonly draft: readonly ReadableCheck[];
  readonly hidden: HiddenOccurrences;
}

async function differences(view: View, shadow: Shadow, page: { readonly afterKeyId: number; readonly limit: number }) {
  const sides = await sidesOf(view, shadow);
  const items: ReturnType<typeof compareKey> = [];
  if (sides === undefined) return { items, nextCursor: null };
  let { afterKeyId } = page;
  for (let looked = 0; looked < KEYS_MOST; ) {
    const checkIds = [...sides.live, ...sides.draft].map(({ id }) => id);
    const keys = await readKeysOfChecks(view.snapshot, checkIds, { afterKeyId, limit: KEYS_AT_ONCE });
    const wanted = { checkIds, keyIds: keys.map(({ keyId }) => keyId), sinceMs: sides.sinceMs };
    const segments = Map.groupBy(await readSegmentsSince(view.snapshot, wanted), ({ keyId }) => keyId);
    const failed = Map.groupBy(await readFailedSince(view.snapshot, wanted), ({ keyId }) => keyId);
    for (const key of keys) {
      if (items.length >= page.limit) return { items, nextCursor: cursor.write({ keyId: afterKeyId }) };
      items.push(...compareKey(view, sides, { key, segments: segments.get(key.keyId) ?? [], failed: failed.get(key.keyId) ?? [] }));
      afterKeyId = key.keyId;
    }
    if (keys.length < KEYS_AT_ONCE) return { items, nextCursor: null };
    looked += keys.length;
  }
  return { items, nextCursor: cursor.write({ keyId: afterKeyId }) };
}

/** Undefined: the draft is not judged. */
async function sidesOf(view: View, { id, control, startedAtMs, activation, yaml }: Shadow): Promise<Sides | undefined> {
  const rows = await shadowChecks(view.snapshot, id);
  if (startedAtMs === undefined || rows.length === 0) return undefined;
  const { draft } = loadDraft((await readActivation(view.snapshot, activation))?.files ?? [], yaml, kindById);
  if (draft === undefined) throw new Error(`the draft of shadow ${id} no longer loads`);
  const drafts = rows.flatMap((row): ReadableCheck[] => {
    const written = draft.control.checks.find(({ name }) => name === row.name);
    const kind = kindById.get(row.kind);
    if (written === undefined || kind === undefined) return [];
    const compiled = kind.compile(draft.control, written, draft.catalogue.eventTypes);
    const feeds = [...view.feeds.values()].filter(({ production, types }) => production && compiled.neededTypes.some((type) => types.includes(type)));
    // A control of its own for blindness: errors of the live check do not blind the draft.
    return [{ ...row, control: `shadow ${id}: ${control}`, compiled, namedFeeds: feeds.map(({ feedId }) => feedId) }];
  });
  const live = view.checks.filter(
    (check) => check.control === control && check.effectiveFromMs <= view.judging.nowMs && (check.effectiveToMs ?? Infinity) > startedAtMs,
  );
  return { sinceMs: startedAtMs, live, draft: drafts, hidden: await hiddenOccurrences(view, [...live, ...drafts]) };
}

interface Judged {
  readonly key: KeyOfChecks;
  readonly segments: readonly SegmentSince[];
  readonly failed: readonly FailedOccurrence[];
}

/** One row for each check of the key that differs in its present state or in how often it failed. */
function compareKey(view: View, sides: Sides, judged: Judged) {
  const names = [...new Set([...sides.live, ...sides.draft].map(({ name }) => name))].sort();
  return names.flatMap((name) => {
    const live = sideOf(view, sides.live.filter((check) => check.name === name), { sides, judged });
    const draft = sideOf(view, sides.draft.filter((check) => check.name === name), { sides, judged });
    const isSame = live?.state === draft?.state && live?.failures === draft?.failures;
    return isSame ? [] : [{ key: judged.key.key, check: name, live, draft }];
  });
}

/** By the versions that were in force since; null: no such key on this side. */
function sideOf(view: View, checks: readonly ReadableCheck[], { sides, judged }: { readonly sides: Sides; readonly judged: Judged }) {
  const lanes = checks.map((check) => {
    const own = judged.segments.filter(({ checkId }) => checkId === check.id).map(({ segment }) => segment);
    const shown = effective(view, check, judged.key, own).filter(({ toMs = Infinity }) => toMs > sides.sinceMs);
    return { shown, failures: failuresOf(check, shown, { sides, judged }) };
  });
  const present = lanes.flatMap(({ shown }) => shown).findLast(({ fromMs, toMs = Infinity }) => fromMs <= view.judging.nowMs && view.judging.nowMs < toMs);
  if (present === undefined) return null;
  const { state, fromMs, reason, evidenceId } = present;
  return {
    state,
    since: toInstant(fromMs),
    ...(reason === undefined ? {} : { reason }),
    ...(evidenceId === undefined ? {} : { evidenceId }),
    failures: lanes.reduce((sum, { failures }) => sum + failures, 0),
  };
}

function failuresOf(check: ReadableCheck, shown: readonly Segment[], { sides, judged }: { readonly sides: Sides; readonly judged: Judged }): number {
  if (check.compiled.timing === 'occurrence-based') {
    return judged.failed.filter((one) => one.checkId === check.id && sides.hidden.whyHidden(one) === undefined).length;
  }
  return shown.filter(({ state }, index) => state === 'fail' && shown[index - 1]?.state !== 'fail').length;
}
