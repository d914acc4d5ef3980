import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { scratchBase } from './run-node.ts';

/** A catalogue folder of an installation's own (TICKMARK_CATALOGUE_PATH), with the given control files. */
export class OwnCatalogue implements Disposable {
  readonly folder: string;

  constructor(controls: Readonly<Record<string, string>>) {
    this.folder = mkdtempSync(path.join(scratchBase(), 'tickmark-catalogue-'));
    mkdirSync(path.join(this.folder, 'controls'));
    for (const [id, yaml] of Object.entries(controls)) this.write(id, yaml);
  }

  write(id: string, yaml: string): void {
    writeFileSync(path.join(this.folder, 'controls', `${id}.yaml`), yaml);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
