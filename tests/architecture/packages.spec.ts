import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { jsonOf, packageFolders, textOf } from './repository.js';

const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  private: z.boolean(),
  type: z.literal('module'),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

const Build = z.object({ references: z.array(z.object({ path: z.string() })).default([]) });

const manifestOf = (folder: string) => Manifest.parse(jsonOf(`${folder}/package.json`));

test.each(['.', ...packageFolders()])('%s names exact versions only', (folder) => {
  const { dependencies, devDependencies } = manifestOf(folder);
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
  expect(loose).toEqual([]);
});

test('one package has one version in the whole repository', () => {
  const seen = new Map<string, Set<string>>();
  for (const folder of ['.', ...packageFolders()]) {
    const { dependencies, devDependencies } = manifestOf(folder);
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      seen.set(name, (seen.get(name) ?? new Set()).add(version));
    }
  }
  expect([...seen].filter(([, versions]) => versions.size > 1).map(([name]) => name)).toEqual([]);
});

describe.each(packageFolders().map((folder) => [folder]))('%s', (folder) => {
  const manifest = manifestOf(folder);

  test('is private and named after its folder', () => {
    expect(manifest).toMatchObject({ name: `@tickmark/${folder.split('/')[1] ?? ''}`, private: true });
  });

  test('is built after exactly the packages that it depends on', () => {
    const needed = Object.keys(manifest.dependencies).filter((name) => name.startsWith('@tickmark/'));
    const built = Build.parse(jsonOf(`${folder}/tsconfig.json`)).references.map(({ path }) => `@tickmark/${path.split('/').at(-1) ?? ''}`);
    expect(built.sort()).toEqual(needed.sort());
  });
});

test('every package is built, by itself and with the specs', () => {
  for (const file of ['tsconfig.json', 'tsconfig.build.json', 'tsconfig.specs.json']) {
    const built = Build.parse(jsonOf(file)).references.map(({ path }) => path);
    expect(built.filter((path) => path !== './tsconfig.specs.json').sort()).toEqual(packageFolders());
  }
});

test('the image has the Node that set-up installs', () => {
  const [, wanted] = /VERSION = '([\d.]+)'/.exec(textOf('scripts/setup/node-24.mjs')) ?? [];
  const images = [...textOf('Dockerfile').matchAll(/FROM node:([\d.]+)-/g)].map(([, version]) => version);
  expect(new Set(images)).toEqual(new Set([wanted]));
});
