import { loadCatalogue, type Catalogue, type CatalogueFault, type CatalogueFile, type ControlDefinition, type LoadedCatalogue } from '@tickmark/catalogue';
import { kindById } from '@tickmark/evaluation';
import { CatalogueFolderError, readCataloguePath, shippedCatalogueFolder } from '@tickmark/platform';
import { relative, resolve } from 'node:path';
import { WrongUse } from '../io.js';

export interface ReadControls {
  readonly faults: readonly CatalogueFault[];
  /** All that loads; controls with a fault are left out. Absent when what they all rest on is at fault. */
  readonly catalogue?: Catalogue;
  /** Those that were asked for and load, in the order of their ids. */
  readonly controls: readonly ControlDefinition[];
  /** Of them, those that an override changes: their tests speak of the parameters in their own file. */
  readonly overridden: ReadonlySet<string>;
  /** Mapping files that lie beside them, which are none of a control's business. */
  readonly mappings: number;
}

/**
 * The controls at a path, read against the shipped event types, criteria and objectives. Shipped controls only take part
 * where they are asked for or overridden, so that a copy of one can be tried out under its own name.
 */
export async function readControls(path: string | undefined): Promise<ReadControls> {
  const shipped = await read(shippedCatalogueFolder());
  const asked = path === undefined ? shipped : await read(path);
  if (asked.length === 0) throw new WrongUse(`${path ?? ''} holds no control files (*.yaml)`);
  const overridden = new Set(asked.filter(({ role }) => role === 'override').map(({ path: of }) => nameOf(of)));
  const takesPart = (file: CatalogueFile): boolean => file.role !== 'control' || overridden.has(nameOf(file.path));
  const others = shipped.filter((file) => !asked.some((one) => sameFile(one, file)) && takesPart(file));
  const files = [...others, ...asked].map((file) => ({ ...file, path: shown(file.path) }));
  const { catalogue, faults } = loaded(files);
  const controls = [...(catalogue?.controls.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
  const mappings = path === undefined ? 0 : asked.filter(({ role }) => role === 'mapping').length;
  return { faults: [...faults, ...sameNames(asked, shipped)], controls, overridden, mappings, ...(catalogue === undefined ? {} : { catalogue }) };
}

/** With all faults, and a catalogue of what is left when the controls at fault are taken out: their neighbours can be tested. */
function loaded(files: readonly CatalogueFile[]): LoadedCatalogue {
  const whole = loadCatalogue(files, kindById);
  if (whole.catalogue !== undefined) return whole;
  const broken = new Set(whole.faults.filter(({ severity }) => severity === 'error').map(({ file }) => file));
  const { catalogue } = loadCatalogue(files.filter(({ role, path }) => role !== 'control' || !broken.has(path)), kindById);
  return catalogue === undefined ? whole : { catalogue, faults: whole.faults };
}

async function read(path: string): Promise<readonly CatalogueFile[]> {
  try {
    return await readCataloguePath(path);
  } catch (error) {
    if (error instanceof CatalogueFolderError) throw new WrongUse(error.message);
    throw error;
  }
}

const nameOf = (path: string): string => (path.split(/[\\/]/).at(-1) ?? path).replace(/\.ya?ml$/, '');
const sameFile = (a: CatalogueFile, b: CatalogueFile): boolean => resolve(a.path) === resolve(b.path);

/** As short as it can be typed again from here. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}

function sameNames(asked: readonly CatalogueFile[], shipped: readonly CatalogueFile[]): readonly CatalogueFault[] {
  const taken = shipped.filter(({ role }) => role === 'control');
  return asked
    .filter((file) => file.role === 'control' && taken.some((one) => nameOf(one.path) === nameOf(file.path) && !sameFile(one, file)))
    .map((file) => ({
      file: shown(file.path),
      line: 1,
      message: `a control "${nameOf(file.path)}" is shipped already; beside it this one does not load`,
      hint: 'give it another id, or write a file under overrides/',
      severity: 'warning' as const,
    }));
}
