import { describe, expect, it } from '@jest/globals';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run, scratchFolder } from './cli.testkit.js';

const PAGE = join(import.meta.dirname, '../../../docs/how-to/write-a-control.md');

/** The files that the page tells a newcomer to write. */
async function filesOfThePage(): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(PAGE, 'utf8');
  const blocks = text.matchAll(/<!-- file: (\S+) -->\n```yaml\n([\s\S]*?)```/g);
  return new Map([...blocks].map(([, name = '', content = '']) => [name, content]));
}

/** Files of the page in a folder, as far as the newcomer has come. */
async function written(names: RegExp, change: (text: string) => string = (text) => text): Promise<string> {
  const folder = await scratchFolder();
  for (const [name, content] of await filesOfThePage()) {
    if (!names.test(name)) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), change(content));
  }
  return join(folder, 'my-catalogue');
}

/** The command that the page gives in a block, for the folder in which it was typed. */
async function command(block: string, folder: string): Promise<readonly string[]> {
  const found = new RegExp(`<!-- block: ${block} -->\\n\`\`\`sh\\nnpx tickmark (.+)\\n\`\`\``).exec(await readFile(PAGE, 'utf8'));
  return (found?.[1] ?? '').split(' ').map((word) => (word === 'my-catalogue' ? folder : word));
}

describe('docs/how-to/write-a-control.md', () => {
  it('shows a control that loads and whose tests hold and reach every state', async () => {
    const folder = await written(/controls/);
    expect(await run(await command('check', folder))).toEqual({ code: 0, out: '1 control without a fault\n', err: '' });
    const tested = await command('test', folder);
    const { code, out } = await run(tested);
    expect([tested.at(-1), code, out.split('\n').at(-2)]).toEqual(['--every-state', 0, '1 control, 3 tests: all hold']);
  });

  it('shows what a misspelt field is answered with', async () => {
    const folder = await written(/controls/, (text) => text.replace('restore.outcome ==', 'restore.outcom =='));
    const { code, out } = await run(await command('check', folder));
    const page = await readFile(PAGE, 'utf8');
    const [, shown = ''] = /```text\nmy-catalogue\/controls\/([^\n]+) \(in …\)\n {2}did you mean "outcome"\?\n```/.exec(page) ?? [];
    expect(shown).toBe('restores-fast-enough.yaml:15: error: checks.restored.assert: restore has no field "outcom"');
    expect([code, out.includes(shown), out.includes('\n  did you mean "outcome"?\n')]).toEqual([1, true, true]);
  });

  it.each([
    ['<=', '<'],
    ['&&', '||'],
    ['every: 92d', 'every: 93d'],
  ])('shows tests that notice when %s becomes %s', async (from, to) => {
    const folder = await written(/controls/, (text) => text.replace(from, to));
    const { code, out } = await run(await command('test', folder));
    expect([code, out.split('\n').at(-2)]).toEqual([1, expect.stringMatching(/^1 control, 3 tests: \d do(es)? not hold$/)]);
  });

  it('shows an override that loads; the tests of the shipped file speak of its own parameters and are not played', async () => {
    const folder = await written(/overrides/);
    expect(await run(['controls', 'check', folder])).toEqual({ code: 0, out: '1 control without a fault\n', err: '' });
    expect(await run(['controls', 'test', folder])).toEqual({
      code: 0,
      out: '0 controls, 0 tests: all hold\n',
      err: 'leaver-access-removed is overridden: its tests speak of the parameters in its own file and were not played\n',
    });
  });
});
