import { Command } from 'commander';
import type { ConsoleOptions } from '../console/console-client.js';
import { EXIT, type ExitCode, type Io } from '../io.js';
import { NotMade, ServerAway, fetchBundle } from './make-bundle.js';
import { checkBundle, type VerifyRequest } from './verify-bundle.js';

interface MakeOptions extends ConsoleOptions {
  readonly revision?: string;
  readonly output?: string;
  readonly json?: true;
}

export function bundleCommand(io: Io, done: (code: ExitCode) => void): Command {
  const command = new Command('bundle').description('Evidence bundles: a frozen revision with its evidence and what proves it.');
  const verify = new Command('verify')
    .description('Verify a bundle offline against a key that was pinned beforehand. 0: all holds; else the code says what does not (docs/how-to/verify-a-bundle.md).')
    .argument('<bundle.zip>', 'the bundle')
    .requiredOption('--key <file>', 'the public key of the log, <name>+<id>+<base64>, as it was received another way')
    .option('--checkpoint <file>', 'a signed checkpoint that was received elsewhere, such as by mail')
    .option('--json', 'print JSON')
    .action(async (bundle: string, options: Omit<VerifyRequest, 'bundle'>) => {
      done(await checkBundle({ ...options, bundle }, io));
    });
  const make = new Command('make')
    .description('Make the bundle of a frozen revision, wait for it, and download it.')
    .argument('<engagement>', 'id of the engagement')
    .option('--revision <number>', 'which one; else the latest')
    .option('--output <file>', 'where to; else under its own name in this folder')
    .option('--url <url>', 'where the console listens; else TICKMARK_CONSOLE_URL, else this machine')
    .option('--key <key>', 'API key of an admin or auditor; else TICKMARK_API_KEY, else .tickmark/credentials.json')
    .option('--json', 'print JSON')
    .action(async (engagement: string, options: MakeOptions) => {
      done(await makeBundle(engagement, options, io));
    });
  return command.addCommand(verify).addCommand(make);
}

async function makeBundle(engagement: string, options: MakeOptions, io: Io): Promise<ExitCode> {
  try {
    const made = await fetchBundle({ ...options, engagement }, io);
    io.out.write(options.json === true ? `${JSON.stringify(made, undefined, 2)}\n` : `${made.file}: revision ${made.revision}, ${made.bytes} bytes, SHA-256 ${made.sha256}\n`);
    return EXIT.good;
  } catch (error) {
    if (!(error instanceof ServerAway) && !(error instanceof NotMade)) throw error;
    io.err.write(`tickmark: ${error.message}\n`);
    return EXIT.serverAway;
  }
}
