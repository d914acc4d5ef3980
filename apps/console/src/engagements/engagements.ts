import { toInstant } from '@tickmark/contracts';
import { EngagementRepository, putIntoLedger, recordAudit } from '@tickmark/persistence';
import type { Database, Engagement, RevisionFact } from '@tickmark/persistence';
import { HttpProblem, systemRandomness } from '@tickmark/platform';
import type { Clock, Randomness } from '@tickmark/platform';
import { completeEngagement } from '@tickmark/reporting';
import { z } from 'zod';
import { cursorOf, instantOrNull, positionMs, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import type { Catalogues } from '../judged/catalogues.js';
import type { listEngagements, openEngagement, showEngagement } from './engagements.routes.js';

const cursor = cursorOf('engagements', z.strictObject({ createdAtMs: positionMs, id: z.uuid() }));

export class Engagements {
  constructor(
    private readonly database: Database,
    private readonly catalogues: Catalogues,
    private readonly clock: Clock,
    private readonly randomness: Pick<Randomness, 'newId'> = systemRandomness,
  ) {}

  async list({ query }: Input<typeof listEngagements>) {
    const rows = await new EngagementRepository(this.database).list(query.limit + 1, cursor.read(query.cursor));
    return toPage(rows, query.limit, showOne, ({ createdAtMs, id }) => cursor.write({ createdAtMs, id }));
  }

  async open({ body, principal }: Input<typeof openEngagement>) {
    const { catalogue } = await this.catalogues.active(this.database);
    const completed = completeEngagement(body, catalogue);
    if (!completed.ok) throw new HttpProblem(400, 'The engagement is not valid; see errors.', { errors: completed.faults });
    const definition = completed.value;
    const made = await this.database.transaction(async (transaction) => {
      const { actor } = principal;
      const engagement = await new EngagementRepository(transaction).insert(this.randomness.newId(this.clock.now()), definition, actor);
      const detail = { engagement: engagement.id, definition };
      await recordAudit(transaction, { actor, action: 'engagement.opened', detail });
      await putIntoLedger(transaction, 'engagement', { action: 'engagement.opened', actor, ...detail });
      return engagement;
    });
    return showOne(made);
  }

  async show({ params }: Input<typeof showEngagement>) {
    const repository = new EngagementRepository(this.database);
    const found = await repository.byId(params.id);
    if (found === undefined) throw new HttpProblem(404, 'There is no engagement with this id.');
    return { ...showOne(found), revisions: (await repository.revisions(found.id)).map(showRevision) };
  }
}

function showOne({ id, definition, createdAtMs, createdBy }: Engagement) {
  const { time, name, entity, reports, categories, objectives, systems, coverageThreshold } = definition;
  return {
    id,
    name,
    ...(entity === undefined ? {} : { entity }),
    reports,
    ...time,
    categories,
    objectives,
    systems,
    coverageThreshold,
    createdAt: toInstant(createdAtMs),
    createdBy,
  };
}

export const showRevision = ({ revision, cutOffLeafIndex, cutOffClockMs, judgedUntilMs, createdAtMs, createdBy }: RevisionFact) => ({
  revision,
  cutOff: { leafIndex: String(cutOffLeafIndex), clock: toInstant(cutOffClockMs) },
  judgedUntil: instantOrNull(judgedUntilMs),
  createdAt: toInstant(createdAtMs),
  createdBy,
});
