import type { Criterion, Objective } from '@tickmark/catalogue';
import { cursorOf, instantOrNull, positionText, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import type { View, Views } from '../judged/view.js';
import type { listCriteria, listObjectives } from './criteria.routes.js';
import { rollUpNow, standingsNow } from './standings-now.js';
import type { StandingNow } from './standings-now.js';

interface Measure {
  readonly id: string;
}

export class ListCriteria {
  constructor(private readonly views: Views) {}

  criteria({ query }: Input<typeof listCriteria>) {
    return this.list({ name: 'criteria', query, measures: ({ active }) => active.catalogue.criteria, show: showCriterion });
  }

  objectives({ query }: Input<typeof listObjectives>) {
    return this.list({ name: 'objectives', query, measures: ({ active }) => active.catalogue.objectives, show: showObjective });
  }

  private list<M extends Measure, S>(wanted: {
    readonly name: string;
    readonly query: Input<typeof listCriteria>['query'];
    readonly measures: (view: View) => ReadonlyMap<string, M>;
    readonly show: (measure: M, standings: readonly StandingNow[]) => S;
  }) {
    const { query, measures, show } = wanted;
    const cursor = cursorOf(wanted.name, positionText);
    const after = cursor.read(query.cursor);
    return this.views.with({}, async (view) => {
      // In the order of the catalogue: CC1.1 before CC10.1.
      const all = [...measures(view).values()];
      const begin = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
      const standings = await standingsNow(view);
      const page = toPage(all.slice(begin, begin + query.limit + 1), query.limit, (one) => show(one, standings), ({ id }) => cursor.write(id));
      return { ...page, judgedUntil: instantOrNull(view.judging.watermarkMs) };
    });
  }
}

function showCriterion({ id, title, category, series, machineEvidence, evidence }: Criterion, standings: readonly StandingNow[]) {
  const rolled = rollUpNow(standings, ({ maps }) => maps.tsc.includes(id), { machineEvidence });
  return { id, title, category, series, machineEvidence, ...rolled, evidence: { machine: machineEvidence, wanted: evidence } };
}

function showObjective({ id, title, family, assertions, mapping, evidence }: Objective, standings: readonly StandingNow[]) {
  return { id, title, family, assertions, mapping, ...rollUpNow(standings, ({ maps }) => maps.soc1.includes(id), {}), evidence: { wanted: evidence } };
}
