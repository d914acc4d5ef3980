import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { VERDICTS } from '@tickmark/readiness';
import { run, scratchFolder } from '../cli.testkit.js';

const PAGE = join(import.meta.dirname, '../../../../docs/how-to/soc-1-or-soc-2.md');

/** A command of the page, as typed in the folder in which its file was written. What needs a console runs in the outer ring. */
async function typed(block: string): Promise<{ readonly page: string; readonly argv: readonly string[] }> {
  const page = await readFile(PAGE, 'utf8');
  const [, content = ''] = /<!-- file: answers\.json -->\n```json\n([\s\S]*?)```/.exec(page) ?? [];
  const [, command = ''] = new RegExp(`<!-- block: ${block} -->\\n\`\`\`sh\\nnpx tickmark (.+)\\n\`\`\``).exec(page) ?? [];
  const file = join(await scratchFolder(), 'answers.json');
  await writeFile(file, content);
  return { page, argv: command.split(' ').map((word) => (word === 'answers.json' ? file : word)) };
}

it('docs/how-to/soc-1-or-soc-2.md shows what its answers decide', async () => {
  const { page, argv } = await typed('decide');
  const [, shown = ''] = /```text\n([\s\S]*?)```/.exec(page) ?? [];
  const { code, out } = await run(argv);
  expect([argv.slice(0, 3), code, out.startsWith(`${shown}\nWhy\n`)]).toEqual([['readiness', 'decide', '--answers'], 0, true]);
});

it('docs/how-to/soc-1-or-soc-2.md compares both reports', async () => {
  const { argv } = await typed('compare');
  expect(argv).toEqual(['readiness', 'compare']);
  expect((await run(argv)).code).toBe(0);
}, 60_000);

it('docs/how-to/soc-1-or-soc-2.md explains every word that a gap can have', async () => {
  const { page } = await typed('decide');
  const explained = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, word]) => word);
  expect(explained).toEqual([...VERDICTS]);
});
