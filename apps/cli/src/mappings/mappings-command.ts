import { Command } from 'commander';
import type { ExitCode, Io } from '../io.js';
import { checkMappings } from './check-mappings.js';
import { testMappings } from './test-mappings.js';
import { tryMapping } from './try-mapping.js';

const PATH = 'a mapping file, a folder of them, or a catalogue folder; without it the shipped mappings';

export function mappingsCommand(io: Io, done: (code: ExitCode) => void): Command {
  const mappings = new Command('mappings').description('Check, test and try mappings of files onto events, for which no server is needed.');
  mappings
    .command('check')
    .description('Say everything that is wrong with mappings, with file, line and what to write instead.')
    .argument('[path]', PATH)
    .option('--json', 'print JSON')
    .action(async (path: string | undefined, options: { readonly json?: true }) => {
      done(await checkMappings({ path, json: options.json ?? false }, io));
    });
  mappings
    .command('test')
    .description('Run the tests that stand in the mapping files.')
    .argument('[path]', PATH)
    .option('--json', 'print JSON')
    .action(async (path: string | undefined, options: { readonly json?: true }) => {
      done(await testMappings({ path, json: options.json ?? false }, io));
    });
  mappings
    .command('try')
    .description('Show what a mapping makes of a file: an event, a refusal or a reason a line, as JSON. Nothing is sent.')
    .argument('<mapping>', 'the mapping file')
    .argument('<file>', 'what the tool wrote')
    .action(async (mapping: string, file: string) => {
      done(await tryMapping({ mapping, file }, io));
    });
  return mappings;
}
