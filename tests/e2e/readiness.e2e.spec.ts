import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@tickmark/testing';
import { anAccount, anEvent } from '../support/events.ts';
import { PROBED, servicesUp } from '../support/own-controls.ts';
import { ROOT, run, scratchBase } from '../support/run-node.ts';
import type { Ran } from '../support/run-node.ts';
import { sharedSystem } from '../support/shared-system.ts';

const FORBIDDEN = /\b(compliant|certified|auditor-approved|operating effectively|passed|ready)\b/i;
const DAY_MS = 86_400_000;
const PAGE = readFileSync(path.join(ROOT, 'docs/how-to/soc-1-or-soc-2.md'), 'utf8');

/** An objective of this installation's own, with one control that is said to run once a quarter. */
const system = sharedSystem({
  name: 'readiness',
  controls: { [PROBED]: servicesUp().replace('soc1: [ICFR-OP-1]', 'soc1: [OWN-1]').replace('frequency: continuous', 'frequency: quarterly') },
  catalogueFiles: {
    'objectives.yaml': 'objectives:\n  - {id: OWN-1, family: operations, title: Services answer, assertions: [], tsc: [], mapping: soc1-only, evidence: [Probes of each service]}\n',
  },
});

const folder = mkdtempSync(path.join(scratchBase(), 'tickmark-readiness-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tickmark = (args: readonly string[]): Promise<Ran> =>
  run('npx', ['tickmark', ...args], {
    env: { TICKMARK_CONSOLE_URL: system().apps.console.url, TICKMARK_API_KEY: system().credentials.apiKeys.auditor, NO_COLOR: '1' },
  });

/** What the page tells to type, with its file where it is written here. */
function typed(block: string): readonly string[] {
  const file = path.join(folder, 'answers.json');
  writeFileSync(file, /<!-- file: answers\.json -->\n```json\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? '');
  const command = new RegExp(`<!-- block: ${block} -->\\n\`\`\`sh\\nnpx tickmark (.+)\\n\`\`\``).exec(PAGE)?.[1] ?? '';
  return command.split(' ').map((word) => (word === 'answers.json' ? file : word));
}

describe('docs/how-to/soc-1-or-soc-2.md, at a running installation', () => {
  test('says what is missing, and sees evidence flow once an event was judged', async () => {
    const before = await tickmark(typed('gaps'));
    expect(before.code).toBe(1);
    expect(before.out).toMatch(/^SOC 1 \(\d+ objectives\) and SOC 2 \(security, processing-integrity\)$/m);
    expect(before.out).toMatch(/^ {2}no-feed\n(?: {4}.*\n)* {4}- admin-mfa \(.*\): no feed names identity\.account/m);
    const { deliveryId } = await system().push([anAccount({ account: 'a1', mfa: true }, { atMs: Date.now() })]);
    await system().judged(deliveryId);
    await eventually(async () => {
      const { out } = await tickmark([...typed('gaps'), '--all']);
      expect(out).toMatch(/^ {2}evidence-flowing\n(?: {4}.*\n)* {4}- admin-mfa \(it-operations, key control, evidence since\s+\d{4}-/m);
    });
  });

  test('shows the way, and names no day while key controls have no evidence', async () => {
    const { code, out } = await tickmark([...typed('plan'), '--start', '2027-01-04']);
    expect(code).toBe(0);
    expect(out).toMatch(/^The way to a Type II of SOC 1 .* from 2027-01-04$/m);
    for (const title of ['Scope', 'Readiness and gap assessment', 'Remediation', 'Observation window', 'Fieldwork', 'Report', 'Continuous monitoring']) {
      expect(out).toMatch(new RegExp(`^\\d {2}${title}$`, 'm'));
    }
    expect(out).toContain('Earliest honest window: no day can be named');
    expect(out).toMatch(/^ {2}- [a-z-]+ \([a-z-]+\): /m);
  });


  test('names the day after the evidence of the control that holds the window back, and how much three months hold', async () => {
    const plan = () => tickmark(['readiness', 'plan', '--reports', 'soc1', '--objectives', 'OWN-1']);
    expect(await plan()).toMatchObject({ code: 0, err: '', out: expect.stringContaining('  Nothing is on file: no key control in scope has evidence, so no date can be named.\n') as unknown as string });
    const day = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    const { deliveryId } = await system().push([anEvent('service.probed', { service: 's1', up: true }, { atMs: day - DAY_MS / 2 })]);
    await system().judged(deliveryId);
    await eventually(async () => {
      const { out } = await plan();
      expect(out).toContain(`Earliest honest window: from ${new Date(day).toISOString().slice(0, 10)}\n`);
      expect(out).toContain(`  - ${PROBED} (platform): has evidence since ${new Date(day - DAY_MS / 2).toISOString()}\n`);
      expect(out).toMatch(/^ {2}quarterly \(1 control\) +2 +1 +2 +3 +4$/m);
      expect(out).toContain('  6 months are the shortest of these that hold every customary sample.\n');
    });
  });

  test('draws no conclusion that is the auditor’s', async () => {
    for (const block of ['decide', 'gaps', 'plan']) expect((await tickmark(typed(block))).out).not.toMatch(FORBIDDEN);
  });
});
