import { expect, test } from '@jest/globals';
import { filesUnder, textOf } from './repository.js';

const TEXT = /\.(ts|mjs|cjs|js|json|ya?ml|md|sql|sh|xml|html|css|txt)$|(^|\/)(Dockerfile|run|\.npmrc|\.env\.example)$/;
const files = filesUnder('.').filter((file) => TEXT.test(file) && !file.includes('/samples/') && file !== 'package-lock.json');

const holding = (pattern: RegExp, among = files): string[] =>
  among.flatMap((file) => {
    const line = textOf(file).split('\n').findIndex((text) => pattern.test(text));
    return line === -1 ? [] : [`${file}:${line + 1}`];
  });

test('no path of somebody’s machine is written anywhere', () => {
  expect(holding(/(^|[\s'"`(=:])\/(home|Users|root|work)\/[\w.-]/)).toEqual([]);
});

test('no package registry is written down; its clients know where theirs is', () => {
  const hosts = ['registry.npmjs' + '.org', 'repo1.maven' + '.org', 'repo.maven.apache' + '.org', 'proxy.golang' + '.org', 'pypi' + '.org', 'crates' + '.io'];
  const pattern = new RegExp(hosts.map((host) => host.replaceAll('.', '\\.')).join('|'));
  expect(holding(pattern, [...files, 'package-lock.json'])).toEqual([]);
});

test('what is left to do stands in an issue, not in a comment', () => {
  const code = files.filter((file) => /\.(ts|mjs|cjs|sql)$/.test(file) && !file.startsWith('tests/architecture/'));
  expect(holding(/\b(TODO|FIXME|XXX)\b(?!.*#\d)/, code)).toEqual([]);
});

test('no secret of an installation lies in the repository', () => {
  const pattern = /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{36}\b/;
  const kept = files.filter((file) => !/\.(spec|testkit)\.ts$/.test(file));
  expect(holding(pattern, kept)).toEqual([]);
});

test('no two tests of one file have the same name', () => {
  const doubled = files
    .filter((file) => file.endsWith('.spec.ts'))
    .flatMap((file) => {
      const names = [...textOf(file).matchAll(/^test\(\s*['"`](.+?)['"`],/gm)].map(([, name = '']) => name);
      return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${file}: ${name}`);
    });
  expect(doubled).toEqual([]);
});
