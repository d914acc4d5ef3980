import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import { judgeFromPoints } from '@tickmark/evaluation';
import { pointsOf } from '../../libs/evaluation/src/evaluation.testkit.js';
import { comparable } from '../../libs/evaluation/src/laws/laws.testkit.js';
import { scratchClock } from './evaluator.ts';
import { plannedAtOnce } from './notifier.ts';
import { World } from './world.ts';

/** `npm run test:simulation` runs a million; `SIMULATION_FIRST` begins at another seed. */
const { SIMULATION_SEEDS: SEEDS = 2_000, SIMULATION_FIRST: FIRST = 1 } = globalThis as { readonly SIMULATION_SEEDS?: number; readonly SIMULATION_FIRST?: number };

/** Timelines are those of the whole sorted set, evaluated from scratch. */
function timelineFaults({ evaluator, events, checks }: World): string[] {
  return [...evaluator.groups].flatMap(([name, store]) => {
    const [id = '', group = ''] = name.split('/');
    const check = checks.get(id);
    if (check === undefined) return [`no check ${id}`];
    const scratch = comparable(judgeFromPoints(check, group, pointsOf(check, events, group), scratchClock(evaluator.watermarkMs)));
    return isDeepStrictEqual(store.seen(), scratch) ? [] : [`${name}: ${JSON.stringify(store.seen())} instead of ${JSON.stringify(scratch)}`];
  });
}

/** Deviations are the failures of those timelines, each once. */
function deviationFaults({ evaluator }: World): string[] {
  const stretch = (key: string, fromMs: number, toMs: number | undefined): string => `${key} ${fromMs} ${toMs ?? 'open'}`;
  const wanted = [...evaluator.groups].flatMap(([name, store]) => store.seen().keys.flatMap(({ key, failures }) => failures.map(({ fromMs, toMs }) => stretch(`${name}/${key}`, fromMs, toMs))));
  const found = [...evaluator.records.values()]
    .filter(({ status }) => status === 'open' || status === 'closed')
    .map(({ key, status, occurredAtMs, remediatedAtMs }) => stretch(key, occurredAtMs, status === 'open' ? undefined : (remediatedAtMs ?? NaN)));
  return JSON.stringify(wanted.sort()) === JSON.stringify(found.sort()) ? [] : [`deviations ${found.join()} instead of ${wanted.join()}`];
}

/** What was announced and taken back was disproved by what came after, never by what had been accepted. */
function falseAlarms({ evaluator, events }: World): string[] {
  return evaluator.withdrawals.flatMap(({ id }) => {
    const { watermarkMs = 0 } = evaluator.openings.findLast((one) => one.id === id) ?? {};
    return events.some(({ receivedAtMs }) => receivedAtMs > watermarkMs) ? [] : [`${id} was announced at ${watermarkMs} and withdrawn without later evidence`];
  });
}

/** Each notice that a calm run plans arrives, under its one id, with its one text; and the last word is what holds. */
function noticeFaults({ evaluator, notifier }: World): string[] {
  const text = (one: object): string => JSON.stringify(one);
  const wanted = new Map(plannedAtOnce(evaluator.outbox).map(({ body }) => [body.id, text(body)]));
  const arrived = new Map(notifier.arrivals.map((body) => [body.id, text(body)]));
  const changed = notifier.arrivals.filter((body) => arrived.get(body.id) !== text(body));
  const last = new Map(notifier.arrivals.flatMap(({ deviations }) => deviations.map(({ id, status }) => [id, status] as const)));
  const untold = [...evaluator.records.values()].filter(({ status }) => status === 'open').filter(({ id }) => last.get(id) === undefined);
  return [
    ...[...wanted].filter(([id, body]) => arrived.get(id) !== body).map(([, body]) => `never arrived: ${body}`),
    ...[...arrived].filter(([id]) => !wanted.has(id)).map(([, body]) => `nobody planned: ${body}`),
    ...changed.map((body) => `another text under the same id: ${text(body)}`),
    ...untold.map(({ id }) => `open and never told: ${id}`),
  ];
}

test(`over ${SEEDS} fates of doubles, delays, crashes and replays, timelines are those of the sorted set and every notice arrives`, () => {
  const faults: string[] = [];
  const seen = { deviations: 0, withdrawn: 0, notices: 0, repeats: 0 };
  for (let seed = FIRST; seed < FIRST + SEEDS && faults.length === 0; seed += 1) {
    const world = new World(seed);
    world.live();
    for (const one of [...timelineFaults(world), ...deviationFaults(world), ...falseAlarms(world), ...noticeFaults(world)]) faults.push(`seed ${seed}: ${one}`);
    seen.deviations += world.evaluator.openings.length;
    seen.withdrawn += world.evaluator.withdrawals.length;
    seen.notices += world.notifier.rows.size;
    seen.repeats += world.notifier.arrivals.length - world.notifier.rows.size;
  }
  expect(faults).toEqual([]);
  // A simulation in which nothing happens proves nothing.
  expect(Object.entries(seen).filter(([, count]) => count < SEEDS / 100)).toEqual([]);
});
