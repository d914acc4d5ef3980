import { fileId } from './file-id.js';
import { loadCatalogue } from './load-catalogue.js';
import type { CatalogueFault, CatalogueFile, Catalogue, ControlDefinition, KindDescriptor } from './model.js';
import { readYaml, reporter } from './yaml-source.js';

export interface LoadedDraft {
  /** Absent when there is any error. */
  readonly draft?: { readonly control: ControlDefinition; readonly catalogue: Catalogue };
  readonly faults: readonly CatalogueFault[];
}

const UNNAMED = 'draft.yaml';

/** A control as it would be if this text took the place of its file: by the same loader, with the same overrides. */
export function loadDraft(files: readonly CatalogueFile[], text: string, kinds: ReadonlyMap<string, KindDescriptor>): LoadedDraft {
  const id = idIn(text);
  const path = id === undefined ? UNNAMED : `${id}.yaml`;
  const others = files.filter((file) => file.role !== 'control' || fileId(file.path) !== id);
  const { catalogue, faults } = loadCatalogue([...others, { role: 'control', path, text }], kinds);
  const control = id === undefined ? undefined : catalogue?.controls.get(id);
  return catalogue === undefined || control === undefined ? { faults } : { draft: { control, catalogue }, faults: faults.filter(({ file }) => file === path) };
}

/** What is wrong with the text is told when it is loaded. */
function idIn(text: string): string | undefined {
  const value = readYaml({ role: 'control', path: UNNAMED, text }, reporter([], UNNAMED))?.value;
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' && fileId(`${id}.yaml`) === id ? id : undefined;
}
