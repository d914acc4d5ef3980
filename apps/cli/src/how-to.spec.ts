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

async function written(change: (text: string) => string = (text) => text): Promise<string> {
  const folder = await scratchFolder();
  for (const [name, content] of await filesOfThePage()) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), change(content));
  }
  return folder;
}

describe('docs/how-to/write-a-control.md', () => {
  it('shows a control that loads and whose tests hold', async () => {
    const folder = await written();
    expect(await run(['controls', 'check', join(folder, 'my-controls')])).toEqual({ code: 0, out: '1 control without a fault\n', err: '' });
    const { code, out } = await run(['controls', 'test', join(folder, 'my-controls')]);
    expect([code, out.split('\n').at(-2)]).toEqual([0, '1 control, 2 tests: all hold']);
  });

  it('shows what a misspelt field is answered with', async () => {
    const folder = await written((text) => text.replace('restore.outcome ==', 'restore.outcom =='));
    const { code, out } = await run(['controls', 'check', join(folder, 'my-controls')]);
    const page = await readFile(PAGE, 'utf8');
    const [, shown = ''] = /```text\nmy-controls\/([^\n]+) \(in …\)\n {2}did you mean "outcome"\?\n```/.exec(page) ?? [];
    expect(shown).toBe('restores-tested.yaml:15: error: checks.restored.assert: restore has no field "outcom"');
    expect([code, out.includes(shown), out.includes('\n  did you mean "outcome"?\n')]).toEqual([1, true, true]);
  });

  it('shows an override that loads; the tests of the shipped file speak of its own parameters and are not played', async () => {
    const folder = await written();
    expect(await run(['controls', 'check', join(folder, 'my-catalogue')])).toEqual({ code: 0, out: '1 control without a fault\n', err: '' });
    expect(await run(['controls', 'test', join(folder, 'my-catalogue')])).toEqual({
      code: 0,
      out: '0 controls, 0 tests: all hold\n',
      err: 'leaver-access-removed is overridden: its tests speak of the parameters in its own file and were not played\n',
    });
  });
});
