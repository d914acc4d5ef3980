import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from '@jest/globals';
import { ROOT, run } from './run-node.ts';
import type { Ran } from './run-node.ts';

const cwd = path.join(ROOT, 'tests', 'ledger-oracle');

/** An independent implementation of trees and notes, in Go. */
export const oracle = (args: readonly string[], input?: string): Promise<Ran> =>
  run('go', ['run', '.', ...args], { cwd, env: { GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' }, limitMs: 110_000, ...(input === undefined ? {} : { input }) });

/** Without Go, or without a way to its module, this is skipped and says so; the recorded vectors are checked everywhere. */
function whyNot(): string | undefined {
  const built = spawnSync('go', ['build', '-o', '/dev/null', '.'], { cwd, encoding: 'utf8', timeout: 110_000, env: { ...process.env, GOTOOLCHAIN: 'local' } });
  if (built.error !== undefined) return 'skipped: there is no Go on this machine';
  if (built.status === 0) return undefined;
  return /dial|lookup|proxy|timeout|i\/o|connect/i.test(built.stderr) ? 'skipped: golang.org/x/mod cannot be fetched' : undefined;
}

const reason = whyNot();
export const withGo = (name: string, work: () => Promise<void>): void => (reason === undefined ? test(name, work) : test.skip(`${name} (${reason})`, work));
