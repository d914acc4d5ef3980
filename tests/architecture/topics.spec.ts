import { expect, test } from '@jest/globals';
import { TOPICS } from '@tickmark/contracts';
import { filesUnder, textOf } from './repository.js';

const places = ['apps', 'libs', 'scripts', 'k8s', 'docs'].flatMap((folder) => filesUnder(folder));
const read = places.filter((file) => /\.(ts|mjs|ya?ml|md|json|sql)$/.test(file));

test('topics carry the product and a version in their names', () => {
  for (const topic of Object.values(TOPICS)) expect(topic).toMatch(/^tickmark\.[a-z]+(-[a-z]+)*\.v\d+$/);
});

test('no topic is named anywhere that the contracts do not have', () => {
  const known: string[] = Object.values(TOPICS);
  const strange = read.flatMap((file) =>
    [...textOf(file).matchAll(/\btickmark\.[a-z-]+\.v\d+\b/g)].filter(([topic]) => !known.includes(topic)).map(([topic]) => `${file}: ${topic}`),
  );
  expect(strange).toEqual([]);
});

test('code takes topics from the contracts instead of writing their names', () => {
  const code = read.filter((file) => /\.(ts|mjs)$/.test(file) && !/\.(spec|testkit)\.ts$/.test(file) && file !== 'libs/contracts/src/topics.ts');
  expect(code.filter((file) => /['"`]tickmark\.[a-z-]+\.v\d+/.test(textOf(file)))).toEqual([]);
});
