import { expect, test } from '@jest/globals';
import { emptyQueue, eventually, testServers } from '@tickmark/testing';
import type { AppName, ServerName } from '@tickmark/testing';
import { BACK_MS, FaultsRun, IS_PATIENT, SEED, atRandom, times } from '../support/faults-run.ts';
import { PROBED, servicesUp } from '../support/own-controls.ts';
import type { ProbeLoad } from '../support/probe-load.ts';
import { randomFrom } from '../support/random-from.ts';
import { sharedSystem } from '../support/shared-system.ts';

const APPS: readonly AppName[] = ['ingestion', 'evaluator', 'notifier', 'sealer', 'console'];
/** Which apps cannot work without a server, and say so. */
const NEEDED_BY: Record<ServerName, readonly AppName[]> = { postgres: APPS, kafka: ['evaluator', 'notifier'], redis: ['notifier'] };
const TOLD_MS = 10_000;
/** Clients of Kafka try again for ten to twenty seconds. */
const GIVEN_UP_MS = 60_000;
const LIMIT_MS = 200_000;

const system = sharedSystem({ name: 'servers-away', controls: { [PROBED]: servicesUp() } });
const run = new FaultsRun('servers away', system, PROBED);

async function readiness(app: AppName): Promise<{ status: number; missing: string[] }> {
  const response = await fetch(`${system().apps[app].url}/readyz`);
  const { missing } = (await response.json()) as { missing: { name: string }[] };
  return { status: response.status, missing: missing.map(({ name }) => name.toLowerCase()) };
}

/** Whoever needs it says so in time; nobody else does. */
async function everybodySaysSo(server: ServerName): Promise<void> {
  await Promise.all(
    NEEDED_BY[server].map((app) =>
      eventually(async () => expect({ app, ...(await readiness(app)) }).toEqual({ app, status: 503, missing: expect.arrayContaining([server]) }), { limitMs: TOLD_MS, everyMs: 100 }),
    ),
  );
  for (const app of APPS.filter((one) => !NEEDED_BY[server].includes(one))) expect({ app, ...(await readiness(app)) }).toEqual({ app, status: 200, missing: [] });
}

/** ingestion goes on without Kafka, and says that what it accepted could not be sent. */
async function saysThatItWaits(): Promise<void> {
  const response = await fetch(`${system().apps.ingestion.url}/readyz`);
  const reason = expect.stringContaining('could not be sent') as unknown;
  expect(await response.json()).toMatchObject({ status: 'degraded', degraded: [{ name: 'kafka', reason }] });
}

/** Without Postgres nothing is acknowledged and 503 says so; without the others everything is. */
async function answersMeanwhile(server: ServerName, load: ProbeLoad): Promise<void> {
  if (server !== 'postgres') {
    const before = load.acknowledged;
    await eventually(() => expect(load.acknowledged).toBeGreaterThan(before + 30), { limitMs: 20_000 });
    return;
  }
  const [before, refusals] = [load.acknowledged, load.statuses.get(503) ?? 0];
  await eventually(() => expect(load.statuses.get(503) ?? 0).toBeGreaterThan(refusals + 3), { limitMs: 25_000 });
  const refused = await system().post([]);
  expect({ status: refused.status, comesBack: refused.headers.has('retry-after') }).toEqual({ status: 503, comesBack: true });
  expect({ acknowledgedMeanwhile: load.acknowledged - before }).toEqual({ acknowledgedMeanwhile: 0 });
}

async function outage(server: ServerName, how: 'stop' | 'kill', load: ProbeLoad): Promise<void> {
  await testServers[how](server);
  try {
    await everybodySaysSo(server);
    await answersMeanwhile(server, load);
    // Not before a send has failed for good: what its client has in hand it would send by itself.
    if (IS_PATIENT && server === 'kafka' && how === 'stop') await eventually(saysThatItWaits, { limitMs: GIVEN_UP_MS, everyMs: 100 });
    // What waits in its memory goes with it: the ledger is the outbox.
    if (server === 'kafka' && how === 'kill') await killAndStart('ingestion');
  } finally {
    await testServers.start(server);
  }
  run.did(`times ${server} ${how === 'stop' ? 'stopped' : 'killed'}`);
  const backMs = Date.now();
  await Promise.all(APPS.map((app) => system().apps[app].waitReady(BACK_MS)));
  await system().judgedPast(backMs, { limitMs: BACK_MS });
}

async function killAndStart(app: AppName): Promise<void> {
  await system().apps[app].kill();
  await system().apps[app].start({ waits: false });
}

const rounds = Array.from({ length: times(1, 2) }, (_, round) => round);
const cases = rounds.flatMap((round) => (['kafka', 'postgres', 'redis'] as const).map((server) => ({ server, round })));

test.each(cases)('$server stopped, and killed (round $round): who needs it says so, and afterwards nothing is missing', async ({ server, round }) => {
  const seed = SEED + round;
  const random = randomFrom(seed);
  await using load = await run.load(`${server}${round}`, { seed });
  for (const how of ['stop', 'kill'] as const) {
    await atRandom(random, [500, 1_500]);
    await outage(server, how, load);
  }
  await run.nothingLostOrDoubled(load, seed);
}, LIMIT_MS);

test('Redis emptied during delivery loses no notice', async () => {
  const random = randomFrom(SEED);
  await using load = await run.load('emptied', { downShare: 0.5 });
  system().sink.delayMs = 250;
  // Refused once, a notice waits in Redis for its next attempt: that is what goes when it is emptied.
  system().sink.answer = (_notice, earlier) => (earlier === 0 && random() < 0.4 ? 503 : 204);
  for (let time = 0; time < times(3, 20); time += 1) {
    await atRandom(random, [600, 1_600]);
    await emptyQueue(system().env['TICKMARK_TOPIC_PREFIX'] ?? '');
    run.did('times Redis emptied');
  }
  system().sink.delayMs = 0;
  system().sink.answer = () => 204;
  await run.nothingLostOrDoubled(load);
}, LIMIT_MS);
