import type { Catalogue, CatalogueFault, ControlDefinition } from '@tickmark/catalogue';
import { kindById, runControlTests } from '@tickmark/evaluation';
import { SingleBar } from 'cli-progress';
import { writeFile } from 'node:fs/promises';
import { EXIT, WrongUse, type ExitCode, type Io } from '../io.js';
import { junitOf } from './junit.js';
import { printFaults, errorsIn, counted } from './print-faults.js';
import { printReport, printUnreached, summaryOf } from './print-report.js';
import { readControls } from './read-controls.js';
import { reportAsJson } from './report-as-json.js';
import type { TestedControl } from './tested-control.js';

export interface TestRequest {
  readonly path: string | undefined;
  readonly json: boolean;
  readonly junit: string | undefined;
  readonly everyState: boolean;
}

export async function testControls({ path, json, junit, everyState }: TestRequest, io: Io): Promise<ExitCode> {
  const { faults, controls, overridden, catalogue } = await readControls(path);
  const played = controls.filter(({ id }) => !overridden.has(id));
  const tested = catalogue === undefined ? [] : runAll(played, catalogue, io);
  const reachesAll = !everyState || tested.every(({ report }) => report.coverage.every(({ unreached }) => unreached.length === 0));
  const holds = errorsIn(faults) === 0 && reachesAll && tested.every(({ report }) => report.holds);
  if (junit !== undefined) await writeJunit(junit, junitOf(tested, faults));
  if (json) io.out.write(`${JSON.stringify({ ok: holds, controls: tested.map(reportAsJson), faults }, undefined, 2)}\n`);
  else printAll(tested, faults, io);
  for (const id of overridden) io.err.write(`${id} is overridden: its tests speak of the parameters in its own file and were not played\n`);
  return holds ? EXIT.good : EXIT.no;
}

function printAll(tested: readonly TestedControl[], faults: readonly CatalogueFault[], io: Io): void {
  const errors = faults.filter(({ severity }) => severity === 'error');
  printFaults(errors, io);
  for (const one of tested) printReport(one, io);
  printUnreached(tested, io);
  const left = errors.length === 0 ? '' : `; ${counted(errors.length, 'fault')} in files that were not tested`;
  io.out.write(`${summaryOf(tested)}${left}\n`);
}

function runAll(controls: readonly ControlDefinition[], catalogue: Catalogue, io: Io): readonly TestedControl[] {
  const bar = io.err.isTerminal && controls.length > 1 ? new SingleBar({ format: 'testing {bar} {value}/{total} {control}', clearOnComplete: true, hideCursor: true }) : undefined;
  bar?.start(controls.length, 0, { control: '' });
  try {
    return controls.map((control) => {
      const report = runControlTests(control, catalogue.eventTypes, kindById);
      bar?.increment({ control: control.id });
      return { control, report };
    });
  } finally {
    bar?.stop();
  }
}

async function writeJunit(file: string, xml: string): Promise<void> {
  try {
    await writeFile(file, xml, 'utf8');
  } catch (error) {
    throw new WrongUse(`${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'}); name a file in a folder that is there`);
  }
}
