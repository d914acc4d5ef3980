import { Command } from 'commander';
import { ConsoleClient, type ConsoleOptions } from '../console/console-client.js';
import { EXIT, WrongUse, shaded, type ExitCode, type Io } from '../io.js';
import { DeadLettersApi, ServerAway, type DeadLetter } from './dead-letters-api.js';

interface Options extends ConsoleOptions {
  readonly json?: true;
}

interface ReplayOptions extends Options {
  readonly all?: true;
}

export function deadLettersCommand(io: Io, done: (code: ExitCode) => void): Command {
  const command = new Command('dead-letters').description('Messages between the services that could not be decoded or judged.');
  const list = new Command('list').description('What was set aside, the latest first. Ends with 1 when something waits.').action(async (options: Options) => {
    done(await answering(io, () => listLetters(options, io)));
  });
  const replay = new Command('replay')
    .description('Take dead letters through the same door again, and say how each ended.')
    .argument('[id...]', 'ids of dead letters')
    .option('--all', 'all that were not replayed')
    .action(async (ids: readonly string[], options: ReplayOptions) => {
      done(await answering(io, () => replayLetters(ids, options, io)));
    });
  for (const each of [list, replay]) {
    command.addCommand(
      each
        .option('--url <url>', 'where the console listens; else TICKMARK_CONSOLE_URL, else this machine')
        .option('--key <key>', 'API key of an admin; else TICKMARK_API_KEY, else .tickmark/credentials.json')
        .option('--json', 'print JSON'),
    );
  }
  return command;
}

async function answering(io: Io, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ServerAway)) throw error;
    io.err.write(`tickmark: ${error.message}\n`);
    return EXIT.serverAway;
  }
}

async function listLetters(options: Options, io: Io): Promise<ExitCode> {
  const letters = await new DeadLettersApi(await ConsoleClient.from(options, io)).list();
  if (options.json === true) io.out.write(`${JSON.stringify({ items: letters }, undefined, 2)}\n`);
  else if (letters.length === 0) io.out.write('No dead letters.\n');
  else for (const letter of letters) io.out.write(`${lineOf(letter, io)}\n`);
  return letters.some(({ replayedAt }) => replayedAt === null) ? EXIT.no : EXIT.good;
}

async function replayLetters(ids: readonly string[], options: ReplayOptions, io: Io): Promise<ExitCode> {
  if ((ids.length === 0) !== (options.all === true)) throw new WrongUse('which? Give ids (tickmark dead-letters list shows them) or --all');
  const api = new DeadLettersApi(await ConsoleClient.from(options, io));
  const wanted = options.all === true ? (await api.list()).filter(({ replayedAt }) => replayedAt === null).map(({ id }) => id) : ids;
  const settled: DeadLetter[] = [];
  // The oldest first, as they came.
  for (const id of [...wanted].sort((a, b) => Number(a) - Number(b))) {
    const letter = await api.replay(id);
    settled.push(letter);
    if (options.json !== true) io.out.write(`${lineOf(letter, io)}\n`);
  }
  if (options.json === true) io.out.write(`${JSON.stringify({ items: settled }, undefined, 2)}\n`);
  else if (settled.length === 0) io.out.write('No dead letter waits.\n');
  return settled.every(({ replayedAt }) => replayedAt !== null) ? EXIT.good : EXIT.no;
}

function lineOf({ id, topic, partition, offset, createdAt, replayedAt, reason, trouble }: DeadLetter, io: Io): string {
  const [sign, shade, said] =
    replayedAt !== null
      ? (['replayed', 'green', `at ${replayedAt}`] as const)
      : (['waits', 'yellow', trouble === null ? reason : `${reason}; the last replay did not help: ${trouble}`] as const);
  return `${id.padStart(6)}  ${shaded(io, shade, sign.padEnd(8))}  ${createdAt}  ${topic}/${partition}/${offset}  ${said}`;
}
