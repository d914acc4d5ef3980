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

/** What would be a gap of a live check is kept with the shadow of a draft: nothing that fails is hidden, and nobody is told. */
export async function noteDraftErrors({ transaction }: Unit, errors: readonly CheckError[]): Promise<void> {
  const ofDrafts = errors.flatMap(({ check, ...error }) =>
    check.shadowId === undefined ? [] : [{ ...error, shadowId: check.shadowId, check: check.compiled.name }],
  );
  await addShadowErrors(transaction, ofDrafts);
}
