import type { Kind } from '../model.js';
import { followedByKind } from './followed-by.js';
import { heartbeatKind } from './heartbeat.js';
import { stateKind } from './state.js';

/** Every kind: one file, one line. */
export const KINDS: readonly Kind[] = [followedByKind, heartbeatKind, stateKind];

export const kindById: ReadonlyMap<string, Kind> = new Map(KINDS.map((kind) => [kind.id, kind]));
