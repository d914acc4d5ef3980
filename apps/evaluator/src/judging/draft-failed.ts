import type { LiveCheck } from '../catalogue/live-catalogue.js';

/** Thrown where a draft cannot be judged at all: it is stopped, and what it was judged with is judged without it. */
export class DraftFailed extends Error {
  constructor(
    readonly shadowId: number,
    cause: unknown,
  ) {
    super(`the draft of shadow ${shadowId} cannot be judged: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'DraftFailed';
  }
}

/** Work for one check, of which a draft's failure must not be the live ones'. */
export function guarded<T>({ shadowId }: LiveCheck, work: () => T): T {
  if (shadowId === undefined) return work();
  try {
    return work();
  } catch (error) {
    throw new DraftFailed(shadowId, error);
  }
}
