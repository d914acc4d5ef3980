import { misconceptionsAbout } from '@tickmark/readiness';
import { cursorOf, positionText, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import type { Views } from '../judged/view.js';
import { aboutReports, readinessOf, showReadiness } from './readiness-of.js';
import type { showGaps } from './readiness.routes.js';

const cursor = cursorOf('readiness-gaps', positionText);

/** Criteria and objectives in the order of the catalogue, each with its controls and what is missing. */
export class ShowReadinessGaps {
  constructor(private readonly views: Views) {}

  execute({ query }: Input<typeof showGaps>) {
    const after = cursor.read(query.cursor);
    return this.views.with({}, async (view) => {
      const readiness = await readinessOf(view, query);
      const { measures } = readiness.gaps;
      const wanted = measures.filter(({ verdict }) => query.verdict?.includes(verdict) ?? true);
      const begin = after === undefined ? 0 : measures.findIndex(({ id }) => id === after) + 1;
      const rest = wanted.filter((measure) => measures.indexOf(measure) >= begin);
      const verdicts = [...new Set(measures.map(({ verdict }) => verdict))];
      return {
        ...showReadiness(view, readiness),
        ...toPage(rest.slice(0, query.limit + 1), query.limit, (one) => one, ({ id }) => cursor.write(id)),
        misconceptions: misconceptionsAbout({ at: 'gaps', ...aboutReports(readiness.scope), verdicts }),
      };
    });
  }
}
