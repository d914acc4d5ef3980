import { loadCatalogue } from '@tickmark/catalogue';
import type { CatalogueFile, ControlDefinition } from '@tickmark/catalogue';
import { kindById } from '@tickmark/evaluation';
import type { WrittenCheck } from '@tickmark/evaluation';
import { readActivation, readControlVersions } from '@tickmark/persistence';
import type { ControlVersion, Queryable } from '@tickmark/persistence';
import type { ReadableCheck } from '../judged/view.js';

export interface VersionInForce {
  readonly version: ControlVersion;
  /** Absent: what is on file of it is not what judged, and `fault` says why. */
  readonly written?: WrittenCheck;
  readonly fault?: string;
}

/** The version of a control that a check judged by at an instant, read again from its own text. */
export async function versionInForce(snapshot: Queryable, check: ReadableCheck, atMs: number): Promise<VersionInForce | undefined> {
  const versions = (await readControlVersions(snapshot, check.control)).filter(({ logicHash }) => logicHash === check.logicHash);
  const version = versions.findLast(({ effectiveFromMs }) => effectiveFromMs <= atMs) ?? versions[0];
  if (version === undefined) return undefined;
  const activation = await readActivation(snapshot, check.activation);
  return { version, ...writtenCheck(loaded(activation?.files ?? [], version), check) };
}

type Loaded = { readonly control: ControlDefinition; readonly types: WrittenCheck['types'] } | { readonly fault: string };

function writtenCheck(found: Loaded, { name, logicHash }: ReadableCheck): Omit<VersionInForce, 'version'> {
  if ('fault' in found) return { fault: `the definition on file cannot be read: ${found.fault}` };
  const { control, types } = found;
  if (control.logicHash !== logicHash) return { fault: 'the definition on file is not the one that judged: its logic hash is another' };
  const check = control.checks.find((one) => one.name === name);
  const kind = kindById.get(check?.kind ?? '');
  return check === undefined || kind === undefined ? { fault: `the definition on file has no check ${name}` } : { written: { kind, control, check, types } };
}

/** The control alone, with what it rests on as it was activated: reading a whole catalogue takes its time. */
function loaded(files: readonly CatalogueFile[], { control: id, yaml }: ControlVersion): Loaded {
  const wanted = files.flatMap((file): readonly CatalogueFile[] => {
    const name = nameOf(file.path);
    if (file.role === 'control') return name === id ? [{ ...file, text: yaml }] : [];
    if (file.role === 'override') return name === id ? [file] : [];
    return file.role !== 'event-type' || name === 'attestation.given' || yaml.includes(name) ? [file] : [];
  });
  const { catalogue, faults } = loadCatalogue(wanted, kindById);
  const control = catalogue?.controls.get(id);
  const first = faults.find(({ severity }) => severity === 'error');
  if (catalogue === undefined || control === undefined) return { fault: first === undefined ? 'it was never activated' : `line ${first.line}: ${first.message}` };
  return { control, types: catalogue.eventTypes };
}

const nameOf = (path: string): string => (path.split(/[\\/]/).at(-1) ?? path).replace(/\.ya?ml$/, '');
