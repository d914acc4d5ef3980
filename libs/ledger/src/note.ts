import { createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { sha256 } from './digest.js';
import { fromBase64 } from './verdict.js';

/*
 * The signed note of C2SP (c2sp.org/signed-note): a text, an empty line, and one line for each signature:
 *   — <key name> base64(4 bytes key id, signature)
 * Only Ed25519 (type 0x01) is written and read.
 */
const ED25519 = 0x01;
const SPKI_OF_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;
const ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
const NOTE_CHARS_MOST = 1_000_000;
const SIGNATURES_MOST = 100;
const KEY_NAME = /^[^\s+\p{Zs}]{1,200}$/u;
// eslint-disable-next-line no-control-regex -- a note may hold no control character but the newline
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const SIGNATURE_LINE = /^— (\S+) (\S+)$/;

/** A public key with the name that it signs under. The two together are what is pinned. */
export interface NoteKey {
  readonly name: string;
  /** 8 hexadecimal digits. */
  readonly id: string;
  readonly publicKey: Buffer;
}

export interface NoteSigner {
  readonly name: string;
  readonly privateKey: KeyObject;
}

export type NoteFault = 'not-a-note' | 'no-known-signature' | 'signature-differs';
export type OpenedNote =
  | { readonly ok: true; readonly text: string; readonly signedBy: readonly NoteKey[] }
  | { readonly ok: false; readonly reason: NoteFault };

/** A key under a name; a name without spaces and plus, and the key's 32 bytes. */
export function noteKey(name: string, publicKey: Uint8Array): NoteKey {
  if (!KEY_NAME.test(name)) throw new RangeError(`Not a key name: ${name}`);
  if (publicKey.length !== KEY_BYTES) throw new RangeError('An Ed25519 public key has 32 bytes.');
  const typed = Buffer.concat([Buffer.of(ED25519), publicKey]);
  const id = sha256(Buffer.concat([Buffer.from(`${name}\n`), typed])).toString('hex', 0, ID_BYTES);
  return { name, id, publicKey: Buffer.from(publicKey) };
}

/** As it is handed over and pinned: `<name>+<key id>+<base64>`. */
export const writeNoteKey = ({ name, id, publicKey }: NoteKey): string =>
  `${name}+${id}+${Buffer.concat([Buffer.of(ED25519), publicKey]).toString('base64')}`;

/** Undefined when it is no such key, or its id is not that of the key. */
export function readNoteKey(text: string): NoteKey | undefined {
  const [name = '', id = '', ...rest] = text.split('+');
  // Base64 may hold a plus itself.
  const typed = fromBase64(rest.join('+'));
  if (!KEY_NAME.test(name) || typed?.length !== 1 + KEY_BYTES || typed[0] !== ED25519) return undefined;
  const key = noteKey(name, typed.subarray(1));
  return key.id === id ? key : undefined;
}

/** The 32 bytes of an Ed25519 key, private or public. */
export function publicBytes(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('Checkpoints are signed with Ed25519 keys only.');
  const spki = (key.type === 'public' ? key : createPublicKey(key)).export({ format: 'der', type: 'spki' });
  return spki.subarray(SPKI_OF_ED25519.length);
}

/** The text ends with a newline. */
export function signNote(text: string, { name, privateKey }: NoteSigner): string {
  if (!text.endsWith('\n') || CONTROL.test(text)) throw new RangeError('The text of a note ends with a newline and holds no other control character.');
  const { id } = noteKey(name, publicBytes(privateKey));
  const signature = sign(null, Buffer.from(text), privateKey);
  return `${text}\n— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}\n`;
}

/** The text, if one of the keys signed it. Signatures of unknown keys count for nothing; a wrong one of a known key spoils all. */
export function openNote(note: string, keys: readonly NoteKey[]): OpenedNote {
  const parts = partsOf(note);
  if (parts === undefined) return { ok: false, reason: 'not-a-note' };
  const signedBy: NoteKey[] = [];
  for (const { name, id, signature } of parts.signatures) {
    const key = keys.find((one) => one.name === name && one.id === id);
    if (key === undefined) continue;
    if (!isSignedBy(key, parts.text, signature)) return { ok: false, reason: 'signature-differs' };
    signedBy.push(key);
  }
  return signedBy.length > 0 ? { ok: true, text: parts.text, signedBy } : { ok: false, reason: 'no-known-signature' };
}

function isSignedBy({ publicKey }: NoteKey, text: string, signature: Buffer): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const key = createPublicKey({ key: Buffer.concat([SPKI_OF_ED25519, publicKey]), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(text), key, signature);
}

interface Signature {
  readonly name: string;
  readonly id: string;
  readonly signature: Buffer;
}

function partsOf(note: string): { readonly text: string; readonly signatures: readonly Signature[] } | undefined {
  if (note.length > NOTE_CHARS_MOST || CONTROL.test(note) || !note.isWellFormed()) return undefined;
  // The last empty line separates: the text may hold others.
  const end = note.lastIndexOf('\n\n');
  if (end <= 0 || !note.endsWith('\n')) return undefined;
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MOST) return undefined;
  const signatures = lines.map(signatureOf);
  if (!signatures.every((one) => one !== undefined)) return undefined;
  return { text: note.slice(0, end + 1), signatures };
}

function signatureOf(line: string): Signature | undefined {
  const [, name = '', base64 = ''] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = fromBase64(base64);
  if (!KEY_NAME.test(name) || bytes === undefined || bytes.length <= ID_BYTES) return undefined;
  return { name, id: bytes.toString('hex', 0, ID_BYTES), signature: bytes.subarray(ID_BYTES) };
}
