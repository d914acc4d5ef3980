import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const BIN = join(ROOT, 'apps/cli/bin/tickmark.mjs');

/** The built command line as a process of its own. */
const tickmark = (...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [BIN, ...args], { cwd: ROOT, timeout: 60_000 }, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
  });

it('the built command line checks and tests a shipped control without any server', async () => {
  const file = 'catalogue/controls/leaver-access-removed.yaml';
  expect(await tickmark('controls', 'check', file)).toEqual({ code: 0, out: '1 control without a fault\n', err: '' });
  const { code, out } = await tickmark('controls', 'test', file);
  expect([code, out.split('\n').at(-2)]).toEqual([0, expect.stringMatching(/^1 control, \d+ tests: all hold$/)]);
}, 120_000);

it('wrong use ends with 2', async () => {
  expect(await tickmark('controls', 'check', 'nowhere')).toMatchObject({ code: 2, out: '' });
}, 120_000);
