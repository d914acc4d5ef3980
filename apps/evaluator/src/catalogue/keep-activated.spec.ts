import { expect, it } from '@jest/globals';
import type { CatalogueFile } from '@tickmark/catalogue';
import { createLogger } from '@tickmark/platform';
import type { ActivateCatalogue, ActivationOutcome } from '../use-cases/activate-catalogue.js';
import { KeepActivated } from './keep-activated.js';

/** Files that change, and what was activated of them; a text with `broken` in it is refused. */
function aFolder() {
  const tried: string[] = [];
  const folder = { text: 'first', tried };
  const run = (files: readonly CatalogueFile[]): Promise<ActivationOutcome> => {
    const text = files[0]?.text ?? '';
    tried.push(text);
    if (!text.includes('broken')) return Promise.resolve({ kind: 'activated', version: tried.length });
    return Promise.resolve({ kind: 'refused', faults: [{ file: 'admin-mfa.yaml', line: 7, message: 'is no expression', severity: 'error' }] });
  };
  const files = (): Promise<readonly CatalogueFile[]> => Promise.resolve([{ role: 'control', path: 'admin-mfa.yaml', text: folder.text }]);
  const kept = new KeepActivated(files, { run } as unknown as ActivateCatalogue, createLogger('spec', 'silent'));
  return { folder, kept };
}

it('activates files once, and again when they change', async () => {
  const { folder, kept } = aFolder();
  expect([kept.trouble, kept.waiting]).toEqual(['no catalogue was activated yet', 'the catalogue is being read']);
  await kept.run();
  await kept.run();
  folder.text = 'second';
  await kept.run();
  expect(folder.tried).toEqual(['first', 'second']);
  expect(kept.trouble).toBeUndefined();
});

it('says of a broken file where it is, until the file is good again', async () => {
  const { folder, kept } = aFolder();
  await kept.run();
  folder.text = 'broken';
  await kept.run();
  await kept.run();
  expect(folder.tried).toEqual(['first', 'broken']);
  expect(kept.trouble).toBe('the catalogue has 1 fault(s), the first in admin-mfa.yaml:7');
  folder.text = 'first';
  await kept.run();
  expect(kept.trouble).toBeUndefined();
});

it('waits for the first look at the files only: one that is refused is told, and what was active before is judged by', async () => {
  const { folder, kept } = aFolder();
  folder.text = 'broken';
  await kept.run();
  expect(kept.waiting).toBeUndefined();
  expect(kept.trouble).toContain('1 fault(s)');
});
