import { suggestion } from '@tickmark/expressions';
import { canonical, sha256 } from './canonical.js';
import { checkControl } from './check-control.js';
import { readControl } from './control-file.js';
import { overrideFile } from './control-schema.js';
import { loadEventType } from './event-type-file.js';
import { fileId } from './file-id.js';
import type { Known } from './known.js';
import { loadCriteria, loadObjectives, type Measures } from './measures-file.js';
import { withOverride, type Override } from './merge-override.js';
import type { Catalogue, CatalogueFault, CatalogueFile, CatalogueFileRole, ControlDefinition, EventType, KindDescriptor } from './model.js';
import { readYaml, reporter, type Report } from './yaml-source.js';
import { reportIssues } from './zod-faults.js';

export interface LoadedCatalogue {
  /** Absent when there is any error: nothing is judged by half a catalogue. */
  readonly catalogue?: Catalogue;
  /** Everything wrong at once, by file and line; warnings too. */
  readonly faults: readonly CatalogueFault[];
}

const MOST_FILES = 5_000;

/** Reads, cross-checks and types criteria, objectives, event types and controls. Shipped files come before own ones. */
export function loadCatalogue(files: readonly CatalogueFile[], kinds: ReadonlyMap<string, KindDescriptor>): LoadedCatalogue {
  const faults: CatalogueFault[] = [];
  if (files.length > MOST_FILES) {
    return { faults: [{ file: '.', line: 1, message: `more than ${MOST_FILES} files`, severity: 'error' }] };
  }
  const of = (role: CatalogueFileRole): readonly CatalogueFile[] => files.filter((file) => file.role === role);
  const measures: Measures = { categories: [], criteria: new Map(), objectives: new Map() };
  of('criteria').forEach((file) => loadCriteria(file, measures, faults));
  of('objectives').forEach((file) => loadObjectives(file, measures, faults));
  const { eventTypes, brokenTypes } = loadEventTypes(of('event-type'), faults);
  const known: Known = { ...measures, eventTypes, brokenTypes, kinds };
  const overrides = loadOverrides(of('override'), faults);
  const controls = loadControls(of('control'), overrides, { known, faults });
  const sorted = faults.toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  if (sorted.some(({ severity }) => severity === 'error')) return { faults: sorted };
  const hash = sha256(canonical([plain(measures), plainTypes(eventTypes), hashes(controls)]));
  return { catalogue: { ...measures, eventTypes, controls, hash }, faults: sorted };
}

const plain = ({ categories, criteria, objectives }: Measures): unknown => ({
  categories,
  criteria: [...criteria.values()],
  objectives: [...objectives.values()],
});
const plainTypes = (types: ReadonlyMap<string, EventType>): unknown => [...types.values()].map(({ id, schema }) => ({ id, schema }));
const hashes = (controls: ReadonlyMap<string, ControlDefinition>): unknown =>
  Object.fromEntries([...controls.values()].map(({ id, definitionHash }) => [id, definitionHash]));

function loadEventTypes(files: readonly CatalogueFile[], faults: CatalogueFault[]): { eventTypes: Map<string, EventType>; brokenTypes: Set<string> } {
  const eventTypes = new Map<string, EventType>();
  const brokenTypes = new Set<string>();
  const paths = new Map<string, string>();
  for (const file of files) {
    const type = loadEventType(file, faults);
    if (type === undefined) brokenTypes.add(fileId(file.path));
    else if (alreadyThere(type.id, file, paths, reporter(faults, file.path))) continue;
    else eventTypes.set(type.id, type);
  }
  return { eventTypes, brokenTypes };
}

/** The first file of an id stands; a second one is named together with the first. */
function alreadyThere(id: string, file: CatalogueFile, paths: Map<string, string>, report: Report): boolean {
  const first = paths.get(id);
  if (first !== undefined) {
    const hint = file.role === 'control' ? 'choose another id; to change parameters write a file under overrides/' : 'choose another id';
    report(1, `"${id}" is already defined in ${first}`, hint);
    return true;
  }
  paths.set(id, file.path);
  return false;
}

function loadOverrides(files: readonly CatalogueFile[], faults: CatalogueFault[]): Map<string, Override> {
  const overrides = new Map<string, Override>();
  const paths = new Map<string, string>();
  for (const file of files) {
    const report = reporter(faults, file.path);
    const source = readYaml(file, report);
    const parsed = source === undefined ? undefined : overrideFile.safeParse(source.value, { reportInput: true });
    if (source === undefined || parsed === undefined) continue;
    if (!parsed.success) {
      reportIssues(parsed.error, overrideFile, { source, at: [], report });
      continue;
    }
    const { control } = parsed.data;
    if (alreadyThere(control, file, paths, report)) continue;
    overrides.set(control, { data: parsed.data, report, line: source.lineOf(['control']) });
  }
  return overrides;
}

function loadControls(
  files: readonly CatalogueFile[],
  overrides: ReadonlyMap<string, Override>,
  { known, faults }: { readonly known: Known; readonly faults: CatalogueFault[] },
): Map<string, ControlDefinition> {
  const controls = new Map<string, ControlDefinition>();
  const paths = new Map<string, string>();
  for (const file of files) {
    const report = reporter(faults, file.path);
    const source = readYaml(file, report);
    if (source === undefined) continue;
    const written = withOverride(source.value, overrides.get(fileId(file.path)));
    const control = readControl(source, written, report);
    if (control === undefined || alreadyThere(control.definition.id, file, paths, report)) continue;
    controls.set(control.definition.id, checkControl(control, known));
  }
  const ids = files.map(({ path }) => fileId(path));
  for (const [id, { report, line }] of overrides) {
    if (!ids.includes(id)) report(line, `there is no control "${id}" to override`, suggestion(id, ids));
  }
  return controls;
}
