import { mkdirSync, openSync, closeSync, fsyncSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** A file of the signer's own cannot be used: somebody must act, and nothing is signed meanwhile. */
export class KeptFileFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeptFileFault';
  }
}

/** The text of a file; undefined when there is none. */
export function readKept(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    throw new KeptFileFault(`${file} cannot be read (${code})`);
  }
}

/** On disk when it returns, whole or not at all: written beside, synced, renamed, and the folder synced. */
export function writeKept(file: string, text: string, mode = 0o600): void {
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.new`;
  withFile(draft, { flags: 'w', mode }, (descriptor) => {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  });
  renameSync(draft, file);
  withFile(folder, { flags: 'r', mode }, fsyncSync);
}

/** What the system says, such as ENOSPC. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown fault';

function withFile(name: string, { flags, mode }: { flags: 'w' | 'r'; mode: number }, work: (descriptor: number) => void): void {
  const descriptor = openSync(name, flags, mode);
  try {
    work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
