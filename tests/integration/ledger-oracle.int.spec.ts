import { expect, jest } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { noteKey, publicBytes, signCheckpoint, writeNoteKey } from '@tickmark/ledger';
import { oracle, withGo } from '../support/ledger-oracle.ts';
import { ROOT } from '../support/run-node.ts';

jest.setTimeout(120_000);

withGo('the recorded vectors are what golang.org/x/mod/sumdb/tlog says today, for every size from 1 to 300', async () => {
  const { code, out, err } = await oracle(['vectors']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toBe(readFileSync(path.join(ROOT, 'libs', 'ledger', 'vectors', 'sumdb.json'), 'utf8'));
});

withGo('golang.org/x/mod/sumdb/note opens a checkpoint that we signed, and none that was changed', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const note = signCheckpoint({ origin: 'example.org/ledger', size: 7, root: Buffer.alloc(32, 9) }, privateKey);
  const key = writeNoteKey(noteKey('example.org/ledger', publicBytes(privateKey)));
  expect(await oracle(['open', key], note)).toMatchObject({ code: 0, out: `example.org/ledger\n7\n${Buffer.alloc(32, 9).toString('base64')}\n` });
  expect((await oracle(['open', key], note.replace('\n7\n', '\n8\n'))).code).toBe(1);
});
