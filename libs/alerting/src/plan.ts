import type { StateChangeMessage } from '@tickmark/contracts';
import { Desk, groupKey, GROUP_FORMS, groupedBy, toldKey } from './desk.js';
import type { OnRecord, Plan, PlanContext } from './desk.js';
import { factOf } from './fact.js';
import { destinationsOf } from './routing.js';
import type { Routing } from './routing.js';
import { decide } from './stages/decide.js';
import { dropRepeats, messageKeyOf } from './stages/drop-repeats.js';
import { group } from './stages/group.js';
import { hold } from './stages/hold.js';
import { readFact } from './stages/read-fact.js';
import { record } from './stages/record.js';
import { route } from './stages/route.js';
import { beginWith } from './stages/stage.js';

/** The whole way from a state change to a notice. Inhibitions and silences will stand between `route` and `decide`. */
const pipeline = beginWith(dropRepeats)
  .then(readFact)
  .then(route)
  .then(decide)
  .then(hold)
  .then(group)
  .then(record);

/** What to record for these messages. However they are cut into batches, the same notices come out. */
export function planNotices(messages: readonly StateChangeMessage[], onRecord: OnRecord, context: PlanContext): Plan {
  const desk = new Desk(onRecord, context);
  for (const message of messages) pipeline.run(message, desk);
  return desk.plan();
}

export interface Touched {
  readonly messageKeys: readonly string[];
  /** Keys of `told` and `entries`. */
  readonly toldKeys: readonly string[];
  readonly groupKeys: readonly string[];
}

/** The keys of the record that a plan of these messages may read or change: load these, lock the groups. */
export function touchedBy(messages: readonly StateChangeMessage[], routing: Routing): Touched {
  const facts = messages.flatMap((message) => factOf(message, () => undefined) ?? []);
  const destinations = destinationsOf(routing);
  const pairs = facts.flatMap((fact) => destinations.map((destination) => ({ fact, destination })));
  return {
    messageKeys: distinct(messages.map(messageKeyOf)),
    toldKeys: distinct(pairs.map(({ fact, destination }) => toldKey(destination, fact.subject))),
    groupKeys: distinct(
      pairs.flatMap(({ fact, destination }) => GROUP_FORMS.map((form) => groupKey(destination, form, groupedBy(fact)))),
    ),
  };
}

const distinct = (keys: readonly string[]): readonly string[] => [...new Set(keys)].sort();
