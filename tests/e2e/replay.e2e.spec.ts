import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@tickmark/testing';
import { anAccount } from '../support/events.ts';
import type { CloudEvent } from '../support/events.ts';
import { ROOT, run } from '../support/run-node.ts';
import type { Ran } from '../support/run-node.ts';
import { sharedSystem } from '../support/shared-system.ts';

const system = sharedSystem({ name: 'replay' });

const folder = mkdtempSync(path.join(tmpdir(), 'tickmark-replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As people type it, in the repository. */
const tickmark = (...args: readonly string[]): Promise<Ran> =>
  run('npx', ['tickmark', ...args], {
    env: { TICKMARK_CONSOLE_URL: system().apps.console.url, TICKMARK_API_KEY: system().credentials.apiKeys.admin, NO_COLOR: '1' },
  });

const KEYS = 1_200;
/** One in a hundred has no second factor. */
const anAdmin = (index: number, atMs: number): CloudEvent =>
  anAccount({ account: `k${index}`, admin: true, mfa: index % 100 !== 0 }, { atMs: atMs + index });
const control = readFileSync(path.join(ROOT, 'catalogue/controls/admin-mfa.yaml'), 'utf8');

describe('what was judged by the running system', () => {
  beforeAll(async () => {
    const atMs = Date.now() - 60_000;
    for (let from = 0; from < KEYS; from += 400) {
      await system().push(Array.from({ length: 400 }, (_, index) => anAdmin(from + index, atMs)));
    }
    await eventually(async () => {
      const { counts } = await system().console().get<{ counts: Record<string, number> }>('/v1/controls/admin-mfa');
      expect(counts).toMatchObject({ keys: KEYS, fail: KEYS / 100 });
    }, { limitMs: 60_000 });
  }, 120_000);

  test('backtested with its own definition shows no difference, in a thread that leaves the API its turns', async () => {
    const file = path.join(folder, 'same.yaml');
    writeFileSync(file, control);
    const ran = tickmark('backtest', file, '--from', '1d');
    let answered = 0;
    const state = { isDone: false };
    void ran.finally(() => (state.isDone = true));
    while (!state.isDone) {
      await system().console().get('/v1/controls/admin-mfa');
      answered += 1;
    }
    const { code, out, err } = await ran;
    expect({ code, err, last: out.trim().split('\n').at(-1) }).toEqual({ code: 0, err: '', last: '✓ no difference' });
    expect(answered).toBeGreaterThan(3);
  }, 60_000);

  test('backtested with a stricter one shows every key that would have failed', async () => {
    const file = path.join(folder, 'stricter.yaml');
    writeFileSync(file, control.replace('f == "webauthn" || f == "totp"', 'f == "totp"'));
    const { code, out } = await tickmark('backtest', file, '--from', '1d', '--json');
    const found = JSON.parse(out) as { result: { totals: Record<string, unknown> }; differences: unknown[] };
    expect(code).toBe(1);
    expect(found.result.totals).toMatchObject({ differingKeys: KEYS - KEYS / 100, deviationsAdded: KEYS - KEYS / 100, deviationsGone: 0 });
    expect(found.differences).toHaveLength(KEYS - KEYS / 100);
  }, 60_000);

  test('is explained from the evidence that ingestion sealed', async () => {
    const { items } = await system().console().get<{ items: { id: string }[] }>('/v1/controls/admin-mfa/states', { key: 'k100' });
    const { code, out } = await tickmark('controls', 'explain', items[0]?.id ?? '');
    expect(code).toBe(0);
    expect(out).toMatch(/^fail: admin-mfa\/second-factor k100\n/);
    expect(out).toMatch(/\n✓ equals the record\n$/);
  }, 60_000);
});
