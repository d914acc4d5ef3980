import { createInterface } from 'node:readline';
import { parseConfig } from '@tickmark/platform';
import { z } from 'zod';
import type { Io, Terminal } from './io.js';
import { runCli } from './run-cli.js';

const settings = parseConfig(z.object({ NO_COLOR: z.string().optional(), TERM: z.string().optional() }));

const terminal = (stream: NodeJS.WriteStream): Terminal => ({
  write: (text) => void stream.write(text),
  isTerminal: stream.isTTY,
  columns: stream.isTTY ? stream.columns : undefined,
});

/** Whoever stops reading lets the process end. */
async function* typedLines(): AsyncGenerator<string> {
  const typed = createInterface({ input: process.stdin });
  try {
    yield* typed;
  } finally {
    typed.close();
    process.stdin.destroy();
  }
}

// A reader that has seen enough (`| head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const io: Io = {
  out: terminal(process.stdout),
  err: terminal(process.stderr),
  keyboard: { isTerminal: process.stdin.isTTY, lines: typedLines },
  colour: process.stdout.isTTY && settings.NO_COLOR === undefined && settings.TERM !== 'dumb',
};

process.exitCode = await runCli(process.argv.slice(2), io);
