import { EngagementRepository } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import { compareRevisions } from '@tickmark/reporting';
import type { PeriodSummary, RevisionDifference } from '@tickmark/reporting';
import { z } from 'zod';
import { cursorOf, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import { showRevision } from './engagements.js';
import type * as routes from './engagements.routes.js';

const cursor = cursorOf('revisions', z.strictObject({ revision: z.int().min(1) }));

/** Frozen revisions of an engagement and what two of them say differently, read from their frozen bytes alone. */
export class CompareFrozen {
  constructor(private readonly database: Database) {}

  async list({ params, query }: Input<typeof routes.listRevisions>) {
    const repository = new EngagementRepository(this.database);
    if ((await repository.byId(params.id)) === undefined) throw new HttpProblem(404, 'There is no engagement with this id.');
    const after = cursor.read(query.cursor)?.revision ?? 0;
    const rows = (await repository.revisions(params.id)).filter(({ revision }) => revision > after).slice(0, query.limit + 1);
    return toPage(rows, query.limit, showRevision, ({ revision }) => cursor.write({ revision }));
  }

  async difference({ params, query }: Input<typeof routes.compareRevisions>): Promise<RevisionDifference> {
    const repository = new EngagementRepository(this.database);
    const read = async (revision: number): Promise<PeriodSummary> => {
      const frozen = await repository.summaryOf(params.id, revision);
      if (frozen === undefined) throw new HttpProblem(404, `There is no revision ${revision} of such an engagement; GET the engagement to see them.`);
      return JSON.parse(frozen) as PeriodSummary;
    };
    return compareRevisions(await read(query.from), await read(query.to));
  }
}
