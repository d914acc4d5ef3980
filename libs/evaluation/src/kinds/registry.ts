import type { Kind } from '../model.js';
import { attestationKind } from './attestation.js';
import { cadenceKind } from './cadence.js';
import { controlTotalKind } from './control-total.js';
import { followedByKind } from './followed-by.js';
import { heartbeatKind } from './heartbeat.js';
import { precededByKind } from './preceded-by.js';
import { reconcileKind } from './reconcile.js';
import { stateKind } from './state.js';
import { thresholdKind } from './threshold.js';

/** Every kind: one file, one line. */
export const KINDS: readonly Kind[] = [
  attestationKind,
  cadenceKind,
  controlTotalKind,
  followedByKind,
  heartbeatKind,
  precededByKind,
  reconcileKind,
  stateKind,
  thresholdKind,
];

export const kindById: ReadonlyMap<string, Kind> = new Map(KINDS.map((kind) => [kind.id, kind]));
