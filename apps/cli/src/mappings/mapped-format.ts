import { loadCatalogue, loadMappings } from '@tickmark/catalogue';
import { formatOfMapping, type Format } from '@tickmark/formats';
import { CatalogueFolderError, foldersOf, readCatalogue } from '@tickmark/platform';
import { WrongUse } from '../io.js';

/** A mapping of this name, shipped or in the folders of TICKMARK_CATALOGUE_PATH, as the format that it is for the server. */
export async function mappedFormat(id: string, cataloguePath: string): Promise<Format | undefined> {
  const files = (await read(cataloguePath)).filter(({ role }) => role === 'event-type' || role === 'mapping');
  const { catalogue } = loadCatalogue(files, new Map());
  if (catalogue === undefined) return undefined;
  const mapping = loadMappings(files, catalogue.eventTypes, new Set()).mappings.get(id);
  return mapping === undefined ? undefined : formatOfMapping(mapping);
}

async function read(cataloguePath: string): ReturnType<typeof readCatalogue> {
  try {
    return await readCatalogue(foldersOf(cataloguePath));
  } catch (error) {
    if (error instanceof CatalogueFolderError) throw new WrongUse(error.message);
    throw error;
  }
}
