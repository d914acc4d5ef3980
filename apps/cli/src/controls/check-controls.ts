import { EXIT, type ExitCode, type Io } from '../io.js';
import { counted, errorsIn, printFaults } from './print-faults.js';
import { readControls } from './read-controls.js';

export async function checkControls({ path, json }: { readonly path: string | undefined; readonly json: boolean }, io: Io): Promise<ExitCode> {
  const { faults, controls, mappings } = await readControls(path);
  const errors = errorsIn(faults);
  if (json) {
    io.out.write(`${JSON.stringify({ ok: errors === 0, controls: controls.map(({ id }) => id), faults }, undefined, 2)}\n`);
  } else {
    printFaults(faults, io);
    const warnings = faults.length - errors;
    const tail = warnings === 0 ? '' : `, ${counted(warnings, 'warning')}`;
    if (errors === 0) io.out.write(`${counted(controls.length, 'control')} without a fault${tail}\n`);
    else io.out.write(`${counted(errors, 'fault')}${tail}: nothing is judged by a catalogue with a fault\n`);
  }
  if (mappings > 0) io.err.write(`${counted(mappings, 'mapping file')} lie${mappings === 1 ? 's' : ''} there too: see tickmark mappings check ${path ?? ''}\n`);
  return errors === 0 ? EXIT.good : EXIT.no;
}
