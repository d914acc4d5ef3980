import { describe, expect, test } from '@jest/globals';
import { CHANNELS } from '../../libs/channels/src/registry.js';
import { KINDS } from '../../libs/evaluation/src/kinds/registry.js';
import { FORMATS } from '../../libs/formats/src/registry.js';
import { filesUnder, foldersIn, isThere, textOf } from './repository.js';

interface Registry {
  readonly what: string;
  readonly folder: string;
  /** What a member's file is called after its id. */
  readonly suffix: string;
  readonly ids: readonly string[];
  /** Files of the folder that are no members. */
  readonly others?: readonly string[];
}

const registries: Registry[] = [
  {
    what: 'kind',
    folder: 'libs/evaluation/src/kinds',
    suffix: '.ts',
    ids: KINDS.map(({ id }) => id),
    others: ['registry'],
  },
  { what: 'format', folder: 'libs/formats/src', suffix: '.format.ts', ids: FORMATS.map(({ id }) => id) },
  { what: 'channel', folder: 'libs/channels/src', suffix: '.channel.ts', ids: CHANNELS.map(({ id }) => id) },
];

function membersOnDisk({ folder, suffix, others = [] }: Registry): string[] {
  const direct = filesUnder(folder, suffix).filter((file) => !file.slice(folder.length + 1).includes('/'));
  const names = direct.filter((file) => !/\.(spec|testkit)\.ts$/.test(file)).map((file) => file.slice(folder.length + 1, -suffix.length));
  return names.filter((name) => name !== '' && !others.includes(name)).sort();
}

describe.each(registries)('every $what', (registry) => {
  test('that lies on disk is registered, under its file name', () => {
    expect([...registry.ids].sort()).toEqual(membersOnDisk(registry));
  });

  test.each(registry.ids.map((id) => [id]))('%s has a spec of its own', (id) => {
    expect(isThere(`${registry.folder}/${id}${registry.suffix.replace(/\.ts$/, '.spec.ts')}`)).toBe(true);
  });
});

describe.each(FORMATS.map(({ id }) => ({ id })))('the format $id', ({ id }) => {
  const samples = filesUnder(`libs/formats/samples/${id}`).map((file) => file.split('/').at(-1) ?? '');

  test('has real and broken samples, and says where the real ones come from', () => {
    expect(samples).toContain('README.md');
    expect(samples.some((name) => name.startsWith('broken.'))).toBe(true);
    expect(samples.some((name) => !name.startsWith('broken.') && name !== 'README.md')).toBe(true);
  });

  test('says how a feed is connected', () => {
    expect(isThere(`docs/how-to/connect-${id}.md`)).toBe(true);
  });
});

test('no samples are left of a format that is gone', () => {
  expect(foldersIn('libs/formats/samples')).toEqual(FORMATS.map(({ id }) => id).sort());
});

test('every kind is used by a control of the catalogue or has a control beside its spec', () => {
  const used = new Set(
    [...filesUnder('catalogue/controls', '.yaml'), ...filesUnder('libs/evaluation/src', '.yaml')].flatMap((file) =>
      [...textOf(file).matchAll(/^\s*-?\s*kind: ([a-z-]+)/gm)].map(([, kind = '']) => kind),
    ),
  );
  const specs = filesUnder('libs/evaluation/src', '.spec.ts').map(textOf).join('\n');
  expect(KINDS.map(({ id }) => id).filter((id) => !used.has(id) && !specs.includes(`kind: '${id}'`) && !specs.includes(`kind: ${id}`))).toEqual([]);
});
