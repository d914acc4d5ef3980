import { Command } from 'commander';
import type { ExitCode, Io } from '../io.js';
import { checkControls } from './check-controls.js';
import { testControls } from './test-controls.js';

const PATH = 'a folder of control files, one control file, or a catalogue folder; without it the shipped catalogue';

export function controlsCommand(io: Io, done: (code: ExitCode) => void): Command {
  const controls = new Command('controls').description('Check and test controls; no server is needed.');
  controls
    .command('check')
    .description('Say everything that is wrong with controls, with file, line and what to write instead.')
    .argument('[path]', PATH)
    .option('--json', 'print JSON')
    .action(async (path: string | undefined, options: { readonly json?: true }) => {
      done(await checkControls({ path, json: options.json ?? false }, io));
    });
  controls
    .command('test')
    .description('Run the tests that stand in the control files.')
    .argument('[path]', PATH)
    .option('--json', 'print JSON')
    .option('--junit <file>', 'write the outcome as JUnit XML')
    .action(async (path: string | undefined, options: { readonly json?: true; readonly junit?: string }) => {
      done(await testControls({ path, json: options.json ?? false, junit: options.junit }, io));
    });
  return controls;
}
