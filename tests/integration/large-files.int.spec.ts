import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { achLines, eventLines } from '../support/large-content.ts';
import { forgetPeak, peakMemory, residentMemory, whyNoPeakMemory } from '../support/peak-memory.ts';
import { ROOT, runNode, scratchBase } from '../support/run-node.ts';
import { sharedSystem } from '../support/shared-system.ts';

const MIB = 1_048_576;
const MB = 1_000_000;
/** Several times of what a part takes; read at once, one of these files would take more. */
const MORE_MEMORY_MAX = 128 * MIB;

const system = sharedSystem({ name: 'large-files' });

interface Printed {
  readonly ok: boolean;
  readonly answers: readonly { readonly item: number; readonly outcome: string }[];
  readonly deliveries: readonly string[];
}

/** Pushed by the command line; what it printed, and how much more memory ingestion took meanwhile. */
async function pushed(name: string, lines: Iterable<string>): Promise<Printed & { readonly moreMemory: number }> {
  const file = path.join(scratchBase(), `${process.pid}-${name}`);
  writeFileSync(file, [...lines].join(''));
  const pid = system().apps.ingestion.pid ?? 0;
  const before = whyNoPeakMemory() === undefined ? residentMemory(pid) : 0;
  if (whyNoPeakMemory() === undefined) forgetPeak(pid);
  const { code, out, err } = await runNode([path.join(ROOT, 'apps', 'cli', 'dist', 'main.js'), 'push', file, '--json', '--url', system().apps.ingestion.url], {
    env: { TICKMARK_API_KEY: system().credentials.apiKeys.integration },
  });
  if (code !== 0) throw new Error(`push ended with code ${code}: ${err} ${out.slice(0, 1_000)}`);
  return { ...(JSON.parse(out) as Printed), moreMemory: whyNoPeakMemory() === undefined ? peakMemory(pid) - before : 0 };
}

it('a large file of events is kept whole in bounded memory, with an answer for each, and is one delivery', async () => {
  const { count, lines } = eventLines(10 * MB);
  await pushed('warm-up.ndjson', eventLines(5 * MB).lines);
  const { answers, deliveries, moreMemory } = await pushed('events.ndjson', lines);
  expect([answers.length, new Set(answers.map(({ item }) => item)).size, deliveries.length]).toEqual([count, count, 1]);
  expect(await system().judged(deliveries[0] ?? '')).toMatchObject({ id: deliveries[0], accepted: count, judged: count, rejected: 0 });
  expect(moreMemory).toBeLessThan(MORE_MEMORY_MAX);
});

it('a large ACH file is one delivery, and its totals agree', async () => {
  const { answers, deliveries, moreMemory } = await pushed('payroll.ach', achLines(20, 3_000));
  expect(answers.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 2 + 20 * 3 }, () => 'accepted'));
  const totals = await system().rows<{ sent: string; received: string }>(
    `SELECT s.normal::jsonb->'data'->>'hash' AS sent, r.normal::jsonb->'data'->>'hash' AS received
     FROM evidence s JOIN evidence r ON r.subject = s.subject AND r.type = 'transfer.received' WHERE s.type = 'transfer.sent'`,
  );
  expect(totals.map(({ sent, received }) => sent === received)).toEqual(Array.from({ length: 21 }, () => true));
  expect(await system().judged(deliveries[0] ?? '')).toMatchObject({ accepted: 62, pending: 0 });
  expect(moreMemory).toBeLessThan(MORE_MEMORY_MAX);
});
