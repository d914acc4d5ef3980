/** Now as UTC milliseconds: given to whoever needs the time, so that a test can hold it. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
