import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { PARTS, PLANTS, placeOf } from '../faults/planted/plants.ts';
import { ROOT } from '../support/run-node.ts';

test.each(PLANTS.flatMap(({ id, edits }) => edits.map((edit) => ({ id, ...edit }))))('the planted fault $id finds its one place in $file', (edit) => {
  expect(readFileSync(path.join(ROOT, edit.file), 'utf8').match(placeOf(edit))).toHaveLength(1);
});

test.each(Object.entries(PARTS))('the part of the harness "%s" is there', (_name, { spec, test: wanted }) => {
  const file = path.join(ROOT, spec);
  expect(existsSync(file)).toBe(true);
  const words = wanted.replace(/^(kafka|postgres|redis)/, '$$server');
  expect(readFileSync(file, 'utf8')).toContain(words);
});

test('at least twelve faults are planted, each by its own name', () => {
  expect(new Set(PLANTS.map(({ id }) => id)).size).toBe(PLANTS.length);
  expect(PLANTS.length).toBeGreaterThanOrEqual(12);
});
