import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { anAccount } from '../support/events.ts';
import { run, runNode } from '../support/run-node.ts';
import type { Ran } from '../support/run-node.ts';
import { sharedSystem } from '../support/shared-system.ts';
import { zipEntry } from '../support/zip-entry.ts';

const system = sharedSystem({ name: 'bundles' });
const folder = mkdtempSync(path.join(tmpdir(), 'tickmark-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);

/** As people type it, in the repository. */
const tickmark = (...args: readonly string[]): Promise<Ran> =>
  run('npx', ['tickmark', ...args], { env: { TICKMARK_CONSOLE_URL: system().apps.console.url, TICKMARK_API_KEY: system().credentials.apiKeys.auditor, NO_COLOR: '1' }, limitMs: 120_000 });

async function frozen(from: string): Promise<string> {
  const to = new Date(Date.parse(from) + 86_400_000).toISOString();
  const engagement = { name: 'The day', reports: ['soc2'], type: 'II', from, to, categories: ['security'], objectives: [], systems: [] };
  const { id } = await system().console().post<{ id: string }>('/v1/engagements', engagement);
  await system().console().post(`/v1/engagements/${id}/revisions`, {});
  return id;
}

test('what was pushed is frozen, bundled, downloaded by an auditor, and verified offline by the command line and by the file in the bundle', async () => {
  const from = new Date(Date.now() - 3_600_000).toISOString();
  const { deliveryId } = await system().push([anAccount({ account: 'ada', admin: true, mfa: false }), anAccount({ account: 'grace', admin: true, mfa: true })]);
  await system().judged(deliveryId, { limitMs: 60_000 });
  const { items } = await system().console('auditor').get<{ items: readonly { key: string }[] }>('/v1/ledger/keys');
  writeFileSync(at('key.txt'), items.map(({ key }) => `${key}\n`).join(''));

  const made = await tickmark('bundle', 'make', await frozen(from), '--output', at('bundle.zip'), '--json');
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(made.out)).toMatchObject({ revision: 1, file: at('bundle.zip') });

  const verified = await tickmark('bundle', 'verify', at('bundle.zip'), '--key', at('key.txt'));
  expect(verified).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^HOLDS: The day, revision 1, [^]*\n {2}evidence {5}2, each as its leaf says, from 1 deliveries\n/) });

  const zip = readFileSync(at('bundle.zip'));
  writeFileSync(at('verify.mjs'), zipEntry(zip, 'verify.mjs'));
  expect(await runNode([at('verify.mjs'), at('bundle.zip'), '--key', at('key.txt')])).toEqual(verified);
  expect(zipEntry(zip, 'evidence.ndjson').toString()).toContain('ada');

  const changed = Buffer.from(zip);
  changed[200]! ^= 1;
  writeFileSync(at('changed.zip'), changed);
  const { code } = await tickmark('bundle', 'verify', at('changed.zip'), '--key', at('key.txt'));
  expect(code).toBeGreaterThanOrEqual(10);
}, 240_000);
