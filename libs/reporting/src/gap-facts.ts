import type { GapCause } from '@tickmark/contracts';

/** A gap as it is on record: the current revision, and whether there were earlier ones. */
export interface RecordedGap {
  readonly id: string;
  readonly revision: number;
  readonly cause: GapCause;
  readonly feed?: string;
  readonly control?: string;
  readonly check?: string;
  readonly key?: string;
  readonly fromMs: number;
  readonly toMs?: number;
  readonly status: string;
  readonly detail?: string;
  readonly note?: string;
  readonly resolvedBy?: string;
  readonly knownFromMs: number;
  readonly controls: readonly string[];
}
