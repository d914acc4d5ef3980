import { EngagementRepository } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import { summaryRows } from '@tickmark/reporting';
import type { PeriodSummary } from '@tickmark/reporting';
import { stringify } from 'csv-stringify/sync';
import type { Input } from '../http/route.js';
import type { summaryJson } from './engagements.routes.js';
import type { SummarisePeriod } from './summarise-period.js';

type Asked = Pick<Input<typeof summaryJson>, 'params' | 'query'>;

/** The summary of an engagement: a frozen revision byte for byte, or live. */
export class ShowSummary {
  constructor(
    private readonly database: Database,
    private readonly summarise: SummarisePeriod,
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
    const { summary } = await this.summarise.execute(engagement, null);
    return JSON.stringify(summary);
  }

  async csv(asked: Asked): Promise<string> {
    const summary = JSON.parse(await this.json(asked)) as PeriodSummary;
    return stringify([...summaryRows(summary)].map((row) => [...row]), { record_delimiter: '\r\n' });
  }
}
