import { toInstant } from '@tickmark/contracts';
import { stateAt } from '@tickmark/evaluation';
import { boundedKey, readKeyIds, readKeySegments } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import { clip, controlTimeline } from '@tickmark/reporting';
import type { CausedStretch, Period } from '@tickmark/reporting';
import { z } from 'zod';
import { cursorOf, instantOrNull, positionMs, positionText, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import { definitionOf } from '../judged/definition-of.js';
import { groupsThen } from '../judged/known-then.js';
import type { KeyThen } from '../judged/known-then.js';
import { effective } from '../judged/view.js';
import type { ReadableCheck, View, Views } from '../judged/view.js';
import { verdictId } from '../replay/verdict-id.js';
import type { showTimeline } from './controls.routes.js';

const position = z.strictObject({ check: positionText, from: positionMs });
const cursor = cursorOf('timeline', position);

interface Shown {
  /** Empty: the control's own. */
  readonly check: string;
  readonly stretch: CausedStretch & { readonly toMs: number };
  /** Of the state on record that it is part of. */
  readonly id?: string | undefined;
}

export class ShowTimeline {
  constructor(private readonly views: Views) {}

  execute({ params, query }: Input<typeof showTimeline>) {
    const after = cursor.read(query.cursor);
    return this.views.with({ knownAtMs: query.knownAt }, async (view) => {
      definitionOf(view, params.id);
      const checks = view.checks.filter(({ control }) => control === params.id);
      const period = periodOf(view, checks, query);
      const all = query.key === undefined ? await ofControl(view, checks, period) : await ofKey(view, checks, { key: query.key, period });
      const rest = all.filter(({ check, stretch }) => after === undefined || isAfter({ check, from: stretch.fromMs }, after));
      const page = toPage(rest, query.limit, (shown) => show(shown, query.key), (shown) =>
        cursor.write({ check: shown.check, from: shown.stretch.fromMs }),
      );
      return { ...page, judgedUntil: instantOrNull(view.judging.watermarkMs) };
    });
  }
}

const isAfter = (a: z.output<typeof position>, b: z.output<typeof position>): boolean =>
  a.check > b.check || (a.check === b.check && a.from > b.from);

/** From when the control is in force until now, unless less is asked for: nobody knows the future. */
function periodOf(view: View, checks: readonly ReadableCheck[], { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined }): Period {
  const nowMs = view.judging.nowMs;
  const begunMs = Math.min(nowMs, ...checks.map(({ effectiveFromMs }) => effectiveFromMs));
  const period = { fromMs: from ?? begunMs, toMs: Math.min(to ?? nowMs, nowMs) };
  if (to === undefined || from === undefined || from < to) return period;
  throw new HttpProblem(400, 'The query is not valid; see errors.', {
    errors: [{ pointer: '/to', message: 'must be after from: the range is half-open, [from, to)' }],
  });
}

async function ofKey(
  view: View,
  checks: readonly ReadableCheck[],
  { key, period }: { readonly key: string; readonly period: Period },
): Promise<readonly Shown[]> {
  const shown: Shown[] = [];
  const keyId = (await readKeyIds(view.snapshot, [boundedKey(key)])).get(boundedKey(key));
  for await (const { check, segments, recorded } of keysOf(view, checks, { key, period })) {
    const idAt = (atMs: number): string | undefined => {
      const segment = stateAt(recorded, atMs);
      return segment === undefined || keyId === undefined ? undefined : verdictId({ kind: 'state', checkId: check.id, keyId, fromMs: segment.fromMs });
    };
    shown.push(...clipped(segments, period).map((stretch) => ({ check: check.name, stretch, id: idAt(stretch.fromMs) })));
  }
  return shown.sort((a, b) => (isAfter({ check: a.check, from: a.stretch.fromMs }, { check: b.check, from: b.stretch.fromMs }) ? 1 : -1));
}

async function ofControl(view: View, checks: readonly ReadableCheck[], period: Period): Promise<readonly Shown[]> {
  const timeline = controlTimeline(period);
  for await (const { segments } of keysOf(view, checks, { period })) timeline.add(segments);
  return timeline.finish(inForceOf(checks)).map((stretch) => ({ check: '', stretch }));
}

interface Wanted {
  readonly key?: string;
  readonly period: Period;
}

/** Effective segments of the keys: as stored, or as they would have been known then. */
async function* keysOf(view: View, checks: readonly ReadableCheck[], { key, period }: Wanted) {
  if (view.knownAtMs !== undefined) {
    for await (const { keys } of groupsThen(view, checks)) yield* thenOf(keys, key);
    return;
  }
  const keyId = key === undefined ? undefined : (await readKeyIds(view.snapshot, [key])).get(key);
  if (key !== undefined && keyId === undefined) return;
  for (const check of checks) {
    const range = { checkId: check.id, ...period, named: true, ...(keyId === undefined ? {} : { keyId }) };
    for await (const one of readKeySegments(view.snapshot, range)) yield { check, segments: effective(view, check, one, one.segments), recorded: one.segments };
  }
}

const thenOf = (keys: readonly KeyThen[], key: string | undefined) =>
  keys.filter(({ timeline }) => key === undefined || timeline.key === key).map(({ check, segments, timeline }) => ({ check, segments, recorded: timeline.segments }));

const clipped = (segments: readonly CausedStretch[], period: Period): readonly Shown['stretch'][] =>
  segments.flatMap((segment) => {
    const part = clip(period, segment.fromMs, segment.toMs);
    return part === undefined ? [] : [{ ...segment, ...part }];
  });

/** When the control is in force: the union of its checks' times, whatever their logic. */
export function inForceOf(checks: readonly ReadableCheck[]): readonly Period[] {
  const parts = checks
    .map(({ effectiveFromMs, effectiveToMs = Infinity }) => ({ fromMs: effectiveFromMs, toMs: effectiveToMs }))
    .sort((a, b) => a.fromMs - b.fromMs);
  const joined: Period[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last !== undefined && part.fromMs <= last.toMs) joined[joined.length - 1] = { ...last, toMs: Math.max(last.toMs, part.toMs) };
    else joined.push(part);
  }
  return joined;
}

function show({ check, stretch, id }: Shown, key: string | undefined) {
  const { state, fromMs, toMs, reason, evidenceId } = stretch;
  return {
    id: id ?? null,
    key: key ?? null,
    check: check === '' ? null : check,
    state,
    from: toInstant(fromMs),
    to: toInstant(toMs),
    ...(reason === undefined ? {} : { reason }),
    ...(evidenceId === undefined ? {} : { evidenceId }),
  };
}
