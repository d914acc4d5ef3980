import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { CatalogueFolderError, foldersOf, readCatalogue, readCataloguePath } from './read-catalogue.js';

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

async function folderWith(files: { readonly [name: string]: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tickmark-catalogue-'));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

describe('reading a catalogue', () => {
  it('knows by where a file lies what it is for, and leaves out what is none', async () => {
    const folder = await folderWith({
      'criteria.yaml': 'a',
      'objectives.yaml': 'b',
      'event-types/x.y.yaml': 'c',
      'controls/z.yml': 'd',
      'controls/.hidden.yaml': 'e',
      'controls/notes.txt': 'f',
      'overrides/z.yaml': 'g',
      'mappings/hr.yaml': 'm',
      'README.md': 'h',
    });
    const found = (await readCataloguePath(folder)).map(({ role, path, text }) => [role, path.slice(folder.length + 1), text]);
    expect(found).toEqual([
      ['control', 'controls/z.yml', 'd'],
      ['criteria', 'criteria.yaml', 'a'],
      ['event-type', 'event-types/x.y.yaml', 'c'],
      ['mapping', 'mappings/hr.yaml', 'm'],
      ['objectives', 'objectives.yaml', 'b'],
      ['override', 'overrides/z.yaml', 'g'],
    ]);
  });

  it('takes a folder without any of these as control files, and a file as one control', async () => {
    const folder = await folderWith({ 'b.yaml': 'b', 'a.yaml': 'a' });
    const file = join(folder, 'a.yaml');
    expect(await readCataloguePath(folder)).toMatchObject([{ role: 'control', text: 'a' }, { role: 'control', text: 'b' }]);
    expect(await readCataloguePath(file)).toEqual([{ role: 'control', path: file, text: 'a' }]);
  });

  it('begins with what is shipped, then an installation’s own folders', async () => {
    const folder = await folderWith({ 'controls/own.yaml': 'x' });
    const files = await readCatalogue([folder]);
    expect([files.some(({ role }) => role === 'criteria'), files.at(-1)?.text]).toEqual([true, 'x']);
  });

  it('says which folder is not there', async () => {
    await expect(readCataloguePath('/nowhere/at/all')).rejects.toThrow(
      new CatalogueFolderError('/nowhere/at/all is not there; name a folder of control files, or one control file'),
    );
  });

  it('reads no more than a mebibyte of a file', async () => {
    const folder = await folderWith({ 'big.yaml': 'x'.repeat(3_000_000) });
    expect((await readCataloguePath(folder))[0]?.text.length).toBe(1_048_576);
  });
});

it('several folders are separated as the system separates paths', () => {
  expect(foldersOf(['a', '', 'b/c'].join(delimiter))).toEqual(['a', 'b/c']);
});
