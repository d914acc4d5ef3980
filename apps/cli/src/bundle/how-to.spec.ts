import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { CAUSES } from '@tickmark/ledger/verifier';
import { run } from '../cli.testkit.js';

const page = await readFile(join(import.meta.dirname, '../../../../docs/how-to/verify-a-bundle.md'), 'utf8');

it('docs/how-to/verify-a-bundle.md says of each cause its exit code and what it means', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (\d+) \| (.{5,}) \|$/gm)].map(([, cause, code]) => [cause, Number(code)]);
  expect(rows).toEqual(Object.entries(CAUSES));
});

it.each(['make', 'verify'])('docs/how-to/verify-a-bundle.md gives tickmark bundle %s no option that it does not have', async (command) => {
  const [, typed = ''] = new RegExp(`npx tickmark bundle ${command} (.*)`).exec(page) ?? [];
  const { out } = await run(['bundle', command, '--help']);
  expect(typed.match(/--[a-z]+/g)?.filter((option) => !out.includes(option))).toEqual([]);
});
