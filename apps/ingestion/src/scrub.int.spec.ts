import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { putIntoLedger } from '@tickmark/persistence';
import { eventually } from '@tickmark/testing';
import { TestIngestion, cloudEvent } from './ingestion.testkit.js';

let ingestion: TestIngestion;
beforeAll(async () => {
  ingestion = await TestIngestion.start();
});
afterAll(() => ingestion[Symbol.asyncDispose]());

/** As whoever holds the tables, which the application's role does not. */
async function tamper(statement: string): Promise<void> {
  const client = await ingestion.database.connect();
  try {
    await client.query(`BEGIN; SET LOCAL ROLE NONE; SET LOCAL session_replication_role = replica; ${statement}; COMMIT`);
  } finally {
    client.release(true);
  }
}

const altered = () => ingestion.rows<{ leaf_index: number; difference: string; evidence_id: string | null }>('SELECT leaf_index, difference, evidence_id FROM altered_leaf ORDER BY leaf_index');
const leafOf = async (evidenceId: string | undefined) => (await ingestion.rows<{ leaf_index: number }>('SELECT leaf_index FROM evidence WHERE id = $1', [evidenceId]))[0]?.leaf_index;
/** Everything was compared once more, from the beginning. */
async function comparedOnceMore(): Promise<void> {
  const [before] = await ingestion.rows<{ now: number }>("SELECT date_trunc('milliseconds', clock_timestamp()) AS now");
  await ingestion.rows("UPDATE scrub SET recent_at = NULL, next_leaf = 0, round_began_at = clock_timestamp() + interval '1 ms'");
  await eventually(async () => {
    // A pass that was under way began before.
    await ingestion.rows('UPDATE scrub SET recent_at = NULL WHERE recent_at < to_timestamp($1 / 1000.0)', [before!.now]);
    const [scrub] = await ingestion.rows<{ whole_at: number | null; recent_at: number | null }>('SELECT whole_at, recent_at FROM scrub');
    expect(scrub?.whole_at ?? 0).toBeGreaterThan(before!.now);
    expect(scrub?.recent_at ?? 0).toBeGreaterThanOrEqual(before!.now);
  }, { limitMs: 20_000 });
}

describe('the scrub', () => {
  it('finds nothing where nothing was changed: events, batches, conflicts, records', async () => {
    await ingestion.post(Array.from({ length: 40 }, (_, at) => cloudEvent(`s${at}`)));
    await ingestion.post({ ...cloudEvent('s1'), data: { other: true } });
    await ingestion.database.transaction((transaction) => putIntoLedger(transaction, 'gap', { event: 'opened', id: 'g1', n: 1.5, text: 'ü' }));
    await eventually(async () => expect(await ingestion.count('ledger_leaf WHERE kind = 5')).toBe(1));
    await comparedOnceMore();
    expect(await altered()).toEqual([]);
    const metrics = await (await fetch(`${ingestion.url}/metrics`)).text();
    expect(metrics).toMatch(/tickmark_ledger_altered_leaves(\{[^}]*\})? 0\n/);
    expect(metrics).toMatch(/tickmark_scrub_whole_age_seconds(\{[^}]*\})? \d/);
  });

  it('finds one changed byte of a delivery, of an event, of a record, and a leaf that is gone; tells it once and puts nothing right', async () => {
    const [raw, normal, gone] = await Promise.all(['t1', 't2', 't3'].map(async (id) => (await ingestion.post(cloudEvent(id))).body));
    const [rawLeaf, normalLeaf, goneLeaf] = await Promise.all([raw, normal, gone].map((body) => leafOf(body?.events[0]?.evidenceId)));
    const [record] = await ingestion.rows<{ leaf_index: number }>("SELECT leaf_index FROM ledger_intake WHERE payload ->> 'id' = 'g1'");
    await tamper(`UPDATE delivery SET body = overlay(body PLACING '\\x20'::bytea FROM 2 FOR 1) WHERE id = '${raw?.deliveryId ?? ''}'`);
    await tamper(`UPDATE evidence SET normal = replace(normal, 't2', 't9') WHERE leaf_index = ${String(normalLeaf)}`);
    await tamper(`DELETE FROM ledger_leaf WHERE leaf_index = ${String(goneLeaf)}`);
    await tamper(`UPDATE ledger_intake SET payload = payload || '{"event": "closed"}' WHERE leaf_index = ${String(record?.leaf_index)}`);
    await comparedOnceMore();
    const expected = [
      { leaf_index: rawLeaf, difference: 'raw', evidence_id: raw?.events[0]?.evidenceId },
      { leaf_index: normalLeaf, difference: 'normal', evidence_id: normal?.events[0]?.evidenceId },
      { leaf_index: goneLeaf, difference: 'missing', evidence_id: null },
      { leaf_index: record?.leaf_index, difference: 'record', evidence_id: null },
    ].sort((a, b) => (a.leaf_index ?? 0) - (b.leaf_index ?? 0));
    expect(await altered()).toEqual(expected);

    const gaps = await ingestion.rows<{ cause: string; status: string }>("SELECT cause, status FROM gap WHERE cause = 'altered' AND known_to IS NULL");
    expect(gaps).toEqual([{ cause: 'altered', status: 'open' }]);
    expect(await ingestion.count("outbox WHERE message ->> 'kind' = 'gap-opened' AND message -> 'gap' ->> 'cause' = 'altered'")).toBe(1);
    await comparedOnceMore();
    expect(await altered()).toEqual(expected);
    expect(await ingestion.count("outbox WHERE message ->> 'kind' = 'gap-opened' AND message -> 'gap' ->> 'cause' = 'altered'")).toBe(1);
  });
});
