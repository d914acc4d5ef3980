import { counted, errorsIn, printFaults } from '../controls/print-faults.js';
import { EXIT, type ExitCode, type Io } from '../io.js';
import { readMappings } from './read-mappings.js';

export async function checkMappings({ path, json }: { readonly path: string | undefined; readonly json: boolean }, io: Io): Promise<ExitCode> {
  const { faults, mappings } = await readMappings(path);
  const errors = errorsIn(faults);
  if (json) {
    io.out.write(`${JSON.stringify({ ok: errors === 0, mappings: mappings.map(({ id }) => id), faults }, undefined, 2)}\n`);
  } else {
    printFaults(faults, io);
    if (errors === 0) io.out.write(`${counted(mappings.length, 'mapping')} without a fault\n`);
    else io.out.write(`${counted(errors, 'fault')}: nothing is taken in by a mapping with a fault\n`);
  }
  return errors === 0 ? EXIT.good : EXIT.no;
}
