import { sha256 } from '@tickmark/ledger';
import { EngagementRepository, putIntoLedger, recordAudit } from '@tickmark/persistence';
import type { Database, Engagement } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import type { Input } from '../http/route.js';
import { showRevision } from './engagements.js';
import type { freezeRevision } from './engagements.routes.js';
import type { Summarised, SummarisePeriod } from './summarise-period.js';

const ATTEMPTS = 3;

/** Freezes the summary as it is known now: exact bytes, with the leaf and the watermark through which they speak. */
export class FreezeRevision {
  constructor(
    private readonly database: Database,
    private readonly summarise: SummarisePeriod,
  ) {}

  async execute({ params, principal }: Input<typeof freezeRevision>) {
    const repository = new EngagementRepository(this.database);
    const engagement = await repository.byId(params.id);
    if (engagement === undefined) throw new HttpProblem(404, 'There is no engagement with this id.');
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const last = (await repository.revisions(engagement.id)).at(-1);
      const frozen = await this.freeze(engagement, (last?.revision ?? 0) + 1, principal.actor);
      if (frozen !== undefined) return showRevision(frozen);
    }
    throw new HttpProblem(409, 'Others freeze this engagement at the same time; try again.');
  }

  private async freeze(engagement: Engagement, revision: number, actor: string) {
    const isFrozen = await this.store(engagement, { revision, actor, ...(await this.summarise.execute(engagement, revision)) });
    if (!isFrozen) return undefined;
    return (await new EngagementRepository(this.database).revisions(engagement.id)).find((one) => one.revision === revision);
  }

  private store(engagement: Engagement, frozen: Frozen): Promise<boolean> {
    const { revision, actor, summary, cutOff } = frozen;
    const text = JSON.stringify(summary);
    return this.database.transaction(async (transaction) => {
      const isFree = await new EngagementRepository(transaction).addRevision({
        engagementId: engagement.id,
        revision,
        ...cutOff,
        summary: text,
        createdBy: actor,
      });
      if (!isFree) return false;
      const detail = { engagement: engagement.id, revision, manifestHash: summary.header.manifestHash };
      await recordAudit(transaction, { actor, action: 'engagement.frozen', detail });
      // A bundle is verified against it: the leaf vouches for the exact bytes of the summary.
      await putIntoLedger(transaction, 'engagement', { action: 'engagement.frozen', actor, ...detail, summarySha256: sha256(text).toString('hex') });
      return true;
    });
  }
}

interface Frozen extends Summarised {
  readonly revision: number;
  readonly actor: string;
}
