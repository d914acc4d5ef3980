import { open, readdir, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The shape of `CatalogueFile` of the lib catalogue, which this lib may not import. */
export interface ReadCatalogueFile {
  readonly role: 'criteria' | 'objectives' | 'event-type' | 'control' | 'override' | 'mapping';
  readonly path: string;
  readonly text: string;
}

/** A folder cannot be read as a catalogue: says which and what to do. */
export class CatalogueFolderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CatalogueFolderError';
  }
}

const SINGLE = { 'criteria.yaml': 'criteria', 'objectives.yaml': 'objectives' } as const;
const FOLDERS = { 'event-types': 'event-type', controls: 'control', overrides: 'override', mappings: 'mapping' } as const;
const MOST_FILES = 2_000;
/** More than any file may have; what is longer is cut off here and refused by the loader. */
const MOST_BYTES = 1_048_576;

/** What the program ships. */
export const shippedCatalogueFolder = (): string => fileURLToPath(new URL('../../../catalogue', import.meta.url));

/** Folders of `TICKMARK_CATALOGUE_PATH`, separated as the system separates paths. */
export const foldersOf = (path: string): readonly string[] => path.split(delimiter).filter((folder) => folder !== '');

/**
 * The shipped catalogue and an installation's own folders, in this order. A folder holds criteria.yaml, objectives.yaml,
 * event-types/, controls/, overrides/, mappings/, any of them; a folder with none of these holds control files; a file is a control.
 */
export async function readCatalogue(own: readonly string[] = []): Promise<readonly ReadCatalogueFile[]> {
  const files: ReadCatalogueFile[] = [];
  for (const path of [shippedCatalogueFolder(), ...own]) files.push(...(await readCataloguePath(path)));
  return files;
}

export async function readCataloguePath(path: string): Promise<readonly ReadCatalogueFile[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new CatalogueFolderError(`${path} is not there; name a folder of control files, or one control file`);
  if (found.isFile()) return [{ role: 'control', path, text: await readText(path) }];
  const names = (await readdir(path)).sort();
  const known = names.some((name) => Object.hasOwn(SINGLE, name) || Object.hasOwn(FOLDERS, name));
  if (!known) return readFolder(path, 'control');
  const files: ReadCatalogueFile[] = [];
  for (const name of names) {
    if (Object.hasOwn(SINGLE, name)) files.push(await readOne(join(path, name), SINGLE[name as keyof typeof SINGLE]));
    if (Object.hasOwn(FOLDERS, name)) files.push(...(await readFolder(join(path, name), FOLDERS[name as keyof typeof FOLDERS])));
  }
  return files;
}

async function readFolder(folder: string, role: ReadCatalogueFile['role']): Promise<readonly ReadCatalogueFile[]> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.')).sort();
  if (names.length > MOST_FILES) throw new CatalogueFolderError(`${folder} holds more than ${MOST_FILES} files; split it into several folders`);
  const files: ReadCatalogueFile[] = [];
  for (const name of names) files.push(await readOne(join(folder, name), role));
  return files;
}

const readOne = async (path: string, role: ReadCatalogueFile['role']): Promise<ReadCatalogueFile> => ({ role, path, text: await readText(path) });

async function readText(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(MOST_BYTES);
    const { bytesRead } = await file.read(buffer, 0, MOST_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
