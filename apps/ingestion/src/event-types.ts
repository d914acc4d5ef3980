import { createHash } from 'node:crypto';
import { loadCatalogue, validateEvent } from '@tickmark/catalogue';
import type { Catalogue, CatalogueFault, CatalogueFile } from '@tickmark/catalogue';
import { foldersOf, readCatalogue } from '@tickmark/platform';
import type { Logger } from '@tickmark/platform';
import type { ValidateData } from './receive/prepare-events.js';

/**
 * The vocabulary, shipped and one's own, that events are held against. It is taken in again when its files change: as a
 * whole, or not at all.
 */
export class EventTypes {
  #types: Catalogue['eventTypes'];
  #tried: string;
  #trouble: string | undefined;
  #reading: Promise<void> | undefined;

  private constructor(
    private readonly folders: readonly string[],
    { types, print }: Readable,
  ) {
    this.#types = types;
    this.#tried = print;
  }

  /** A type that cannot be loaded stops the start and says where its fault is. */
  static async load(cataloguePath: string): Promise<EventTypes> {
    const folders = foldersOf(cataloguePath);
    const files = await filesIn(folders);
    const { types, faults } = load(files);
    if (types === undefined) throw new Error(`The event types cannot be loaded:\n${faults.map(inWords).join('\n')}`);
    return new EventTypes(folders, { print: printOf(files), types });
  }

  readonly validate: ValidateData = (type, data) => validateEvent(this.#types.get(type), data);

  /** Why what lies in the folders is not what events are held against; undefined when it is. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Looks at the files now; one look at a time. */
  reload(logger: Logger): Promise<void> {
    this.#reading ??= this.#reload(logger).finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #reload(logger: Logger): Promise<void> {
    try {
      const files = await filesIn(this.folders);
      if (printOf(files) === this.#tried) return;
      this.#tried = printOf(files);
      const { types, faults } = load(files);
      if (types === undefined) {
        this.#trouble = `the event types have ${faults.length} fault(s), the first in ${faults[0]?.file ?? '?'}:${faults[0]?.line ?? 0}`;
        logger.error({ faults }, 'the event types were refused as a whole; those of before stay');
        return;
      }
      this.#types = types;
      this.#trouble = undefined;
      logger.info({ types: types.size }, 'event types taken in');
    } catch (error) {
      this.#tried = '';
      this.#trouble = error instanceof Error ? error.message : String(error);
    }
  }
}

interface Readable {
  readonly print: string;
  readonly types: Catalogue['eventTypes'];
}

const filesIn = async (folders: readonly string[]): Promise<readonly CatalogueFile[]> =>
  (await readCatalogue(folders)).filter((file) => file.role === 'event-type');

const printOf = (files: readonly CatalogueFile[]): string =>
  createHash('sha256').update(JSON.stringify(files.map(({ path, text }) => [path, text]))).digest('hex');

function load(files: readonly CatalogueFile[]): { readonly types?: Readable['types']; readonly faults: readonly CatalogueFault[] } {
  const { catalogue, faults } = loadCatalogue(files, new Map());
  const errors = faults.filter(({ severity }) => severity === 'error');
  return { faults: errors, ...(catalogue === undefined ? {} : { types: catalogue.eventTypes }) };
}

const inWords = ({ file, line, message, hint }: CatalogueFault): string => `  ${file}:${line} ${message}${hint === undefined ? '' : ` (${hint})`}`;

export const loadEventTypes = async (cataloguePath: string): Promise<ValidateData> => (await EventTypes.load(cataloguePath)).validate;
