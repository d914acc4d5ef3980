import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Database } from '@tickmark/persistence';
import { eventually } from '@tickmark/testing';
import type { Gap } from '../support/answers.ts';
import { aLeaver, anAccount } from '../support/events.ts';
import { LEAVER_SECONDS, leaverSeconds } from '../support/own-controls.ts';
import { sharedSystem } from '../support/shared-system.ts';

const IS_LONG = process.env['TICKMARK_TEST_LONG'] === '1';
/** Two minutes in the long run; scaled with the limit otherwise. */
const STOP_MS = IS_LONG ? 120_000 : 10_000;
const LIMIT_S = IS_LONG ? 30 : 5;
const LIMIT_MS = LIMIT_S * 1_000;

const system = sharedSystem({ name: 'evaluator-stopped', controls: { [LEAVER_SECONDS]: leaverSeconds(LIMIT_S) } });

const at = (ms: number): string => new Date(ms).toISOString();
const timelineOf = async (key: string, fromMs: number): Promise<string[]> => {
  const segments = await system().timeline(LEAVER_SECONDS, { key, from: at(fromMs), to: at(fromMs + 2 * STOP_MS) });
  return segments.map(({ state, from }) => `${state} ${from}`);
};

test('an evaluator that stood still gives the same timeline as one that did not, and announces no failure that evidence disproves', async () => {
  const leftMs = Date.now();
  const deadlineMs = leftMs + LIMIT_MS;
  await system().push(['a1', 'a2', 'a3'].map((account) => anAccount({ account, worker: account }, { atMs: leftMs - 60_000 })));
  const { deliveryId } = await system().push(['a1', 'a2', 'a3'].map((worker) => aLeaver(worker, leftMs)));
  await system().judged(deliveryId, { limitMs: 60_000 });
  await system().apps.evaluator.kill();

  // a1 in time and a2 too late while nobody judges; a3 is still open when judging goes on.
  const removed = { a1: leftMs + 1_000, a2: deadlineMs + 2_000 };
  await eventually(() => expect(Date.now()).toBeGreaterThan(removed.a1), { limitMs: STOP_MS });
  await system().push([anAccount({ account: 'a1', worker: 'a1', status: 'disabled' }, { atMs: removed.a1 })]);
  await eventually(() => expect(Date.now()).toBeGreaterThan(removed.a2), { limitMs: STOP_MS });
  await system().push([anAccount({ account: 'a2', worker: 'a2', status: 'disabled' }, { atMs: removed.a2 })]);
  await pause(Math.max(0, leftMs + STOP_MS - Date.now()));
  await system().apps.evaluator.start();
  await system().judgedPast(Date.now(), { limitMs: 60_000 });

  await eventually(async () => {
    const found = await system().deviations({ control: LEAVER_SECONDS });
    expect(found.map(({ key, status, occurredAt, remediatedAt }) => `${key} ${status} ${occurredAt} ${remediatedAt ?? '-'}`).sort()).toEqual([
      `a2/okta/a2 closed ${at(deadlineMs)} ${at(removed.a2)}`,
      `a3/okta/a3 open ${at(deadlineMs)} -`,
    ]);
  }, { limitMs: 30_000 });
  expect(await timelineOf('a1/okta/a1', leftMs)).toEqual([`no-occurrence ${at(leftMs)}`, `pass ${at(removed.a1)}`]);
  expect(await timelineOf('a2/okta/a2', leftMs)).toEqual([`no-occurrence ${at(leftMs)}`, `fail ${at(deadlineMs)}`, `pass ${at(removed.a2)}`]);
  expect((await timelineOf('a3/okta/a3', leftMs)).slice(0, 2)).toEqual([`no-occurrence ${at(leftMs)}`, `fail ${at(deadlineMs)}`]);

  const told = () => system().sink.notices.filter(({ control }) => control === LEAVER_SECONDS).map(({ kind, deviations: about }) => `${kind} ${about.map(({ key }) => key).join()}`).sort();
  await eventually(() => expect(told()).toEqual(['combined a2/okta/a2', 'opened a3/okta/a3']), { limitMs: 30_000 });
  // A stand-still of more than a minute is told while it lasts and listed as caught up afterwards.
  await eventually(async () => {
    expect((await system().all<Gap>('/v1/gaps', { cause: 'not-judged' })).map(({ status }) => status)).toEqual(IS_LONG ? ['caught-up'] : []);
  }, { limitMs: 30_000 });
}, IS_LONG ? 400_000 : 150_000);

/** Until a deadline is well past: what is late may settle for two seconds, and what falls due is looked for five times a second. */
const PAST_MS = 4_000;

/** Nothing that is sent meanwhile is read, while all else goes on: as behind a batch that takes its time. */
async function withReadingHeld(work: (goesOn: () => Promise<unknown>) => Promise<void>): Promise<void> {
  const database = new Database({ url: system().database.url, app: 'specs', maxConnections: 1 });
  try {
    await database.transaction(async (transaction) => {
      await transaction.query('SELECT FROM partition_progress FOR UPDATE');
      // A transaction that asks nothing for long would be ended.
      await work(() => transaction.query('SELECT 1'));
    });
  } finally {
    await database.close();
  }
}

/** Whether the removal was accepted in time; a machine that is too busy for it tries again with a later deadline. */
async function removedInTime(worker: string, inMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + inMs;
  const leftMs = deadlineMs - LIMIT_MS;
  await system().push([anAccount({ account: worker, worker }, { atMs: leftMs - 60_000 })]);
  const { deliveryId } = await system().push([aLeaver(worker, leftMs)]);
  await system().judged(deliveryId, { limitMs: 60_000 });
  let isInTime = false;
  await withReadingHeld(async (goesOn) => {
    await system().push([anAccount({ account: worker, worker, status: 'disabled' }, { atMs: leftMs + 1 })]);
    isInTime = Date.now() < deadlineMs;
    if (!isInTime) return;
    await eventually(async () => {
      await goesOn();
      expect(Date.now()).toBeGreaterThan(deadlineMs + PAST_MS);
    }, { limitMs: inMs + 2 * PAST_MS, everyMs: 250 });
  });
  return isInTime;
}

test('an evaluator that is behind announces no failure that evidence disproves which it has yet to read', async () => {
  const tries = [3_000, 10_000, 30_000].map((inMs, index) => ({ inMs, worker: `behind${index}` }));
  let worker: string | undefined;
  for (const one of tries) {
    if (!(await removedInTime(one.worker, one.inMs))) continue;
    worker = one.worker;
    break;
  }
  await system().judgedPast(Date.now(), { limitMs: 60_000 });
  expect(worker).toBeDefined();
  const found = await system().deviations({ control: LEAVER_SECONDS });
  expect(found.filter(({ key }) => key === `${worker}/okta/${worker}`).map(({ key, status }) => `${key} ${status}`)).toEqual([]);
}, 150_000);
