import { loadCatalogue, loadMappings, type CatalogueFault, type CatalogueFile, type MappingDefinition } from '@tickmark/catalogue';
import { FORMATS } from '@tickmark/formats';
import { CatalogueFolderError, readCataloguePath, shippedCatalogueFolder } from '@tickmark/platform';
import { relative, resolve } from 'node:path';
import { WrongUse } from '../io.js';

export interface ReadMappings {
  readonly faults: readonly CatalogueFault[];
  /** Those that were asked for and load, in the order of their ids. */
  readonly mappings: readonly MappingDefinition[];
}

const BUILT_IN: ReadonlySet<string> = new Set(FORMATS.map(({ id }) => id));

/** The mappings at a path, read against the shipped event types and those beside them. */
export async function readMappings(path: string | undefined): Promise<ReadMappings> {
  const shipped = await read(shippedCatalogueFolder());
  const asked = path === undefined ? shipped : (await read(path)).map(asMapping);
  const wanted = asked.filter(({ role }) => role === 'mapping');
  if (wanted.length === 0) throw new WrongUse(`${path ?? 'the shipped catalogue'} holds no mapping files (*.yaml)`);
  const types = [...shipped, ...(path === undefined ? [] : asked)].filter(({ role }) => role === 'event-type');
  const files = [...types, ...wanted].map((file) => ({ ...file, path: shown(file.path) }));
  const { catalogue, faults: typeFaults } = loadCatalogue(files, new Map());
  const { mappings, faults } = loadMappings(files, catalogue?.eventTypes ?? new Map(), namesTaken(wanted, path === undefined ? [] : shipped));
  // Without its types a mapping would be told of faults that are not its own.
  return catalogue === undefined ? { faults: typeFaults, mappings: [] } : { faults, mappings: [...mappings.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** A file, or a folder that is no catalogue, is read as controls by the reader: here they are mappings. */
function asMapping(file: CatalogueFile, _index: number, all: readonly CatalogueFile[]): CatalogueFile {
  return file.role === 'control' && all.every(({ role }) => role === 'control') ? { ...file, role: 'mapping' } : file;
}

/** Beside the shipped ones a mapping of the same name does not load; one that is shipped itself has its own name. */
function namesTaken(wanted: readonly CatalogueFile[], shipped: readonly CatalogueFile[]): ReadonlySet<string> {
  const others = shipped.filter((file) => file.role === 'mapping' && !wanted.some(({ path }) => resolve(path) === resolve(file.path)));
  return new Set([...BUILT_IN, ...others.map(({ path }) => (path.split(/[\\/]/).at(-1) ?? path).replace(/\.ya?ml$/, ''))]);
}

async function read(path: string): Promise<readonly CatalogueFile[]> {
  try {
    return await readCataloguePath(path);
  } catch (error) {
    if (error instanceof CatalogueFolderError) throw new WrongUse(error.message.replace('control files, or one control file', 'mapping files, or one mapping file'));
    throw error;
  }
}

/** As short as it can be typed again from here. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
