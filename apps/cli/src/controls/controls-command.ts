import { Command } from 'commander';
import type { ExitCode, Io } from '../io.js';
import { checkControls } from './check-controls.js';
import { explainVerdict } from './explain-verdict.js';
import { testControls } from './test-controls.js';

const PATH = 'a folder of control files, one control file, or a catalogue folder; without it the shipped catalogue';

export function controlsCommand(io: Io, done: (code: ExitCode) => void): Command {
  const controls = new Command('controls').description('Check and test controls, for which no server is needed; explain what one said.');
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
    .option('--every-state', 'the answer is no as well when a check can show a state that no test reaches')
    .action(async (path: string | undefined, options: { readonly json?: true; readonly junit?: string; readonly everyState?: true }) => {
      done(await testControls({ path, json: options.json ?? false, junit: options.junit, everyState: options.everyState ?? false }, io));
    });
  controls
    .command('explain')
    .description('Judge a verdict again from its evidence and its version, show what each expression gave, and say whether that equals the record.')
    .argument('[id]', 'of an observation, a state or a deviation, as the console lists them')
    .option('--observation <id>', 'the same')
    .option('--url <url>', 'where the console listens; else TICKMARK_CONSOLE_URL, else this machine')
    .option('--key <key>', 'API key of an admin or auditor; else TICKMARK_API_KEY, else .tickmark/credentials.json')
    .option('--json', 'print JSON')
    .action(async (id: string | undefined, { observation, json, ...options }: { readonly observation?: string; readonly json?: true; readonly url?: string; readonly key?: string }) => {
      done(await explainVerdict({ id: observation ?? id, json: json ?? false, ...options }, io));
    });
  return controls;
}
