import { BLINDING_CAUSES, toInstant } from '@tickmark/contracts';
import { readGap, readGaps } from '@tickmark/persistence';
import type { StoredGap } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import { z } from 'zod';
import { cursorOf, instantOrNull, positionMs, positionText, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import type { Views } from '../judged/view.js';
import { controlsHit } from './controls-hit.js';
import type { listGaps, showGap } from './records.routes.js';

const cursor = cursorOf('gaps', z.strictObject({ fromMs: positionMs, id: positionText }));

export class ListGaps {
  constructor(private readonly views: Views) {}

  list({ query }: Input<typeof listGaps>) {
    const after = cursor.read(query.cursor);
    return this.views.with({ knownAtMs: query.knownAt }, async (view) => {
      const rows = await readGaps(view.snapshot, {
        limit: query.limit + 1,
        ...(query.status === undefined ? {} : { status: query.status }),
        ...(query.cause === undefined ? {} : { cause: query.cause }),
        ...(query.knownAt === undefined ? {} : { knownAtMs: query.knownAt }),
        ...(after === undefined ? {} : { after }),
      });
      const hit = await controlsHit(view, rows);
      const page = toPage(rows, query.limit, (row) => showGapOf(row, hit(row)), ({ fromMs, id }) => cursor.write({ fromMs, id }));
      return { ...page, judgedUntil: instantOrNull(view.judging.watermarkMs) };
    });
  }

  one(id: Input<typeof showGap>['params']['id']) {
    return this.views.with({}, async (view) => {
      const found = await readGap(view.snapshot, id);
      if (found === undefined) throw new HttpProblem(404, 'There is no gap with this id.');
      const hit = await controlsHit(view, [found]);
      return { ...showGapOf(found, hit(found)), judgedUntil: instantOrNull(view.judging.watermarkMs) };
    });
  }
}

export function showGapOf(gap: StoredGap, controls: readonly string[]) {
  const { id, revision, cause, feed, control, check, key, fromMs, toMs, status, detail, note, resolvedBy, knownFromMs } = gap;
  return {
    id,
    revision,
    cause,
    ...present({ feed, control, check, key }),
    from: toInstant(fromMs),
    to: instantOrNull(toMs),
    status,
    blinds: BLINDING_CAUSES.some((each) => each === cause) && status !== 'withdrawn',
    controls,
    ...present({ detail, note, resolvedBy }),
    knownFrom: toInstant(knownFromMs),
  };
}

const present = (fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
