import { createHash } from 'node:crypto';
import { loadCatalogue, loadMappings, validateEvent } from '@tickmark/catalogue';
import type { Catalogue, CatalogueFault, CatalogueFile } from '@tickmark/catalogue';
import { FORMATS, formatOfMapping } from '@tickmark/formats';
import type { Format } from '@tickmark/formats';
import { foldersOf, readCatalogue } from '@tickmark/platform';
import type { Logger } from '@tickmark/platform';
import type { ValidateData } from './receive/prepare-events.js';

/**
 * The vocabulary, shipped and one's own, that events are held against, and the mappings onto it. It is taken in again when
 * its files change: as a whole, or not at all.
 */
export class EventTypes {
  #types: Catalogue['eventTypes'];
  #mapped: ReadonlyMap<string, Format>;
  #tried: string;
  #trouble: string | undefined;
  #reading: Promise<void> | undefined;

  private constructor(
    private readonly folders: readonly string[],
    { types, mapped, print }: Readable,
  ) {
    this.#types = types;
    this.#mapped = mapped;
    this.#tried = print;
  }

  /** A type that cannot be loaded stops the start and says where its fault is. */
  static async load(cataloguePath: string): Promise<EventTypes> {
    const folders = foldersOf(cataloguePath);
    const files = await filesIn(folders);
    const { loaded, faults } = load(files);
    if (loaded === undefined) throw new Error(`The event types and mappings cannot be loaded:\n${faults.map(inWords).join('\n')}`);
    return new EventTypes(folders, { print: printOf(files), ...loaded });
  }

  readonly validate: ValidateData = (type, data) => validateEvent(this.#types.get(type), data);

  /** Mappings as formats, by name. */
  get mapped(): ReadonlyMap<string, Format> {
    return this.#mapped;
  }

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
      const { loaded, faults } = load(files);
      if (loaded === undefined) {
        this.#trouble = `the event types and mappings have ${faults.length} fault(s), the first in ${faults[0]?.file ?? '?'}:${faults[0]?.line ?? 0}`;
        logger.error({ faults }, 'the event types and mappings were refused as a whole; those of before stay');
        return;
      }
      this.#types = loaded.types;
      this.#mapped = loaded.mapped;
      this.#trouble = undefined;
      logger.info({ types: loaded.types.size, mappings: loaded.mapped.size }, 'event types and mappings taken in');
    } catch (error) {
      this.#tried = '';
      this.#trouble = error instanceof Error ? error.message : String(error);
    }
  }
}

interface Vocabulary {
  readonly types: Catalogue['eventTypes'];
  readonly mapped: ReadonlyMap<string, Format>;
}

interface Readable extends Vocabulary {
  readonly print: string;
}

const BUILT_IN: ReadonlySet<string> = new Set(FORMATS.map(({ id }) => id));

const filesIn = async (folders: readonly string[]): Promise<readonly CatalogueFile[]> =>
  (await readCatalogue(folders)).filter(({ role }) => role === 'event-type' || role === 'mapping');

const printOf = (files: readonly CatalogueFile[]): string =>
  createHash('sha256').update(JSON.stringify(files.map(({ path, text }) => [path, text]))).digest('hex');

function load(files: readonly CatalogueFile[]): { readonly loaded?: Vocabulary; readonly faults: readonly CatalogueFault[] } {
  const { catalogue, faults } = loadCatalogue(files, new Map());
  if (catalogue === undefined) return { faults: errorsOf(faults) };
  const types = catalogue.eventTypes;
  const { mappings, faults: found } = loadMappings(files, types, BUILT_IN);
  const errors = errorsOf(found);
  if (errors.length > 0) return { faults: errors };
  return { loaded: { types, mapped: new Map([...mappings].map(([id, mapping]) => [id, formatOfMapping(mapping)])) }, faults: [] };
}

const errorsOf = (faults: readonly CatalogueFault[]): readonly CatalogueFault[] => faults.filter(({ severity }) => severity === 'error');

const inWords = ({ file, line, message, hint }: CatalogueFault): string => `  ${file}:${line} ${message}${hint === undefined ? '' : ` (${hint})`}`;

export const loadEventTypes = async (cataloguePath: string): Promise<ValidateData> => (await EventTypes.load(cataloguePath)).validate;
