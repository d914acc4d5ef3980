import { expect, test } from '@jest/globals';
import { foldersIn, packageFolders, textOf } from './repository.js';

/** The first column of the table under "Where things are". */
function foldersOnTheMap(): string[] {
  const [, section = ''] = textOf('ARCHITECTURE.md').split('\n## Where things are\n');
  const [table = ''] = section.split('\n## ');
  const cells = table.split('\n').flatMap((line) => /^\| ([^|]+) \|/.exec(line)?.slice(1) ?? []);
  return cells.flatMap((cell) => [...cell.matchAll(/`([\w/.-]+)`/g)].map(([, name = '']) => name.replace(/\/$/, '')));
}

test('the map in ARCHITECTURE.md names every package, and none that is not there', () => {
  const named = foldersOnTheMap().filter((name) => /^(apps|libs)\//.test(name));
  expect(named.sort()).toEqual(packageFolders());
});

test('the map names every other folder at the top', () => {
  const top = foldersIn('.').filter((name) => !name.startsWith('.') && !['apps', 'libs'].includes(name));
  const named = foldersOnTheMap();
  expect(top.filter((name) => !named.includes(name))).toEqual([]);
});
