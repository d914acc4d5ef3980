import { EngagementRepository } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import { summaryRows } from '@tickmark/reporting';
import type { PeriodSummary } from '@tickmark/reporting';
import { stringify } from 'csv-stringify/sync';
import type { Input } from '../http/route.js';
import type { Catalogues } from '../judged/catalogues.js';
import type { Views } from '../judged/view.js';
import type { summaryJson } from './engagements.routes.js';
import { summarisePeriod } from './summarise-period.js';

type Asked = Pick<Input<typeof summaryJson>, 'params' | 'query'>;

interface ShowOptions {
  readonly entity: string;
}

/** The summary of an engagement: a frozen revision byte for byte, or live. */
export class ShowSummary {
  constructor(
    private readonly database: Database,
    private readonly views: Views,
    private readonly catalogues: Catalogues,
    private readonly options: ShowOptions,
  ) {}

  async json({ params, query }: Asked): Promise<string> {
    const repository = new EngagementRepository(this.database);
    const engagement = await repository.byId(params.id);
    if (engagement === undefined) throw new HttpProblem(404, 'There is no engagement with this id.');
    if (query.revision !== undefined) {
      const frozen = await repository.summaryOf(engagement.id, query.revision);
      if (frozen === undefined) throw new HttpProblem(404, 'There is no such revision; GET the engagement to see them.');
      return frozen;
    }
    const live = { revision: null, entity: this.options.entity };
    return this.views.with({}, async (view) =>
      JSON.stringify(await summarisePeriod(view, engagement, this.catalogues, live)),
    );
  }

  async csv(asked: Asked): Promise<string> {
    const summary = JSON.parse(await this.json(asked)) as PeriodSummary;
    return stringify([...summaryRows(summary)].map((row) => [...row]), { record_delimiter: '\r\n' });
  }
}
