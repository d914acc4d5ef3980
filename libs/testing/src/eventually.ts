import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  readonly limitMs?: number;
  readonly everyMs?: number;
}

/** Runs `look` until it no longer throws, and gives what it gives; after the limit its last error is thrown. */
export async function eventually<T>(look: () => T | Promise<T>, { limitMs = 10_000, everyMs = 25 }: Patience = {}): Promise<T> {
  const endMs = Date.now() + limitMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() >= endMs) throw error;
      await pause(everyMs);
    }
  }
}
