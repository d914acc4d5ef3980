import { createHash } from 'node:crypto';
import type { CatalogueFile } from '@tickmark/catalogue';
import type { Logger } from '@tickmark/platform';
import type { ActivateCatalogue } from '../use-cases/activate-catalogue.js';

/**
 * Activates this instance's own files when it starts and whenever they change. Files that did not change are never
 * activated again: of several instances with different files, the last change counts.
 */
export class KeepActivated {
  #tried: string | undefined;
  #trouble: string | undefined = 'no catalogue was activated yet';

  constructor(
    private readonly read: () => Promise<readonly CatalogueFile[]>,
    private readonly activate: ActivateCatalogue,
    private readonly logger: Logger,
  ) {}

  /** Why the files of this instance are not what is judged by; undefined when they are. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Why nothing can be judged or shown yet: the files were not looked at since this instance started. */
  get waiting(): string | undefined {
    return this.#tried === undefined ? 'the catalogue is being read' : undefined;
  }

  async run(): Promise<void> {
    const files = await this.read();
    const print = fingerprint(files);
    if (print === this.#tried) return;
    const outcome = await this.activate.run(files);
    this.#tried = print;
    if (outcome.kind !== 'refused') {
      this.#trouble = undefined;
      this.logger.info({ version: outcome.version, files: files.length }, `catalogue ${outcome.kind}`);
      return;
    }
    const errors = outcome.faults.filter(({ severity }) => severity === 'error');
    this.#trouble = `the catalogue has ${errors.length} fault(s), the first in ${errors[0]?.file ?? '?'}:${errors[0]?.line ?? 0}`;
    this.logger.error({ faults: errors }, 'the catalogue was refused as a whole; what was active before stays');
  }
}

function fingerprint(files: readonly CatalogueFile[]): string {
  const hash = createHash('sha256');
  for (const { role, path, text } of files) hash.update(JSON.stringify([role, path, text]));
  return hash.digest('hex');
}
