import { readFile, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { formatById } from '@tickmark/formats';
import type { Format } from '@tickmark/formats';
import { parseConfig, portSetting } from '@tickmark/platform';
import { Command } from 'commander';
import { z } from 'zod';
import { addressOf, keyFrom } from '../credentials.js';
import { WrongUse } from '../io.js';
import { mappedFormat } from '../mappings/mapped-format.js';
import type { ExitCode, Io } from '../io.js';
import { largeFile } from './large-file.js';
import { JsonReport, TextReport } from './print-pushed.js';
import type { PushReport } from './print-pushed.js';
import { pushBatches } from './push-batches.js';
import { pushUpload } from './push-upload.js';
import type { UploadInput } from './push-upload.js';
import { readInput } from './read-input.js';
import type { PushInput } from './read-input.js';
import type { ServerAddress } from './sending.js';

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
  const inputs: Input[] = [];
  // All of them before the first is sent: wrong use sends nothing.
  for (const name of files) inputs.push(await inputOf(name, { format, mapped }));
  const report = options.json === true ? new JsonReport(io) : new TextReport(io);
  await sendAll(inputs, { url, key }, report, io);
  return report.end();
}

/** One after the other; where the server is away, the rest is not tried. */
async function sendAll(inputs: readonly Input[], server: ServerAddress, report: PushReport, io: Io): Promise<void> {
  let away: string | undefined;
  for (const input of inputs) {
    const sending = { ...server, wait: (ms: number) => pause(ms), away };
    away = 'large' in input ? await pushUpload(input.large, sending, report, io) : await pushBatches(input.small, sending, report, io);
  }
  if (away !== undefined) report.away(away);
}

type Input = { readonly large: UploadInput } | { readonly small: PushInput };

async function inputOf(name: string, asked: { readonly format: string | undefined; readonly mapped: Format | undefined }): Promise<Input> {
  const large = await largeFile(name, asked);
  return large === undefined ? { small: readInput({ name, bytes: await bytesOf(name), ...asked }) } : { large };
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
