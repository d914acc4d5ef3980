import { toInstant } from '@tickmark/contracts';
import { inSnapshot, readDelivery, readProgress } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import { instantOrNull } from '../http/query.js';
import type { Input } from '../http/route.js';
import type { showDelivery } from './records.routes.js';

/** What became of a delivery. An integration sees those of its own feed only; others are not even there. */
export class ShowDelivery {
  constructor(private readonly database: Database) {}

  execute({ params, principal }: Input<typeof showDelivery>) {
    return inSnapshot(this.database, async (snapshot) => {
      const { watermarkMs, judgedLeafIndex = -1 } = await readProgress(snapshot);
      const found = await readDelivery(snapshot, params.id, judgedLeafIndex);
      if (found === undefined || (principal.role === 'integration' && principal.feedId !== found.feedId)) {
        throw new HttpProblem(404, 'There is no delivery with this id.');
      }
      const { id, feed, format, receivedAtMs, accepted, repeated, ignored, rejected, notJudged, deadLettered, rejections } = found;
      // A repeat was judged as soon as everything accepted before it is.
      const repeatsAreJudged = watermarkMs !== undefined && watermarkMs >= receivedAtMs;
      return {
        id,
        feed,
        format,
        receivedAt: toInstant(receivedAtMs),
        accepted,
        repeated,
        judged: found.judged + (repeatsAreJudged ? repeated : 0),
        pending: found.pending + (repeatsAreJudged ? 0 : repeated),
        notJudged,
        ignored,
        rejected,
        deadLettered,
        rejections,
        judgedUntil: instantOrNull(watermarkMs),
      };
    });
  }
}
