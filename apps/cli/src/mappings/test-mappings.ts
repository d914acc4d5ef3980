import type { MappingDefinition } from '@tickmark/catalogue';
import { runMappingTests, type MappingTestResult } from '@tickmark/formats';
import { counted, errorsIn, printFaults } from '../controls/print-faults.js';
import { EXIT, shaded, type ExitCode, type Io } from '../io.js';
import { readMappings } from './read-mappings.js';

interface TestedMapping {
  readonly mapping: MappingDefinition;
  readonly results: readonly MappingTestResult[];
}

export async function testMappings({ path, json }: { readonly path: string | undefined; readonly json: boolean }, io: Io): Promise<ExitCode> {
  const { faults, mappings } = await readMappings(path);
  const tested = mappings.map((mapping) => ({ mapping, results: runMappingTests(mapping) }));
  const errors = errorsIn(faults);
  const holds = errors === 0 && tested.every(({ results }) => results.every((one) => one.holds));
  if (json) {
    const shown = tested.map(({ mapping: { id, file }, results }) => ({ id, file, tests: results.map(({ test, ...result }) => ({ name: test.name, line: test.line, ...result })) }));
    io.out.write(`${JSON.stringify({ ok: holds, mappings: shown, faults }, undefined, 2)}\n`);
  } else {
    printFaults(faults, io);
    for (const one of tested) print(one, io);
    const left = errors === 0 ? '' : `; ${counted(errors, 'fault')} in files that were not tested`;
    io.out.write(`${summaryOf(tested)}${left}\n`);
  }
  return holds ? EXIT.good : EXIT.no;
}

function print({ mapping, results }: TestedMapping, io: Io): void {
  io.out.write(`${shaded(io, 'bold', mapping.id)}\n`);
  for (const { test, holds, lines } of results) {
    io.out.write(`  ${holds ? shaded(io, 'green', '✓ holds') : shaded(io, 'red', '✗ fails')}  ${test.name}\n`);
    if (holds) continue;
    io.out.write(`      ${mapping.file}:${test.line}\n`);
    for (const line of lines.filter((one) => !one.holds)) {
      io.out.write(`      EXPECTED  ${line.expected ?? 'nothing more'}\n      GOT       ${line.got ?? 'nothing more'}\n`);
    }
  }
}

function summaryOf(tested: readonly TestedMapping[]): string {
  const results = tested.flatMap((one) => one.results);
  const failing = results.filter(({ holds }) => !holds).length;
  const all = `${counted(tested.length, 'mapping')}, ${counted(results.length, 'test')}`;
  return failing === 0 ? `${all}: all hold` : `${all}: ${failing} ${failing === 1 ? 'does' : 'do'} not hold`;
}
