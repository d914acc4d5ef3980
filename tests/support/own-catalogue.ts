import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { scratchBase } from './run-node.ts';

/** A catalogue folder of an installation's own (TICKMARK_CATALOGUE_PATH), with the given control files, and others by their path. */
export class OwnCatalogue implements Disposable {
  readonly folder: string;

  constructor(controls: Readonly<Record<string, string>>, others: Readonly<Record<string, string>> = {}) {
    this.folder = mkdtempSync(path.join(scratchBase(), 'tickmark-catalogue-'));
    mkdirSync(path.join(this.folder, 'controls'));
    for (const [id, yaml] of Object.entries(controls)) this.write(id, yaml);
    for (const [file, text] of Object.entries(others)) this.put(file, text);
  }

  write(id: string, yaml: string): void {
    this.put(path.join('controls', `${id}.yaml`), yaml);
  }

  put(file: string, text: string): void {
    const place = path.join(this.folder, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
