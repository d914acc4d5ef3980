import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalogue, loadMappings, type CatalogueFile } from '@tickmark/catalogue';
import { describe, expect, it } from '@jest/globals';
import { FORMATS } from '../registry.js';
import { send } from '../samples.testkit.js';
import { formatOfMapping } from './mapping-format.js';
import { runMappingTests } from './run-mapping-tests.js';

const CATALOGUE = join(import.meta.dirname, '..', '..', '..', '..', 'catalogue');
const filesIn = (folder: string, role: CatalogueFile['role']): CatalogueFile[] =>
  readdirSync(join(CATALOGUE, folder)).map((name) => ({ role, path: `${folder}/${name}`, text: readFileSync(join(CATALOGUE, folder, name), 'utf8') }));

const types = loadCatalogue(filesIn('event-types', 'event-type'), new Map()).catalogue?.eventTypes ?? new Map<string, never>();
const { mappings, faults } = loadMappings(filesIn('mappings', 'mapping'), types, new Set(FORMATS.map(({ id }) => id)));

describe('the mappings that are shipped', () => {
  it('load without a fault', () => {
    expect(faults).toEqual([]);
    expect([...mappings.keys()]).toEqual(['access-review', 'hr-export']);
  });

  it.each([...mappings.values()].map((mapping) => [mapping.id, mapping] as const))('%s: all its tests hold', (_, mapping) => {
    expect(runMappingTests(mapping).flatMap(({ test, lines }) => lines.filter(({ holds }) => !holds).map((line) => [test.name, line]))).toEqual([]);
  });

  it.each([...mappings.values()].map((mapping) => [mapping.id, mapping] as const))('%s: the sample that it shows is taken', (_, mapping) => {
    const format = formatOfMapping(mapping);
    const result = send(format, format.sample.body, { contentType: format.sample.contentType, headers: {} });
    expect(result.outcome === 'items' && result.items.some(({ kind }) => kind === 'event')).toBe(true);
  });
});
