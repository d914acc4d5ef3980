import type { CatalogueFault } from '@tickmark/catalogue';
import { shaded, type Io } from '../io.js';

/** `file:line: error: what` and below it what to write instead. */
export function printFaults(faults: readonly CatalogueFault[], io: Io): void {
  for (const { file, line, message, hint, severity } of faults) {
    io.out.write(`${file}:${line}: ${shaded(io, severity === 'error' ? 'red' : 'yellow', severity)}: ${message}\n`);
    if (hint !== undefined) io.out.write(`  ${shaded(io, 'grey', hint)}\n`);
  }
}

export const errorsIn = (faults: readonly CatalogueFault[]): number => faults.filter(({ severity }) => severity === 'error').length;

export const counted = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;
