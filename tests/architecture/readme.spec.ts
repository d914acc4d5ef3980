import { expect, test } from '@jest/globals';
import { foldersIn, textOf } from './repository.js';

test('the tree in README.md names every folder at the top, and none that is not there', () => {
  const named = [...textOf('README.md').matchAll(/^[├└]── ([\w-]+)\/ /gm)].map(([, name = '']) => name);
  expect(named).toEqual(foldersIn('.').filter((name) => !name.startsWith('.') && name !== 'node_modules').sort());
});

test('every block of commands in README.md says how a spec runs it', () => {
  const text = textOf('README.md');
  const blocks = [...text.matchAll(/^```sh$/gm)].length;
  const marked = [...text.matchAll(/^<!-- block: (receiver|start|look)[^>]*-->\n```sh$/gm)].length;
  expect(marked).toBe(blocks);
});
