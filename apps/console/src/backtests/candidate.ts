import { loadDraft } from '@tickmark/catalogue';
import type { CatalogueFault, CatalogueFile, ControlDefinition } from '@tickmark/catalogue';
import { kindById } from '@tickmark/evaluation';
import type { CompiledCheck } from '@tickmark/evaluation';

/** A control as written, ready to judge. */
export interface Candidate {
  readonly control: ControlDefinition;
  readonly checks: readonly CompiledCheck[];
}

export type ReadCandidate = { readonly ok: true; readonly value: Candidate } | { readonly ok: false; readonly error: readonly CatalogueFault[] };

/** The control as if the text took the place of its file in the active catalogue, with the overrides that are there. */
export function readCandidate(files: readonly CatalogueFile[], yaml: string): ReadCandidate {
  const own = load(files.filter((file) => isAlone(file, yaml) && (file.role !== 'event-type' || yaml.includes(nameOf(file.path)) || nameOf(file.path) === 'attestation.given')), yaml);
  // Only among all event types can be said which one was meant.
  return own.ok ? own : load(files.filter((file) => isAlone(file, yaml)), yaml);
}

function load(files: readonly CatalogueFile[], yaml: string): ReadCandidate {
  const { draft, faults } = loadDraft(files, yaml, kindById);
  if (draft === undefined) return { ok: false, error: faults.filter(({ severity }) => severity === 'error') };
  const { control, catalogue } = draft;
  const checks = control.checks.flatMap((check) => kindById.get(check.kind)?.compile(control, check, catalogue.eventTypes) ?? []);
  return { ok: true, value: { control, checks } };
}

/** Other controls take no part: reading all of them takes its time. */
function isAlone({ role, path }: CatalogueFile, yaml: string): boolean {
  if (role === 'control') return false;
  return role !== 'override' || /^id:\s*["']?([^\s"'#]+)/m.exec(yaml)?.[1] === nameOf(path);
}

const nameOf = (path: string): string => (path.split(/[\\/]/).at(-1) ?? path).replace(/\.ya?ml$/, '');
