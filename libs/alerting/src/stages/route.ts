import { AT_ONCE, destinationKey, destinationsOf, targetsOf } from '../routing.js';
import type { Desk } from '../desk.js';
import type { Fact } from '../fact.js';
import type { Alert, Stage } from './stage.js';

/** By severity, owner and control; besides, whoever was told of it hears how it goes on. */
export const route: Stage<Fact, Alert> = (fact, desk) => {
  const { routing, lookup } = desk.context;
  const routed = targetsOf(fact, routing, (control) => lookup(control)?.owner);
  const known = new Set(routed.map(destinationKey));
  const followers = destinationsOf(routing)
    .filter((destination) => !known.has(destinationKey(destination)) && follows(fact, destination, desk))
    .map((destination) => ({ ...destination, ...AT_ONCE }));
  return [...routed, ...followers].map((target) => ({ fact, target }));
};

const follows = (fact: Fact, destination: { receiver: string; channel: string }, desk: Desk): boolean =>
  desk.entryOf(destination, fact.subject) !== undefined || desk.toldTo(destination, fact.subject).status !== 'untold';
