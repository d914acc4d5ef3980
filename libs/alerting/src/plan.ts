import type { StateChangeMessage } from '@tickmark/contracts';
import { Desk, groupKey, groupedBy, toldKey } from './desk.js';
import type { OnRecord, Plan, PlanContext } from './desk.js';
import { factOf } from './fact.js';
import { destinationsOf, waits } from './routing.js';
import type { Routing } from './routing.js';
import { decide } from './stages/decide.js';
import { dropRepeats, messageKeyOf } from './stages/drop-repeats.js';
import { group } from './stages/group.js';
import { hold } from './stages/hold.js';
import { readFact } from './stages/read-fact.js';
import { record } from './stages/record.js';
import { route } from './stages/route.js';
import { beginWith } from './stages/stage.js';

/** A changed state alone wakes nobody: it takes no way at all. */
const mayTell = ({ kind }: StateChangeMessage): boolean => kind !== 'state-changed';

/** The whole way from a deviation or gap to a notice. Inhibitions and silences will stand between `route` and `decide`. */
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
  for (const message of messages.filter(mayTell)) pipeline.run(message, desk);
  return desk.plan();
}

export interface Touched {
  readonly messageKeys: readonly string[];
  /** Keys of `told` and `entries`. */
  readonly toldKeys: readonly string[];
  /** Groups that may hold entries of these facts: lock those that there are, in this order. */
  readonly groupKeys: readonly string[];
  /** Of these groups the ones that may get an entry: make those that are missing. */
  readonly newGroupKeys: readonly string[];
}

/** The part of the record that a plan of these messages may read or change. */
export function touchedBy(messages: readonly StateChangeMessage[], routing: Routing): Touched {
  const facts = messages.flatMap((message) => factOf(message, () => undefined) ?? []);
  const destinations = destinationsOf(routing);
  const pairs = facts.flatMap((fact) => destinations.map((destination) => ({ fact, destination })));
  const live = pairs.map(({ fact, destination }) => groupKey(destination, 'live', groupedBy(fact)));
  const digestOf = ({ fact, destination }: (typeof pairs)[number]): string => groupKey(destination, 'digest', groupedBy(fact));
  const backfilled = pairs.filter(({ fact }) => fact.about === 'deviation' && fact.backfill).map(digestOf);
  return {
    messageKeys: distinct(messages.filter(mayTell).map(messageKeyOf)),
    toldKeys: distinct(pairs.map(({ fact, destination }) => toldKey(destination, fact.subject))),
    groupKeys: distinct([...live, ...pairs.map(digestOf)]),
    newGroupKeys: distinct([...(waits(routing) ? live : []), ...backfilled]),
  };
}

const distinct = (keys: readonly string[]): readonly string[] => [...new Set(keys)].sort();
