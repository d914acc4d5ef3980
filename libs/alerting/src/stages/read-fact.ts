import type { StateChangeMessage } from '@tickmark/contracts';
import { factOf } from '../fact.js';
import type { Fact } from '../fact.js';
import type { Stage } from './stage.js';

export const readFact: Stage<StateChangeMessage, Fact> = (message, desk) => {
  const fact = factOf(message, desk.context.lookup);
  return fact === undefined ? [] : [fact];
};
