import { toInstant } from '@tickmark/contracts';
import { formatOfMapping, type Format, type ParsedItem } from '@tickmark/formats';
import { readFile } from 'node:fs/promises';
import { errorsIn, printFaults } from '../controls/print-faults.js';
import { EXIT, WrongUse, type ExitCode, type Io } from '../io.js';
import { readMappings } from './read-mappings.js';

/** Events go to standard output, what is refused to standard error: a file that is not taken whole is answered with no. */
export async function tryMapping({ mapping: path, file }: { readonly mapping: string; readonly file: string }, io: Io): Promise<ExitCode> {
  const rawBody = await bytesOf(file);
  const { mappings, faults } = await readMappings(path);
  printFaults(faults, io);
  if (errorsIn(faults) > 0) return EXIT.no;
  const [mapping, another] = mappings;
  if (mapping === undefined || another !== undefined) throw new WrongUse(`${path} holds ${mappings.length} mappings; name the file of one`);
  return printed(formatOfMapping(mapping), { file, rawBody }, io);
}

function printed(format: Format, { file, rawBody }: { readonly file: string; readonly rawBody: Buffer }, io: Io): ExitCode {
  const lines = format.contentTypes.find((type) => type.includes('ndjson'));
  const contentType = /\.(ndjson|jsonl)$/i.test(file) && lines !== undefined ? lines : format.contentTypes[0];
  const result = format.parse({ headers: {}, rawBody, contentType, feed: { name: 'try', system: 'try' } });
  if (result.outcome !== 'items') {
    const refusals = result.outcome === 'too-large' ? [{ pointer: '', message: result.message }] : result.faults;
    for (const { pointer, message } of refusals) io.err.write(`${file}: ${pointer} ${message}\n`);
    return EXIT.no;
  }
  for (const item of result.items) print(item, file, io);
  return result.items.some(({ kind }) => kind === 'rejected') ? EXIT.no : EXIT.good;
}

function print(item: ParsedItem, file: string, io: Io): void {
  if (item.kind === 'rejected') io.err.write(`${file}: item ${item.index} ${item.pointer} ${item.message}\n`);
  else if (item.kind === 'ignored') io.err.write(`${file}: item ${item.index} ignored: ${item.reason}\n`);
  else {
    const { timeMs, ...event } = item.event;
    io.out.write(`${JSON.stringify(timeMs === undefined ? event : { ...event, time: toInstant(timeMs) })}\n`);
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new WrongUse(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}
