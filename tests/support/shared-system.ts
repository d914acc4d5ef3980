import { afterAll, beforeAll, jest } from '@jest/globals';
import { RunningSystem } from './running-system.ts';
import type { SystemOptions } from './running-system.ts';

const START_MS_MAX = 120_000;
/** Waiting has its own limits, which say what was waited for; this one only ends what hangs. */
const TEST_MS_MAX = 90_000;

/** One running system for all tests of a file; it ends with them, also when one of them ran out of time. */
export function sharedSystem(options: SystemOptions | (() => Promise<SystemOptions>)): () => RunningSystem {
  jest.setTimeout(TEST_MS_MAX);
  let system: RunningSystem | undefined;
  beforeAll(async () => {
    system = await RunningSystem.start(typeof options === 'function' ? await options() : options);
  }, START_MS_MAX);
  afterAll(async () => {
    await system?.[Symbol.asyncDispose]();
  }, START_MS_MAX);
  return () => {
    if (system === undefined) throw new Error('the system did not start');
    return system;
  };
}
