import { readFile, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { formatById } from '@tickmark/formats';
import { parseConfig, portSetting } from '@tickmark/platform';
import { Command } from 'commander';
import { z } from 'zod';
import { addressOf, keyFrom } from '../credentials.js';
import { WrongUse } from '../io.js';
import { mappedFormat } from '../mappings/mapped-format.js';
import type { ExitCode, Io } from '../io.js';
import { EXIT } from '../io.js';
import { printJson, printPushed } from './print-pushed.js';
import { exitCodeOf, pushInputs } from './push-files.js';
import { readInput } from './read-input.js';

const settings = z.object({
  TICKMARK_API_KEY: z.string().optional(),
  TICKMARK_INGESTION_URL: z.string().optional(),
  TICKMARK_CREDENTIALS_FILE: z.string().default('.tickmark/credentials.json'),
  INGESTION_PORT: portSetting(3001),
  TICKMARK_CATALOGUE_PATH: z.string().default(''),
});

interface Options {
  readonly format?: string;
  readonly url?: string;
  readonly key?: string;
  readonly json?: true;
}

const BYTES_MOST = 256 * 1024 * 1024;

export function pushCommand(io: Io, done: (code: ExitCode) => void): Command {
  return new Command('push')
    .description('Deliver files of events; - reads standard input. Format and shape (JSON, lines of JSON) are found out.')
    .argument('<file...>', 'files to deliver, one after the other')
    .option('--format <name>', 'the tool that wrote them, by the names of GET /v1/formats')
    .option('--url <url>', 'where ingestion listens; else TICKMARK_INGESTION_URL, else this machine')
    .option('--key <key>', 'API key of a feed; else TICKMARK_API_KEY, else .tickmark/credentials.json')
    .option('--json', 'print JSON')
    .action(async (files: readonly string[], options: Options) => {
      done(await push(files, options, io));
    });
}

async function push(files: readonly string[], options: Options, io: Io): Promise<ExitCode> {
  const config = parseConfig(settings);
  const url = addressOf(options.url ?? config.TICKMARK_INGESTION_URL ?? `http://127.0.0.1:${config.INGESTION_PORT}`);
  const key = options.key ?? config.TICKMARK_API_KEY ?? (await keyFrom(config.TICKMARK_CREDENTIALS_FILE, 'integration'));
  const { format } = options;
  const mapped = format === undefined || formatById(format) !== undefined ? undefined : await mappedFormat(format, config.TICKMARK_CATALOGUE_PATH);
  const inputs = [];
  for (const name of files) inputs.push(readInput({ name, bytes: await bytesOf(name), format, mapped }));
  const pushed = await pushInputs(inputs, { url, key, wait: (ms) => pause(ms) }, io);
  const code = exitCodeOf(pushed);
  if (options.json === true) printJson(pushed, code === EXIT.good, io);
  else printPushed(pushed, io);
  return code;
}

async function bytesOf(name: string): Promise<Buffer> {
  if (name === '-') return fromStandardInput();
  const found = await stat(name).catch(() => undefined);
  if (found?.isFile() !== true) throw new WrongUse(`${name} is no file that can be read`);
  if (found.size > BYTES_MOST) throw tooLarge(name);
  return readFile(name);
}

async function fromStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    const piece = chunk as Buffer;
    bytes += piece.length;
    if (bytes > BYTES_MOST) throw tooLarge('standard input');
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}

const tooLarge = (name: string): WrongUse =>
  new WrongUse(`${name} is larger than ${BYTES_MOST / 1024 / 1024} MiB; cut it into several files (split -C 200M)`);
