import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { openCheckpoint, originOf, parseCheckpoint, signCheckpoint } from './checkpoint.js';
import { noteKey, openNote, publicBytes, readNoteKey, signNote, writeNoteKey } from './note.js';
import { writeProofFile } from './proof-file.js';

const aSigner = () => generateKeyPairSync('ed25519').privateKey;
const ours = aSigner();
const theirs = aSigner();
const key = noteKey('tickmark', publicBytes(ours));
const checkpoint = { origin: 'tickmark', size: 1234, root: Buffer.alloc(32, 7) };
const note = signCheckpoint(checkpoint, ours);

describe('a signed checkpoint', () => {
  it('is origin, size and root, an empty line, and the signature', () => {
    const [origin, size, root, empty, signature, end] = note.split('\n');
    expect([origin, size, root, empty, end]).toEqual(['tickmark', '1234', Buffer.alloc(32, 7).toString('base64'), '', '']);
    expect(signature).toMatch(/^— tickmark [A-Za-z0-9+/]+=*$/);
  });

  it('is opened by the key that was pinned', () => {
    expect(openCheckpoint(note, [key])).toEqual({ ok: true, checkpoint, signedBy: [key] });
  });

  it('counts for nothing without a key, or with the key of somebody else', () => {
    expect(openCheckpoint(note, [])).toEqual({ ok: false, reason: 'no-known-signature' });
    expect(openCheckpoint(note, [noteKey('tickmark', publicBytes(theirs))])).toEqual({ ok: false, reason: 'no-known-signature' });
    expect(openCheckpoint(note, [noteKey('other', publicBytes(ours))])).toEqual({ ok: false, reason: 'no-known-signature' });
  });

  it('is refused when the text is not the one that was signed', () => {
    expect(openCheckpoint(note.replace('1234', '1235'), [key])).toEqual({ ok: false, reason: 'signature-differs' });
  });

  it('is refused when another log signed it under its own name', () => {
    const foreign = signNote('tickmark\n1234\n' + Buffer.alloc(32, 7).toString('base64') + '\n', { name: 'elsewhere', privateKey: theirs });
    expect(openCheckpoint(foreign, [key, noteKey('elsewhere', publicBytes(theirs))])).toEqual({ ok: false, reason: 'origin-differs' });
  });

  it('is refused when what was signed is something else', () => {
    expect(openCheckpoint(signNote('hello\n', { name: 'tickmark', privateKey: ours }), [key])).toEqual({ ok: false, reason: 'not-a-checkpoint' });
  });

  it('may carry signatures of keys that nobody knows here', () => {
    const second = signCheckpoint(checkpoint, theirs).split('\n\n')[1] ?? '';
    expect(openCheckpoint(note + second, [key])).toMatchObject({ ok: true, signedBy: [key] });
  });

  it('is refused whatever single character is changed', () => {
    fc.assert(
      fc.property(fc.nat({ max: note.length - 1 }), fc.constantFrom('A', '0', '9', '+', '\n', ' ', '\u0000', 'é'), (at, character) => {
        fc.pre(note[at] !== character);
        expect(openCheckpoint(note.slice(0, at) + character + note.slice(at + 1), [key]).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('is never opened from arbitrary text, and never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !openCheckpoint(text, [key]).ok));
  });
});

describe('the text of a checkpoint', () => {
  const root = Buffer.alloc(32, 7).toString('base64');

  it.each([
    ['no newline at its end', `tickmark\n5\n${root}`],
    ['an empty line', `tickmark\n5\n${root}\n\n`],
    ['no origin', `\n5\n${root}\n`],
    ['a size with a leading zero', `tickmark\n05\n${root}\n`],
    ['a negative size', `tickmark\n-5\n${root}\n`],
    ['a size beyond what can be counted', `tickmark\n9999999999999999\n${root}\n`],
    ['a root that is too short', 'tickmark\n5\nAAAA\n'],
    ['a root that is written otherwise than base64', `tickmark\n5\n${root.replace('=', '')}\n`],
    ['nothing after the size', 'tickmark\n5\n'],
  ])('is not read with %s', (_, text) => {
    expect(parseCheckpoint(text)).toBeUndefined();
  });

  it('may go on with lines of the log\'s own', () => {
    expect(parseCheckpoint(`tickmark\n0\n${root}\nmore\n`)).toEqual({ origin: 'tickmark', size: 0, root: Buffer.alloc(32, 7) });
  });

  it('is not signed when nobody could read it', () => {
    expect(() => signCheckpoint({ ...checkpoint, root: Buffer.alloc(3) }, ours)).toThrow('This is no checkpoint that anybody could read.');
  });

  it('names another log in each epoch after the first', () => {
    expect([originOf('tickmark', 1), originOf('tickmark', 2)]).toEqual(['tickmark', 'tickmark/epoch-2']);
  });
});

describe('a note', () => {
  it.each([
    ['without a signature', 'text\n\n'],
    ['without a text', '\n\n— tickmark AAAAAAA=\n'],
    ['without an empty line', 'text\n— tickmark AAAAAAA=\n'],
    ['that does not end with a newline', note.slice(0, -1)],
    ['with a signature that is no base64', 'text\n\n— tickmark !!!\n'],
    ['with a signature that holds a key id only', 'text\n\n— tickmark AAAAAA==\n'],
    ['with a name that holds a plus', 'text\n\n— tick+mark AAAAAAA=\n'],
    ['with a carriage return', note.replace('\n', '\r\n')],
    ['with half of a surrogate pair', `\ud800${note}`],
    ['with more signatures than anybody needs', `text\n\n${'— tickmark AAAAAAA=\n'.repeat(101)}`],
    ['longer than anybody needs', `${'x'.repeat(1_000_000)}${note}`],
  ])('%s is none', (_, text) => {
    expect(openNote(text, [key])).toEqual({ ok: false, reason: 'not-a-note' });
  });

  it('with a signature of the wrong length under a known key is refused', () => {
    const short = `text\n\n— tickmark ${Buffer.concat([Buffer.from(key.id, 'hex'), Buffer.alloc(10)]).toString('base64')}\n`;
    expect(openNote(short, [key])).toEqual({ ok: false, reason: 'signature-differs' });
  });

  it('may hold empty lines in its text', () => {
    expect(openNote(signNote('a\n\nb\n', { name: 'tickmark', privateKey: ours }), [key])).toMatchObject({ ok: true, text: 'a\n\nb\n' });
  });

  it('is not signed when its text does not end with a newline', () => {
    expect(() => signNote('a', { name: 'tickmark', privateKey: ours })).toThrow('ends with a newline');
  });
});

describe('a key as it is pinned', () => {
  it('is read back as it was written', () => {
    expect(readNoteKey(writeNoteKey(key))).toEqual(key);
  });

  it.each([
    ['of another name', writeNoteKey(key).replace('tickmark', 'tickmerk')],
    ['with another id', writeNoteKey(key).replace(key.id, '00000000')],
    ['of another type', `tickmark+${key.id}+${Buffer.concat([Buffer.of(2), key.publicKey]).toString('base64')}`],
    ['cut short', writeNoteKey(key).slice(0, -4)],
    ['that is nothing', ''],
  ])('is not read %s', (_, text) => {
    expect(readNoteKey(text)).toBeUndefined();
  });

  it('has a name without spaces and plus, and 32 bytes', () => {
    expect(() => noteKey('a b', key.publicKey)).toThrow('Not a key name: a b');
    expect(() => noteKey('a+b', key.publicKey)).toThrow('Not a key name: a+b');
    expect(() => noteKey('a', Buffer.alloc(31))).toThrow('32 bytes');
  });

  it('is of Ed25519 only', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() => publicBytes(privateKey)).toThrow('Ed25519 keys only');
  });
});

it('a proof file holds the leaf, its place, its path and the checkpoint, as C2SP lays them out', () => {
  expect(writeProofFile({ index: 3, path: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)], leaf: Buffer.from('leaf'), note: 'a note\n' })).toBe(
    `c2sp.org/tlog-proof@v1\nextra bGVhZg==\nindex 3\n${Buffer.alloc(32, 1).toString('base64')}\n${Buffer.alloc(32, 2).toString('base64')}\n\na note\n`,
  );
});
