import { openNote, signNote } from './note.js';
import type { NoteFault, NoteKey, NoteSigner } from './note.js';
import { fromBase64 } from './verdict.js';

/** How big the ledger was and what its leaves were, as C2SP writes it (c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** Whose log: the first line. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

export type CheckpointFault = NoteFault | 'not-a-checkpoint' | 'origin-differs';
export type OpenedCheckpoint =
  | { readonly ok: true; readonly checkpoint: Checkpoint; readonly signedBy: readonly NoteKey[] }
  | { readonly ok: false; readonly reason: CheckpointFault };

const HASH_BYTES = 32;
const SIZE = /^(0|[1-9]\d{0,15})$/;

/**
 * The name of the log in its checkpoints. After a ledger was restored from an older copy and begun anew it is another
 * log: it cannot be shown to go on from what was signed before.
 */
export const originOf = (origin: string, epoch: number): string => (epoch === 1 ? origin : `${origin}/epoch-${epoch}`);

const checkpointText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${root.toString('base64')}\n`;

/** The signer's name is the origin. */
export function signCheckpoint(checkpoint: Checkpoint, privateKey: NoteSigner['privateKey']): string {
  const text = checkpointText(checkpoint);
  if (parseCheckpoint(text) === undefined) throw new RangeError('This is no checkpoint that anybody could read.');
  return signNote(text, { name: checkpoint.origin, privateKey });
}

/** The text of a checkpoint without its signatures. Lines after the third are the log's own business. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const lines = text.split('\n');
  // Every line ends with a newline and none is empty.
  if (lines.indexOf('') !== lines.length - 1) return undefined;
  const [origin, size, hash] = lines;
  if (origin === undefined || size === undefined || hash === undefined) return undefined;
  const root = fromBase64(hash);
  if (!SIZE.test(size) || !Number.isSafeInteger(Number(size)) || root?.length !== HASH_BYTES) return undefined;
  return { origin, size: Number(size), root };
}

/** What a signed checkpoint says, if a key that was pinned beforehand signed it under the log's own name. */
export function openCheckpoint(note: string, keys: readonly NoteKey[]): OpenedCheckpoint {
  const opened = openNote(note, keys);
  if (!opened.ok) return opened;
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint === undefined) return { ok: false, reason: 'not-a-checkpoint' };
  const signedBy = opened.signedBy.filter(({ name }) => name === checkpoint.origin);
  return signedBy.length > 0 ? { ok: true, checkpoint, signedBy } : { ok: false, reason: 'origin-differs' };
}
