import { describe, expect, it } from '@jest/globals';
import { eventually, makeTestDatabase } from '@tickmark/testing';
import { CutLine } from './cut-line.testkit.js';
import { FakeSender, TestIngestion, cloudEvent } from './ingestion.testkit.js';

const PATIENCE_MS = 700;

/** Ingestion whose line to Postgres can be cut; the spec's own connection goes round it. */
async function onALine() {
  const database = await makeTestDatabase();
  const line = await CutLine.to(database.url);
  const sender = new FakeSender();
  const ingestion = await TestIngestion.start({ databaseUrl: database.url, through: () => line.url, patienceMs: PATIENCE_MS, sender });
  ingestion.key = await ingestion.feed({ name: 'local' });
  const undo = async () => {
    line.heal();
    await ingestion[Symbol.asyncDispose]();
    await line[Symbol.asyncDispose]();
    await database.drop();
  };
  return { line, ingestion, sender, [Symbol.asyncDispose]: undo };
}

describe('with Postgres away', () => {
  it('nothing is accepted, the client is told to come back, and sending again settles it', async () => {
    await using one = await onALine();
    const { ingestion, line } = one;
    expect((await ingestion.post(cloudEvent('before'))).status).toBe(202);
    line.cut();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => ingestion.post(cloudEvent(`during${at}`))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(answers[0]?.headers.get('retry-after')).toBe('2');
    expect(answers[0]?.headers.get('content-type')).toContain('application/problem+json');
    const ready = await fetch(`${ingestion.url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('"postgres"')]);
    expect((await fetch(`${ingestion.url}/healthz`)).status).toBe(200);

    line.heal();
    await eventually(async () => expect((await ingestion.post(cloudEvent('during0'))).status).toBe(202));
    const [stored] = await ingestion.rows<{ n: number }>("SELECT count(*)::int AS n FROM evidence WHERE event_id LIKE 'during%'");
    expect(stored?.n).toBe(1);
  });

  it('a key that was never looked up is no stranger: 503, not 401', async () => {
    await using one = await onALine();
    one.line.cut();
    expect((await one.ingestion.post(cloudEvent('e'))).status).toBe(503);
  });

  it('that keeps silent, the client is not kept waiting, and nothing is doubled afterwards', async () => {
    await using one = await onALine();
    const { ingestion, line } = one;
    await ingestion.post(cloudEvent('before'));
    line.silence();
    const startedMs = performance.now();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => ingestion.post(cloudEvent(`silent${at}`))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(performance.now() - startedMs).toBeLessThan(PATIENCE_MS * 4);

    line.heal();
    for (let at = 0; at < 10; at += 1) {
      await eventually(async () => expect((await ingestion.post(cloudEvent(`silent${at}`))).status).toBe(202));
    }
    expect(await ingestion.count("evidence WHERE event_id LIKE 'silent%'")).toBe(10);
    expect(await ingestion.rows('SELECT count(*)::int - max(leaf_index)::int AS off FROM ledger_leaf')).toEqual([{ off: 1 }]);
  });

  it('the relay goes on from what was acknowledged and leaves nothing out', async () => {
    await using one = await onALine();
    const { ingestion, line, sender } = one;
    await ingestion.post([cloudEvent('a'), cloudEvent('b')]);
    line.cut();
    line.heal();
    await eventually(async () => expect((await ingestion.post(cloudEvent('c'))).status).toBe(202));
    const leaves = await ingestion.rows<{ leaf_index: number }>('SELECT leaf_index FROM evidence ORDER BY leaf_index');
    await eventually(() => expect(new Set(sender.leaves())).toEqual(new Set(leaves.map((leaf) => leaf.leaf_index))));
  });
});
