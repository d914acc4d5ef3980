import { askReplay, readDeadLetter, recordAudit } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import type { Input } from '../http/route.js';
import { showDeadLetter } from './list-dead-letters.js';
import type { replayDeadLetter } from './records.routes.js';

/** Asks for a replay; whoever buried the message takes it up, within its own transaction. */
export class ReplayDeadLetter {
  constructor(private readonly database: Database) {}

  execute({ params, principal }: Input<typeof replayDeadLetter>) {
    return this.database.transaction(async (transaction) => {
      const asked = await askReplay(transaction, params.id);
      if (asked === 'unknown') throw new HttpProblem(404, 'There is no dead letter with this id.');
      if (asked === 'replayed') throw new HttpProblem(409, 'This dead letter was replayed already.');
      await recordAudit(transaction, { actor: principal.actor, action: 'dead-letter.replay-asked', detail: { letter: params.id } });
      const letter = await readDeadLetter(transaction, params.id);
      if (letter === undefined) throw new Error('the letter was there a moment ago');
      return showDeadLetter(letter);
    });
  }
}
