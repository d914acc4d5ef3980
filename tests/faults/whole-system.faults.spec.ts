import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { emptyQueue, eventually, testServers } from '@tickmark/testing';
import type { AppName, ServerName } from '@tickmark/testing';
import { PROBED, servicesUp } from '../support/own-controls.ts';
import { deviationsOf, expectedDeviations, expectedTimelines, faultsOfTelling, linesOf, seenTimelines } from '../support/probe-check.ts';
import { ProbeLoad, randomFrom } from '../support/probe-load.ts';
import type { RunningSystem } from '../support/running-system.ts';
import { sharedSystem } from '../support/shared-system.ts';

const IS_LONG = process.env['TICKMARK_TEST_LONG'] === '1';
const SEED = Number(process.env['TICKMARK_TEST_SEED'] ?? Date.now() % 1_000_000);
const KILLS = IS_LONG ? 60 : 12;
const BACK_MS = 60_000;

const system = sharedSystem({ name: 'faults', controls: { [PROBED]: servicesUp() } });

const loadOf = (name: string, seed = SEED): ProbeLoad => new ProbeLoad({ name, seed, post: (events) => system().post(events) });

/** Nothing that was acknowledged is lost, nothing is doubled: evidence, timelines, deviations and notices. */
async function nothingLostOrDoubled(load: ProbeLoad): Promise<void> {
  expect({ seed: SEED, faults: load.faults }).toEqual({ seed: SEED, faults: [] });
  expect([...load.acknowledged.keys()].sort()).toEqual(load.sent.map(({ id }) => id).sort());
  const again = await load.resend();
  expect({ seed: SEED, again: [...again].sort() }).toEqual({ seed: SEED, again: [...load.acknowledged].sort() });
  const rows = await system().rows<{ n: number; ids: number }>(
    'SELECT count(*)::int AS n, count(DISTINCT event_id)::int AS ids FROM evidence WHERE event_id = ANY($1)',
    [load.sent.map(({ id }) => id)],
  );
  expect(rows).toEqual([{ n: load.sent.length, ids: load.sent.length }]);
  await eventually(async () => {
    expect({ seed: SEED, deviations: linesOf(await deviationsOf(system(), PROBED, load)) }).toEqual({ seed: SEED, deviations: expectedDeviations(load) });
  }, { limitMs: BACK_MS, everyMs: 250 });
  expect({ seed: SEED, timelines: await seenTimelines(system(), PROBED, load) }).toEqual({ seed: SEED, timelines: expectedTimelines(load) });
  const deviations = await deviationsOf(system(), PROBED, load);
  expect(deviations.filter(({ status }) => status === 'withdrawn' || status === 'merged')).toEqual([]);
  await eventually(() => expect({ seed: SEED, faults: faultsOfTelling(system(), deviations) }).toEqual({ seed: SEED, faults: [] }), { limitMs: BACK_MS, everyMs: 250 });
  expect(system().sink.faults).toEqual([]);
}

async function killAtWork(one: RunningSystem, app: AppName): Promise<void> {
  await one.apps[app].kill();
  await one.apps[app].start({ waits: false });
}

test('evaluator, ingestion and notifier, killed again and again in the middle of work, lose and double nothing', async () => {
  const random = randomFrom(SEED);
  const apps: readonly AppName[] = ['evaluator', 'ingestion', 'notifier'];
  await using load = loadOf('killed');
  // A receiver that takes its time: some notices are always under way when the notifier is killed.
  system().sink.delayMs = 250;
  load.start();
  await pause(1_000);
  for (let kill = 0; kill < KILLS; kill += 1) {
    await killAtWork(system(), apps[kill % apps.length] ?? 'evaluator');
    await pause(1_500 + random() * 2_000);
  }
  await Promise.all(apps.map((app) => system().apps[app].waitReady(BACK_MS)));
  await load.finish();
  system().sink.delayMs = 0;
  await nothingLostOrDoubled(load);
}, 300_000);

describe('with a server stopped', () => {
  async function without(server: ServerName, meanwhile: () => Promise<void>): Promise<void> {
    await testServers.stop(server);
    try {
      await meanwhile();
    } finally {
      await testServers.start(server);
    }
  }
  const missingOf = async (app: AppName): Promise<{ status: number; missing: string[] }> => {
    const response = await fetch(`${system().apps[app].url}/readyz`);
    const { missing } = (await response.json()) as { missing: { name: string }[] };
    return { status: response.status, missing: missing.map(({ name }) => name.toLowerCase()) };
  };

  test('Kafka: ingestion still answers 202, also after it was killed, and all is judged after Kafka is back', async () => {
    await using load = loadOf('kafka');
    load.start();
    await pause(1_000);
    await without('kafka', async () => {
      const before = load.acknowledged.size;
      await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(before + 60), { limitMs: 20_000 });
      expect(await missingOf('ingestion')).toMatchObject({ status: 200 });
      await eventually(async () => expect(await missingOf('evaluator')).toEqual({ status: 503, missing: ['kafka'] }), { limitMs: 10_000 });
      expect([...load.statuses.keys()]).toEqual([202]);
      // What waits in its memory goes with it: the ledger is the outbox.
      await killAtWork(system(), 'ingestion');
      const killed = load.acknowledged.size;
      await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(killed + 60), { limitMs: 20_000 });
    });
    await load.finish();
    await nothingLostOrDoubled(load);
    await system().apps.evaluator.waitReady(BACK_MS);
  }, 240_000);

  test('Postgres: 503 and never a false 202, and everything goes on when it is back', async () => {
    await using load = loadOf('postgres');
    load.start();
    await pause(1_000);
    await without('postgres', async () => {
      await eventually(() => expect(load.statuses.get(503) ?? 0).toBeGreaterThan(3), { limitMs: 25_000 });
      const before = load.acknowledged.size;
      await eventually(async () => expect(await missingOf('ingestion')).toEqual({ status: 503, missing: ['postgres'] }), { limitMs: 10_000 });
      await eventually(async () => expect(await missingOf('console')).toMatchObject({ status: 503 }), { limitMs: 10_000 });
      const refused = await system().post([]);
      expect({ status: refused.status, comesBack: refused.headers.has('retry-after') }).toEqual({ status: 503, comesBack: true });
      expect(load.acknowledged.size).toBe(before);
    });
    const before = load.acknowledged.size;
    await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(before + 60), { limitMs: BACK_MS });
    await load.finish();
    await nothingLostOrDoubled(load);
  }, 240_000);
});

test('Redis emptied during delivery loses no notice', async () => {
  await using load = new ProbeLoad({ name: 'redis', seed: SEED, downShare: 0.5, post: (events) => system().post(events) });
  load.start();
  for (let time = 0; time < 3; time += 1) {
    await pause(1_200);
    await emptyQueue(system().env['TICKMARK_TOPIC_PREFIX'] ?? '');
  }
  await load.finish();
  await nothingLostOrDoubled(load);
}, 180_000);
