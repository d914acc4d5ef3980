import { Command, CommanderError } from 'commander';
import { backtestCommand } from './backtest/backtest-command.js';
import { bundleCommand } from './bundle/bundle-command.js';
import { controlsCommand } from './controls/controls-command.js';
import { deadLettersCommand } from './dead-letters/dead-letters-command.js';
import { mappingsCommand } from './mappings/mappings-command.js';
import { pushCommand } from './push/push-command.js';
import { readinessCommand } from './readiness/readiness-command.js';
import { EXIT, WrongUse, type ExitCode, type Io } from './io.js';

/** One line a command: it gives back how it ended by `done`. */
const COMMANDS: readonly ((io: Io, done: (code: ExitCode) => void) => Command)[] = [controlsCommand, mappingsCommand, pushCommand, backtestCommand, deadLettersCommand, readinessCommand, bundleCommand];

/** Runs one command line; nothing here ends the process. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let ended: ExitCode = EXIT.good;
  const program = new Command('tickmark').description('Continuous control monitoring: push evidence; check, test and backtest controls; map files onto events; explain verdicts; find the way to a report; make and verify evidence bundles.');
  // A command and the commands inside it can have an option of the same name.
  program.enablePositionalOptions();
  for (const command of COMMANDS) program.addCommand(command(io, (code) => (ended = code)));
  quiet(program, io);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return ended;
  } catch (error) {
    return endedBy(error, io);
  }
}

function quiet(command: Command, io: Io): void {
  command.exitOverride().configureOutput({ writeOut: (text) => io.out.write(text), writeErr: (text) => io.err.write(text) });
  for (const inner of command.commands) quiet(inner, io);
}

function endedBy(error: unknown, io: Io): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.wrongUse;
  if (!(error instanceof WrongUse)) throw error;
  io.err.write(`tickmark: ${error.message}\n`);
  return EXIT.wrongUse;
}
