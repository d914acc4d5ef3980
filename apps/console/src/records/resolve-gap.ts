import { BLINDING_CAUSES, TOPICS, toInstant } from '@tickmark/contracts';
import { addToOutbox, databaseNow, ledgerEpoch, lockGap, putIntoLedger, readGap, recordAudit, resolveStoredGap } from '@tickmark/persistence';
import type { Database, Queryable, StoredGap } from '@tickmark/persistence';
import { HttpProblem, newId } from '@tickmark/platform';
import type { Input } from '../http/route.js';
import type { Views } from '../judged/view.js';
import { controlsHit } from './controls-hit.js';
import { showGapOf } from './list-gaps.js';
import type { resolveGap } from './records.routes.js';

/**
 * A person settles what blinds nothing (a conflict, a dead letter, an epoch). What blinds ends by evidence alone: a note
 * that made unknown time into a pass would be a pass without data.
 */
export class ResolveGap {
  constructor(
    private readonly database: Database,
    private readonly views: Views,
  ) {}

  async execute({ params, body, principal }: Input<typeof resolveGap>) {
    const controls = await this.controlsHitBy(params.id);
    return this.database.transaction(async (transaction) => {
      const gap = await lockGap(transaction, params.id);
      if (gap === undefined) throw new HttpProblem(404, 'There is no gap with this id.');
      refuseWhatCannot(gap);
      const nowMs = await databaseNow(transaction);
      const resolution = { note: body.note, by: principal.actor, atMs: nowMs };
      const resolved = await resolveStoredGap(transaction, gap, resolution);
      await this.tell(transaction, { gap: resolved, controls, nowMs });
      const detail = { gap: gap.id, cause: gap.cause, note: body.note };
      await recordAudit(transaction, { actor: principal.actor, action: 'gap.resolved', detail });
      await putIntoLedger(transaction, 'gap', { action: 'gap.resolved', actor: principal.actor, ...detail });
      return showGapOf(resolved, controls);
    });
  }

  /** As the list of gaps says: what a gap is about does not change. */
  private controlsHitBy(id: string): Promise<readonly string[]> {
    return this.views.with({}, async (view) => {
      const gap = await readGap(view.snapshot, id);
      return gap === undefined ? [] : (await controlsHit(view, [gap]))(gap);
    });
  }

  private async tell(transaction: Queryable, { gap, controls, nowMs }: Told): Promise<void> {
    const { id, cause, feed, control, check, key, fromMs, toMs } = gap;
    await addToOutbox(transaction, [
      {
        topic: TOPICS.stateChanges,
        key: `gap/${id}`,
        message: {
          schemaVersion: 1,
          id: newId(nowMs),
          epoch: await ledgerEpoch(transaction),
          occurredAt: toInstant(nowMs),
          causedBy: `gap/${id}`,
          kind: 'gap-closed',
          gap: {
            id,
            cause,
            ...(feed === undefined ? {} : { feed }),
            ...(control === undefined ? {} : { control }),
            ...(check === undefined ? {} : { check }),
            ...(key === undefined ? {} : { key }),
            from: toInstant(fromMs),
            to: toInstant(toMs ?? nowMs),
            controls: [...controls],
          },
        },
      },
    ]);
  }
}

interface Told {
  readonly gap: StoredGap;
  readonly controls: readonly string[];
  readonly nowMs: number;
}

function refuseWhatCannot({ cause, status }: StoredGap): void {
  if (BLINDING_CAUSES.some((each) => each === cause)) {
    throw new HttpProblem(409, `A gap of cause ${cause} ends by evidence, not by a note: it says that nothing is known of that time.`);
  }
  if (status !== 'open') throw new HttpProblem(409, `This gap is ${status} already.`);
}
