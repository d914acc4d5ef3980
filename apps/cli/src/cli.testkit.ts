import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll } from '@jest/globals';
import { runCli } from './run-cli.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Running {
  readonly colour?: boolean;
  readonly isTerminal?: boolean;
  /** Lines that somebody types. */
  readonly typed?: readonly string[];
  readonly columns?: number;
}

/** Runs a command line in this process and keeps what it wrote. */
export async function run(argv: readonly string[], { colour = false, isTerminal = false, typed = [], columns }: Running = {}): Promise<Ran> {
  const written = { out: '', err: '' };
  const terminal = (stream: 'out' | 'err'): { write(text: string): void; isTerminal: boolean; columns: number | undefined } => ({
    write: (text) => (written[stream] += text),
    isTerminal,
    columns,
  });
  const keyboard = { isTerminal, lines: () => Readable.from(typed) };
  const code = await runCli(argv, { out: terminal('out'), err: terminal('err'), colour, keyboard });
  return { code, ...written };
}

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

/** An empty folder that goes when the spec's file is done. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tickmark-cli-'));
  made.push(folder);
  return folder;
}

export async function folderWith(files: { readonly [name: string]: string }): Promise<string> {
  const folder = await scratchFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** A control whose tests hold. */
export const CONTROL = `id: own-backups
title: Own backups succeed
owner: platform
maps: {tsc: [A1.2]}
inputs: {backup: backup.completed}
checks:
  backed-up:
    kind: state
    input: backup
    key: backup.asset
    assert: backup.outcome == "success"
    validFor: 26h
tests:
  - name: succeeds, fails, is old
    given:
      - {at: 0h, backup: {asset: db, outcome: success}}
      - {at: 5h, receivedAt: 6h, backup: {asset: files, outcome: failure}}
      - {from: 30h, to: 31h, silent: backup}
    expect:
      - {at: 1h, key: db, state: pass}
      - {at: 6h, key: files, state: fail, deviation: open}
      - {at: 26h, key: db, state: unknown}
`;
