import { readDeviation, readDeviations, receivedBy } from '@tickmark/persistence';
import { presentTimes } from '@tickmark/reporting';
import type { RecordedDeviation } from '@tickmark/reporting';
import { HttpProblem } from '@tickmark/platform';
import { z } from 'zod';
import { cursorOf, instantOrNull, positionMs, positionText, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import type { View, Views } from '../judged/view.js';
import { deviationThen } from './deviation-then.js';
import type { listDeviations, showDeviation } from './records.routes.js';

const cursor = cursorOf('deviations', z.strictObject({ occurredAtMs: positionMs, id: positionText }));

type Query = Input<typeof listDeviations>['query'];

export class ListDeviations {
  constructor(private readonly views: Views) {}

  list({ query }: Input<typeof listDeviations>) {
    return this.views.with({ knownAtMs: query.knownAt }, async (view) => {
      const rows = await (view.knownAtMs === undefined ? this.knownNow(view, query) : this.knownThen(view, query, view.knownAtMs));
      const page = toPage(rows, query.limit, showOne, ({ occurredAtMs, id }) => cursor.write({ occurredAtMs, id }));
      return { ...page, judgedUntil: instantOrNull(view.judging.watermarkMs) };
    });
  }

  one({ params }: Input<typeof showDeviation>) {
    return this.views.with({}, async (view) => {
      const found = await readDeviation(view.snapshot, params.id);
      if (found === undefined) throw new HttpProblem(404, 'There is no deviation with this id.');
      return { ...showOne(found), judgedUntil: instantOrNull(view.judging.watermarkMs) };
    });
  }

  private knownNow(view: View, query: Query): Promise<readonly RecordedDeviation[]> {
    return readDeviations(view.snapshot, { ...pageOf(query), ...(query.status === undefined ? {} : { status: query.status }) });
  }

  /** The status of then follows from the times: it is looked at after reading. */
  private async knownThen(view: View, query: Query, knownAtMs: number): Promise<readonly RecordedDeviation[]> {
    const found: RecordedDeviation[] = [];
    let page = { ...pageOf(query), knownAtMs };
    for (;;) {
      const rows = await readDeviations(view.snapshot, page);
      const received = await receivedBy(view.snapshot, rows.flatMap(({ evidenceIds }) => evidenceIds), knownAtMs);
      const then = rows.map((row) => deviationThen(row, knownAtMs, received));
      found.push(...then.filter(({ status }) => query.status === undefined || status === query.status));
      const last = rows.at(-1);
      if (last === undefined || rows.length < page.limit || found.length > query.limit) return found.slice(0, query.limit + 1);
      page = { ...page, after: { occurredAtMs: last.occurredAtMs, id: last.id } };
    }
  }
}

function pageOf(query: Query) {
  const after = cursor.read(query.cursor);
  return {
    limit: query.limit + 1,
    ...(query.control === undefined ? {} : { control: query.control }),
    ...(query.key === undefined ? {} : { key: query.key }),
    ...(after === undefined ? {} : { after }),
  };
}

function showOne(deviation: RecordedDeviation) {
  const { id, control, check, key, status, severity, system, reason, backfill, evidenceIds } = deviation;
  return {
    id,
    control,
    check,
    key,
    status,
    severity,
    ...(system === undefined ? {} : { system }),
    ...(reason === undefined ? {} : { reason }),
    ...presentTimes(deviation),
    backfill,
    evidenceIds,
  };
}
