import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@tickmark/testing';
import { filesOf, howToBlocks, type HowToBlock } from '../support/how-to.ts';
import { ROOT, run, scratchBase } from '../support/run-node.ts';
import { sharedSystem } from '../support/shared-system.ts';

const WRITE = 'docs/how-to/write-a-control.md';
const CONNECT = 'docs/how-to/connect-your-first-feed.md';
const control = filesOf(WRITE).get('my-catalogue/controls/restores-fast-enough.yaml') ?? '';

const system = sharedSystem({ name: 'how-to', controls: { 'restores-fast-enough': control } });
let folder = '';

/** A folder that looks like the repository to somebody who types there. */
beforeAll(() => {
  folder = mkdtempSync(path.join(scratchBase(), 'tickmark-how-to-'));
  for (const name of ['node_modules', 'catalogue']) symlinkSync(path.join(ROOT, name), path.join(folder, name));
  mkdirSync(path.join(folder, '.tickmark'));
  writeFileSync(path.join(folder, '.tickmark', 'credentials.json'), JSON.stringify(system().credentials));
  for (const [name, text] of filesOf(CONNECT)) writeFileSync(path.join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const here = (commands: string): string =>
  commands.replaceAll('http://127.0.0.1:3000', system().apps.console.url).replaceAll('http://127.0.0.1:3001', system().apps.ingestion.url);

/** One after the other in one shell, as a newcomer types them; the last one again until it says what the page says. */
function typed(before: readonly HowToBlock[], last: HowToBlock): Promise<string> {
  const script = ['set -euo pipefail', ...[...before, last].map(({ commands }) => here(commands))].join('\n');
  return eventually(async () => {
    const ran = await run('bash', ['-c', script], { cwd: folder, env: { TICKMARK_INGESTION_URL: system().apps.ingestion.url, NO_COLOR: '1' } });
    if (ran.code !== 0) throw new Error(`${last.name} ended with ${ran.code}: ${ran.out}${ran.err}`);
    if (last.until !== undefined) expect(ran.out).toContain(last.until);
    return ran.out;
  }, { limitMs: last.until === undefined ? 0 : 20_000, everyMs: 300 });
}

test(`${WRITE}: the control that it shows judges what is pushed`, async () => {
  const [live] = howToBlocks(WRITE).filter(({ name }) => name === 'live');
  if (live === undefined) throw new Error(`${WRITE} has no block live`);
  expect(await typed([], live)).toMatch(/"accepted":\s*1|"duplicates":\s*1/);
});

describe(CONNECT, () => {
  const blocks = new Map(howToBlocks(CONNECT).map((block) => [block.name, block]));
  const block = (name: string): HowToBlock => {
    const found = blocks.get(name);
    if (found === undefined) throw new Error(`${CONNECT} has no block ${name}`);
    return found;
  };
  /** What the shell knows after the feed is registered. */
  let known: readonly HowToBlock[] = [];

  test('names the blocks that are run here, in this order', () => {
    expect([...blocks.keys()]).toEqual(['choose', 'register', 'one', 'see', 'refused', 'list', 'deviation', 'alive', 'wanted']);
  });

  test('finds controls that read the type, and registers the feed with a key of its own', async () => {
    expect(await typed([], block('choose'))).toContain('catalogue/controls/admin-mfa.yaml');
    const feedKey = (await typed([], block('register'))).trim();
    expect(feedKey).toMatch(/^\S{20,}$/);
    const [helper = ''] = block('register').commands.split('\n');
    known = [{ name: 'known', commands: `${helper}\nFEED_KEY=${feedKey}` }];
  });

  test('sends one event, sees it judged, and is told what is refused', async () => {
    expect(JSON.parse(await typed(known, block('one')))).toMatchObject({ accepted: 1 });
    expect(JSON.parse(await typed(known, block('see')))).toMatchObject({ items: [{ key: 'grace', state: 'pass' }] });
    expect(await typed(known, block('refused'))).toContain('/data/mfa');
  });

  test('sends a list, which opens a deviation, and an empty batch, by which the feed lives', async () => {
    expect(await typed(known, block('list'))).toContain('2 accepted, 0 ignored, 0 rejected');
    expect(JSON.parse(await typed(known, block('deviation')))).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ key: 'ida', status: 'open' })]) });
    expect(await typed(known, block('alive'))).toMatch(/"name":"directory".*"state":"alive"/);
  });

  test('shows what is still wanted for each criterion', async () => {
    const lines = (await typed(known, block('wanted'))).trim().split('\n');
    expect(lines).toHaveLength(61);
    expect(lines[1]).toMatch(/^CC1\.2 .* \(\d+ controls\); wanted: Board or committee meeting/);
  });
});
