import type { Repeats } from '../reading/bank-text.js';
import type { ClockReader } from '../reading/wall-clock.js';
import type { Lists } from './values.js';

/** What every part of one document has in common. */
export interface Surroundings {
  /** `plaid/sandbox` for what somebody made up to test with, else `plaid`. */
  readonly source: string;
  readonly clock: ClockReader;
  readonly names: Repeats;
  readonly lists: Lists;
}
