import { checkMapping } from './check-mapping.js';
import { fileId } from './file-id.js';
import type { MappingDefinition, MappingExpectation, MappingTest } from './mapping-model.js';
import { mappingFile, type MappingFile } from './mapping-schema.js';
import type { CatalogueFault, CatalogueFile, EventType } from './model.js';
import { readYaml, reporter, type Report, type YamlSource } from './yaml-source.js';
import { reportIssues } from './zod-faults.js';

export interface LoadedMappings {
  /** Those without an error, by id. */
  readonly mappings: ReadonlyMap<string, MappingDefinition>;
  /** Everything wrong at once, by file and line. */
  readonly faults: readonly CatalogueFault[];
}

const MOST_MAPPINGS = 200;

/** `taken`: names that a mapping cannot have, since deliveries under them mean something else. */
export function loadMappings(files: readonly CatalogueFile[], eventTypes: ReadonlyMap<string, EventType>, taken: ReadonlySet<string>): LoadedMappings {
  const faults: CatalogueFault[] = [];
  const mappings = new Map<string, MappingDefinition>();
  const paths = new Map<string, string>();
  const asked = files.filter(({ role }) => role === 'mapping');
  if (asked.length > MOST_MAPPINGS) faults.push({ file: asked[0]?.path ?? '.', line: 1, message: `more than ${MOST_MAPPINGS} mappings`, severity: 'error' });
  for (const file of asked.slice(0, MOST_MAPPINGS)) {
    const before = faults.length;
    const report = reporter(faults, file.path);
    const mapping = loadMapping(file, { eventTypes, taken, report });
    if (mapping === undefined) continue;
    const first = paths.get(mapping.id);
    if (first !== undefined) report(1, `"${mapping.id}" is already defined in ${first}`, 'choose another id');
    paths.set(mapping.id, first ?? file.path);
    if (faults.length === before) mappings.set(mapping.id, mapping);
  }
  return { mappings, faults: faults.toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1)) };
}

interface Context {
  readonly eventTypes: ReadonlyMap<string, EventType>;
  readonly taken: ReadonlySet<string>;
  readonly report: Report;
}

function loadMapping(file: CatalogueFile, { eventTypes, taken, report }: Context): MappingDefinition | undefined {
  const source = readYaml(file, report);
  if (source === undefined) return undefined;
  const parsed = mappingFile.safeParse(source.value, { reportInput: true });
  if (!parsed.success) {
    reportIssues(parsed.error, mappingFile, { source, at: [], report });
    return undefined;
  }
  const { id } = parsed.data;
  if (id !== fileId(file.path)) report(source.lineOf(['id']), `the id "${id}" is not the file's name`, `name the file ${id}.yaml, or change the id`);
  if (taken.has(id)) report(source.lineOf(['id']), `"${id}" is a format that is built in`, 'choose another id');
  checkTests(parsed.data, source, report);
  return { ...checkMapping(parsed.data, { source, report }, eventTypes), tests: parsed.data.tests.map((test, index) => testOf(test, source.lineOf(['tests', index]))) };
}

type WrittenTest = MappingFile['tests'][number];

/** Without a test of each event and of a refusal, a mapping that says too much or nothing would load. */
function checkTests({ events, tests }: MappingFile, source: YamlSource, report: Report): void {
  const names = new Set<string>();
  tests.forEach(({ name }, index) => {
    if (names.has(name)) report(source.lineOf(['tests', index, 'name']), `two tests are called "${name}"`, 'name each for what it shows');
    names.add(name);
  });
  const lines = tests.flatMap(({ expect }) => expect);
  const shown = new Set(lines.flatMap((line) => ('type' in line ? [line.type] : [])));
  for (const type of new Set(events.map((event) => event.type))) {
    if (!shown.has(type)) report(source.lineOf(['tests']), `no test expects an event of the type ${type}`, 'add a test with an expected line of "{type: …, id: …, data: {…}}"');
  }
  if (!lines.some((line) => 'refused' in line)) report(source.lineOf(['tests']), 'no test expects an item to be refused', 'add a test with an expected line of "{refused: /field}"');
}

function testOf({ name, given, contentType, feed, expect }: WrittenTest, line: number): MappingTest {
  return { name, given, feed, expect: expect.map(expectationOf), line, ...(contentType === undefined ? {} : { contentType }) };
}

/** Without the parts that were not written: an expected event is compared as a whole. */
function expectationOf(line: WrittenTest['expect'][number]): MappingExpectation {
  const written = Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined));
  return 'type' in line ? { event: written } : (written as MappingExpectation);
}
