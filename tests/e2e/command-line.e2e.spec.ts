import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@tickmark/testing';
import { anAccount } from '../support/events.ts';
import { LEAVER_SECONDS, leaverSeconds } from '../support/own-controls.ts';
import { run } from '../support/run-node.ts';
import type { Ran } from '../support/run-node.ts';
import { sharedSystem } from '../support/shared-system.ts';

const system = sharedSystem({ name: 'command-line' });

const folder = mkdtempSync(path.join(tmpdir(), 'tickmark-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (name: string, text: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};

/** As people type it, in the repository. */
const tickmark = (args: readonly string[], input?: string): Promise<Ran> =>
  run('npx', ['tickmark', ...args], {
    env: { TICKMARK_INGESTION_URL: system().apps.ingestion.url, TICKMARK_API_KEY: system().credentials.apiKeys.integration, NO_COLOR: '1' },
    ...(input === undefined ? {} : { input }),
  });

const lines = (count: number, name: string): string =>
  Array.from({ length: count }, (_, index) => JSON.stringify(anAccount({ account: `${name}${index}` }, { atMs: Date.now() }))).join('\n');

const lastLine = ({ out }: Ran): string => out.trim().split('\n').at(-1) ?? '';

describe('npx tickmark push', () => {
  test('delivers a file of lines, and what it delivered is judged', async () => {
    const ran = await tickmark(['push', fileOf('accounts.ndjson', lines(1_500, 'p'))]);
    expect({ code: ran.code, last: lastLine(ran) }).toEqual({ code: 0, last: '1500 accepted, 0 ignored, 0 rejected' });
    // Progress belongs to a terminal, not into a file.
    expect(ran.err).toBe('');
    await eventually(async () => {
      const { counts } = await system().console().get<{ counts: Record<string, number> }>('/v1/controls/admin-mfa');
      expect(counts.keys).toBe(1_500);
    }, { limitMs: 30_000 });
  });

  test('says which item was refused and why, keeps the others and ends with 1', async () => {
    const bad = JSON.stringify({ ...anAccount({ account: 'q' }), data: { account: 'q' } });
    const ran = await tickmark(['push', '-'], `${lines(1, 'r')}\n${bad}\n${lines(1, 's')}\n`);
    expect({ code: ran.code, last: lastLine(ran) }).toEqual({ code: 1, last: '2 accepted, 0 ignored, 1 rejected' });
    expect(ran.out).toMatch(/^-:2: rejected \/data\/\w+ .*required/m);
  });

  test('delivers what a tool wrote', async () => {
    const ran = await tickmark(['push', '--format', 'prowler', '--json', 'libs/formats/samples/prowler/example_output_aws.ocsf.json']);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({ ok: true, answers: Array.from({ length: 5 }, () => ({ outcome: 'accepted' })) });
  });

  test('ends with 2 when it is used wrongly', async () => {
    expect((await tickmark(['push', path.join(folder, 'nowhere.json')])).code).toBe(2);
  });
});

describe('npx tickmark controls', () => {
  test('checks and tests every control that is shipped, without any server', async () => {
    const [checked, tested] = [await tickmark(['controls', 'check']), await tickmark(['controls', 'test'])];
    expect({ code: checked.code, out: checked.out, err: checked.err }).toEqual({ code: 0, out: expect.stringMatching(/^\d+ controls without a fault\n$/) as unknown as string, err: '' });
    expect(tested.code).toBe(0);
    expect(lastLine(tested)).toMatch(/^\d+ controls, \d+ tests: all hold$/);
  });

  test('refuses a misspelt field with file, line and hint, and a control without a test of unknown', async () => {
    const good = leaverSeconds(4).trimStart();
    const misspelt = fileOf(`${LEAVER_SECONDS}.yaml`, good.replace('account.status ==', 'account.statuss =='));
    const ran = await tickmark(['controls', 'check', misspelt]);
    expect(ran.code).toBe(1);
    const line = good.split('\n').findIndex((text) => text.includes('account.status ==')) + 1;
    expect(`${ran.out}${ran.err}`).toContain(`${LEAVER_SECONDS}.yaml:${line}`);
    expect(`${ran.out}${ran.err}`).toMatch(/statuss.*\bstatus\b/s);
    fileOf(`${LEAVER_SECONDS}.yaml`, good.replace(/ {2}- name: nobody knows[\s\S]*$/, ''));
    const untested = await tickmark(['controls', 'check', misspelt]);
    expect(untested.code).toBe(1);
    expect(`${untested.out}${untested.err}`).toMatch(/unknown/);
  });

  test('prints expected against got when a test does not hold', async () => {
    const swapped = leaverSeconds(4).trimStart().replace('key: w1/okta/a1, state: fail', 'key: w1/okta/a1, state: pass').replace('key: w1/erp/a2, state: pass', 'key: w1/erp/a2, state: fail');
    const wrong = fileOf(`${LEAVER_SECONDS}.yaml`, swapped);
    const ran = await tickmark(['controls', 'test', wrong]);
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/EXPECTED {2}removed-in-time w1\/okta\/a1: pass\n +GOT +removed-in-time w1\/okta\/a1: fail/);
    expect(ran.out).toMatch(/EXPECTED {2}removed-in-time w1\/erp\/a2: fail\n +GOT +removed-in-time w1\/erp\/a2: pass/);
  });
});
