import { describe, expect, it, jest } from '@jest/globals';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { folderWith, run, scratchFolder } from '../cli.testkit.js';

/** All shipped types are loaded each time. */
jest.setTimeout(60_000);

const PAGE = join(import.meta.dirname, '../../../../docs/how-to/map-your-own-tool.md');
const MAPPING = 'my-catalogue/mappings/learning-platform.yaml';

/** The files of the page in a folder of their own. */
async function written(change: (text: string) => string = (text) => text): Promise<string> {
  const folder = await scratchFolder();
  for (const [, name = '', content = ''] of (await readFile(PAGE, 'utf8')).matchAll(/<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)```/g)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), name === MAPPING ? change(content) : content);
  }
  return folder;
}

/** The command that the page gives in a block, for the folder in which it was typed. */
async function command(block: string, folder: string): Promise<readonly string[]> {
  const found = new RegExp(`<!-- block: ${block} -->\\n\`\`\`sh\\nnpx tickmark (.+)\\n\`\`\``).exec(await readFile(PAGE, 'utf8'));
  return (found?.[1] ?? '').split(' ').map((word) => (/^(my-catalogue|courses)/.test(word) ? join(folder, word) : word));
}

describe('docs/how-to/map-your-own-tool.md', () => {
  it('shows a mapping that loads and whose tests hold', async () => {
    const folder = await written();
    expect(await run(await command('check', folder))).toEqual({ code: 0, out: '1 mapping without a fault\n', err: '' });
    const { code, out } = await run(await command('test', folder));
    expect([code, out.split('\n').at(-2)]).toEqual([0, '1 mapping, 2 tests: all hold']);
  });

  it('shows what its file becomes', async () => {
    const folder = await written();
    const file = join(folder, 'courses.csv');
    expect(await run(await command('try', folder))).toEqual({
      code: 0,
      out: '{"id":"grace/Security basics@2026-03-31","source":"/learning-platform","type":"hr.training-completed","subject":"grace","data":{"worker":"grace","course":"Security basics","version":"2026"},"time":"2026-03-31T00:00:00.000Z"}\n',
      err: `${file}: item 1 ignored: a course that was failed is not completed\n${file}: item 2 ignored: not finished yet\n`,
    });
  });

  it('shows what a misspelt column is answered with', async () => {
    const folder = await written((text) => text.replace('subject: row.user', 'subject: row.usr'));
    const [, shown = '', hint = ''] = /```text\n(my-catalogue\S+ error: .+)\n {2}(.+)\n```/.exec(await readFile(PAGE, 'utf8')) ?? [];
    const { code, out } = await run(await command('check', folder));
    expect([code, hint, out]).toEqual([1, 'did you mean "user"?', `${join(folder, shown)}\n  ${hint}\n1 fault: nothing is taken in by a mapping with a fault\n`]);
  });

  it('shows tests that notice when the mapping says something else', async () => {
    const folder = await written((text) => text.replace('row.result == "failed"', 'row.result == "none"'));
    const { code, out } = await run(await command('test', folder));
    expect(code).toBe(1);
    expect(out).toContain(
      [
        '  ✗ fails  a passed course is completed, others are not',
        `      ${join(folder, MAPPING)}:29`,
        '      EXPECTED  {"ignored":"a course that was failed is not completed","item":1}',
        '      GOT       {"refused":"","item":1,"message":"no event of the mapping fits this item; add one, or an \\"ignore\\" with the reason"}',
        '',
      ].join('\n'),
    );
    expect(out).toMatch(/1 mapping, 2 tests: 1 does not hold\n$/);
  });
});

describe('tickmark mappings', () => {
  it('checks and tests those that are shipped', async () => {
    expect(await run(['mappings', 'check'])).toEqual({ code: 0, out: '2 mappings without a fault\n', err: '' });
    const { code, out } = await run(['mappings', 'test', '--json']);
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ ok: true, mappings: [expect.objectContaining({ id: 'access-review' }), expect.objectContaining({ id: 'hr-export' })] })]);
  });

  it('refuses a name that a built-in format or a shipped mapping has', async () => {
    const text = await readFile(join(await written(), MAPPING), 'utf8');
    const folder = await folderWith({ 'okta.yaml': text.replace('id: learning-platform', 'id: okta'), 'hr-export.yaml': text.replace('id: learning-platform', 'id: hr-export') });
    const { code, out } = await run(['mappings', 'check', folder, '--json']);
    expect([code, (JSON.parse(out) as { faults: { message: string }[] }).faults.map(({ message }) => message)]).toEqual([
      1,
      ['"hr-export" is a format that is built in', '"okta" is a format that is built in'],
    ]);
  });

  it('answers no for a file that is not taken whole, and says what is refused', async () => {
    const folder = await written();
    const file = join(folder, 'other.csv');
    await writeFile(file, 'User;Course;Edition;Finished on;Result\ngrace;Security basics;2026;;passed\n');
    expect(await run(['mappings', 'try', join(folder, MAPPING), file])).toEqual({ code: 1, out: '', err: `${file}: item 0 /Finished on is missing\n` });
    await writeFile(file, 'User;Course\n');
    expect(await run(['mappings', 'try', join(folder, MAPPING), file])).toEqual({ code: 1, out: '', err: `${file}:  the header line has no column Edition\n` });
  });

  it('are no controls: whoever checks those beside them is told', async () => {
    const catalogue = join(await written(), 'my-catalogue');
    const { code, err } = await run(['controls', 'check', catalogue]);
    expect([code, err]).toEqual([0, `1 mapping file lies there too: see tickmark mappings check ${catalogue}\n`]);
  });

  it.each([
    [['mappings', 'check', 'nowhere'], 'tickmark: nowhere is not there; name a folder of mapping files, or one mapping file\n'],
    [['mappings', 'try', 'nowhere', 'nothing.csv'], 'tickmark: nothing.csv cannot be read (ENOENT)\n'],
  ])('%j is wrong use', async (argv, err) => {
    expect(await run(argv)).toEqual({ code: 2, out: '', err });
  });
});
