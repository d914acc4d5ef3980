import { loadCatalogue, validateEvent } from '@tickmark/catalogue';
import { foldersOf, readCatalogue } from '@tickmark/platform';
import type { ValidateData } from './receive/prepare-events.js';

/** The vocabulary, shipped and one's own; a type that cannot be loaded stops the start and says where its fault is. */
export async function loadEventTypes(cataloguePath: string): Promise<ValidateData> {
  const files = await readCatalogue(foldersOf(cataloguePath));
  const { catalogue, faults } = loadCatalogue(files.filter((file) => file.role === 'event-type'), new Map());
  if (catalogue === undefined) {
    const lines = faults.map(({ file, line, message, hint }) => `  ${file}:${line} ${message}${hint === undefined ? '' : ` (${hint})`}`);
    throw new Error(`The event types cannot be loaded:\n${lines.join('\n')}`);
  }
  return (type, data) => validateEvent(catalogue.eventTypes.get(type), data);
}
