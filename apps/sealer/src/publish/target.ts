import type { StoredCheckpoint } from '@tickmark/persistence';

/** What became of one attempt; a reason holds no secret. */
export type PublishOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** A place outside the database where checkpoints are sent. */
export interface Target {
  readonly id: 'webhook' | 'email' | 'file';
  /** Undefined: every checkpoint. Else the latest one, this often: it vouches for those before it. */
  readonly everyMs?: number;
  publish(checkpoint: StoredCheckpoint, signal: AbortSignal): Promise<PublishOutcome>;
  close(): Promise<void>;
}
