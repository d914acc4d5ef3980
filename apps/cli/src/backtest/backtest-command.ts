import { readFile } from 'node:fs/promises';
import { parseDuration, toInstant } from '@tickmark/contracts';
import { systemClock } from '@tickmark/platform';
import { Command } from 'commander';
import { ConsoleClient, type ConsoleOptions } from '../console/console-client.js';
import { EXIT, WrongUse, type ExitCode, type Io } from '../io.js';
import { printBacktest } from './print-backtest.js';
import { NotDone, Refused, ServerAway, runBacktest } from './run-backtest.js';

interface Options extends ConsoleOptions {
  readonly from: string;
  readonly to?: string;
  readonly json?: true;
}

const BYTES_MOST = 200_000;
const RFC3339 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

export function backtestCommand(io: Io, done: (code: ExitCode) => void): Command {
  return new Command('backtest')
    .description('Judge a control over the evidence on file and say by day and key what differs from the record. Nothing on record is changed.')
    .argument('<control.yaml>', 'the control file, changed or new')
    .option('--from <time>', 'a date, an RFC 3339 time, or how long ago, such as 30d', '30d')
    .option('--to <time>', 'the same; without it now')
    .option('--url <url>', 'where the console listens; else TICKMARK_CONSOLE_URL, else this machine')
    .option('--key <key>', 'API key of an admin; else TICKMARK_API_KEY, else .tickmark/credentials.json')
    .option('--json', 'print JSON')
    .action(async (file: string, options: Options) => {
      done(await backtest(file, options, io));
    });
}

async function backtest(file: string, options: Options, io: Io): Promise<ExitCode> {
  const yaml = await textOf(file);
  const nowMs = systemClock.now();
  const [from, to] = [timeOf('--from', options.from, nowMs), options.to === undefined ? toInstant(nowMs) : timeOf('--to', options.to, nowMs)];
  const client = await ConsoleClient.from(options, io);
  try {
    const found = await runBacktest(client, { yaml, from, to }, { terminal: io.err, listed: options.json === true ? Infinity : undefined });
    if (options.json === true) io.out.write(`${JSON.stringify(found, undefined, 2)}\n`);
    else printBacktest(found, io);
    return found.result.differs ? EXIT.no : EXIT.good;
  } catch (error) {
    if (error instanceof Refused) throw new WrongUse(error.faults.length === 0 ? error.message : `${file} does not load\n${error.faults.map((fault) => faultLine(file, fault)).join('\n')}`);
    if (!(error instanceof ServerAway) && !(error instanceof NotDone)) throw error;
    io.err.write(`tickmark: ${error.message}\n`);
    return EXIT.serverAway;
  }
}

const faultLine = (file: string, { line, message, hint }: Refused['faults'][number]): string =>
  `${file}:${line}: error: ${message}${hint === undefined ? '' : `\n  ${hint}`}`;

async function textOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) throw new WrongUse(`${file} is no file that can be read`);
  if (Buffer.byteLength(text) > BYTES_MOST) throw new WrongUse(`${file} is larger than a control may be (${BYTES_MOST} bytes)`);
  return text;
}

/** A date is its midnight in UTC, as everywhere. */
function timeOf(option: string, written: string, nowMs: number): string {
  const ago = parseDuration(written);
  if (ago !== undefined) return toInstant(nowMs - ago);
  const ms = RFC3339.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(ms)) throw new WrongUse(`${option} ${written} is no time; write 2026-03-01, 2026-03-01T08:00:00Z, or 30d for thirty days ago`);
  return toInstant(ms);
}
