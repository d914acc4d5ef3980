import { addShadowErrors } from '@tickmark/persistence';
import type { LiveCheck } from '../catalogue/live-catalogue.js';
import type { Unit } from './unit.js';

/** An expression failed for this evidence. */
export interface CheckError {
  readonly check: LiveCheck;
  readonly atMs: number;
  readonly evidenceId: string;
  readonly message: string;
}

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

/** What would be a gap of a live check is kept with the shadow of a draft: nothing that fails is hidden, and nobody is told. */
export async function noteDraftErrors({ transaction }: Unit, errors: readonly CheckError[]): Promise<void> {
  const ofDrafts = errors.flatMap(({ check, ...error }) =>
    check.shadowId === undefined ? [] : [{ ...error, shadowId: check.shadowId, check: check.compiled.name }],
  );
  await addShadowErrors(transaction, ofDrafts);
}
