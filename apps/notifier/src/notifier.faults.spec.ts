import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { TestApp, emptyQueue, eventually, testServers } from '@tickmark/testing';
import { NotifierStage, change } from './notifier.testkit.js';

const HOUR = 3_600_000;
/** What the whole system is put through in the short form too (tests/faults), is looked at here alone in the long one. */
const longForm = process.env['TICKMARK_TEST_LONG'] === '1' ? describe : () => undefined;
const PATIENT = { limitMs: 100_000, everyMs: 100 };

/** The notifier as a process, with the waits of production. */
const start = (stage: NotifierStage) => TestApp.start({ app: 'notifier', env: { ...stage.environment, LOG_LEVEL: 'warn' } });

const deviations = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `d${from + n}`);
const openedOf = (ids: readonly string[]) => ids.map((id) => change('opened', { id, account: id }));

/** Of each deviation: under how many ids it was told. */
function idsOf(stage: NotifierStage): Map<string, Set<string>> {
  const ids = new Map<string, Set<string>>();
  for (const { id, notice } of stage.sink.taken) {
    for (const deviation of notice.deviations) ids.set(deviation.id, (ids.get(deviation.id) ?? new Set()).add(id));
  }
  return ids;
}

async function everyOneTold(stage: NotifierStage, wanted: readonly string[]): Promise<void> {
  await eventually(() => {
    const told = idsOf(stage);
    expect(wanted.filter((id) => !told.has(id))).toEqual([]);
  }, PATIENT);
  expect([...idsOf(stage)].filter(([, ids]) => ids.size !== 1)).toEqual([]);
}

async function prepared(): Promise<NotifierStage> {
  const stage = await NotifierStage.set();
  await stage.judgedUntil(Date.now() + HOUR);
  return stage;
}

/** One in so many is refused at its first attempt: the second wait (five minutes) would be too long for a spec. */
const refusesFirst = (oneIn: number) => (_: unknown, earlier: number) => (earlier === 0 && randomInt(oneIn) === 0 ? 503 : 204);

const missingOf = async (app: TestApp): Promise<string[]> => {
  const answer = await fetch(`${app.url}/readyz`);
  const { missing } = (await answer.json()) as { missing: { name: string }[] };
  return answer.status === 503 ? missing.map(({ name }) => name) : [];
};

describe('a notifier that is killed at work', () => {
  it('loses no notice, and tells none under two ids', async () => {
    await using stage = await prepared();
    stage.sink.answer = refusesFirst(10);
    let app = await start(stage);
    for (let round = 0; round < 5; round += 1) {
      await stage.send(...openedOf(deviations(round * 60, round * 60 + 60)));
      await pause(randomInt(150));
      await app.kill();
      app = await start(stage);
    }
    stage.sink.answer = () => 204;
    await everyOneTold(stage, deviations(0, 300));
    await app.stop();
    expect(app.ended).toBe(true);
    expect(await stage.rows(`SELECT count(*)::int AS n FROM notice`)).toEqual([{ n: 300 }]);
  }, 180_000);
});

describe('a notifier whose servers go away', () => {
  it('tells everything although Redis is emptied three times during delivery', async () => {
    await using stage = await prepared();
    stage.sink.answer = refusesFirst(3);
    await using app = await start(stage);
    for (let round = 0; round < 3; round += 1) {
      await stage.send(...openedOf(deviations(round * 50, round * 50 + 50)));
      await pause(randomInt(200));
      await emptyQueue(stage.prefix);
    }
    stage.sink.answer = () => 204;
    await everyOneTold(stage, deviations(0, 150));
    expect(app.ended).toBe(false);
  }, 180_000);
});

longForm('a notifier without one of its servers', () => {
  it('says within ten seconds that Redis is away, and delivers what was planned meanwhile', async () => {
    await using stage = await prepared();
    await using app = await start(stage);
    await testServers.stop('redis');
    try {
      await eventually(async () => expect(await missingOf(app)).toEqual(['Redis']), { limitMs: 10_000 });
      await stage.send(...openedOf(deviations(0, 20)));
      await eventually(async () => expect(await stage.rows('SELECT count(*)::int AS n FROM notice')).toEqual([{ n: 20 }]));
    } finally {
      await testServers.start('redis');
    }
    await everyOneTold(stage, deviations(0, 20));
    await app.waitReady();
  }, 120_000);

  it('says within ten seconds that Postgres is away, and goes on when it is back', async () => {
    await using stage = await prepared();
    await using app = await start(stage);
    await testServers.stop('postgres');
    try {
      await eventually(async () => expect(await missingOf(app)).toEqual(['Postgres']), { limitMs: 10_000 });
      await stage.send(...openedOf(deviations(0, 20)));
    } finally {
      await testServers.start('postgres');
    }
    await everyOneTold(stage, deviations(0, 20));
  }, 120_000);

  it('says within ten seconds that Kafka is away, and goes on when it is back', async () => {
    await using stage = await prepared();
    await using app = await start(stage);
    await testServers.stop('kafka');
    try {
      await eventually(async () => expect(await missingOf(app)).toEqual(['Kafka']), { limitMs: 10_000 });
    } finally {
      await testServers.start('kafka');
    }
    const changes = openedOf(deviations(0, 20));
    await eventually(() => stage.send(...changes));
    await everyOneTold(stage, deviations(0, 20));
  }, 120_000);
});
