import { expect, jest, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { noteKey, publicBytes, signCheckpoint, writeNoteKey } from '@tickmark/ledger';
import { ROOT, run } from '../support/run-node.ts';

jest.setTimeout(120_000);

const cwd = path.join(ROOT, 'tests', 'ledger-oracle');
const oracle = (args: readonly string[], input?: string) =>
  run('go', ['run', '.', ...args], { cwd, env: { GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' }, limitMs: 110_000, ...(input === undefined ? {} : { input }) });

/** Without Go, or without a way to its module, this is skipped and says so; the recorded vectors are checked everywhere. */
function whyNot(): string | undefined {
  const built = spawnSync('go', ['build', '-o', '/dev/null', '.'], { cwd, encoding: 'utf8', timeout: 110_000, env: { ...process.env, GOTOOLCHAIN: 'local' } });
  if (built.error !== undefined) return 'skipped: there is no Go on this machine';
  if (built.status === 0) return undefined;
  return /dial|lookup|proxy|timeout|i\/o|connect/i.test(built.stderr) ? 'skipped: golang.org/x/mod cannot be fetched' : undefined;
}

const reason = whyNot();
const withGo = (name: string, work: () => Promise<void>): void => (reason === undefined ? test(name, work) : test.skip(`${name} (${reason})`, work));

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
