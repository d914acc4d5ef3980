import { CUSTOMARY_SAMPLES, misconceptionsAbout, planOf } from '@tickmark/readiness';
import type { Input } from '../http/route.js';
import type { Views } from '../judged/view.js';
import { aboutReports, readinessOf, showReadiness } from './readiness-of.js';
import type { showPlan } from './readiness.routes.js';

/** The eight steps with their days, counted from `start`, and the earliest honest window. */
export class ShowReadinessPlan {
  constructor(private readonly views: Views) {}

  execute({ query }: Input<typeof showPlan>) {
    return this.views.with({}, async (view) => {
      const readiness = await readinessOf(view, query);
      const type = query.type ?? readiness.type ?? 'II';
      const hints = { ...CUSTOMARY_SAMPLES, ...query.samples };
      return {
        ...planOf(readiness.gaps, { type, startMs: query.start ?? view.nowMs, hints }),
        ...showReadiness(view, readiness),
        misconceptions: misconceptionsAbout({ at: 'plan', ...aboutReports(readiness.scope), type }),
      };
    });
  }
}
