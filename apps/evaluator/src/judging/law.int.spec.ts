import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { loadTimelines, judgedChecks } from '@tickmark/persistence';
import { HOUR_MS, JudgingWorld, catalogueWith, START_MS } from '../judging-world.testkit.js';
import type { EventSpec } from '../control-events.testkit.js';

jest.setTimeout(60_000);

const PARTITIONS = 3;
const RUNS = 40;
let world: JudgingWorld;
let runs = 0;

beforeAll(async () => {
  world = await JudgingWorld.begin({ catalogue: await catalogueWith('leaver-access-removed', 'admin-mfa'), partitions: PARTITIONS, instances: 2 });
});

afterAll(() => world[Symbol.asyncDispose]());

const hours = (most: number) => fc.integer({ min: 0, max: most * 4 }).map((quarters) => (quarters * HOUR_MS) / 4);
const account = fc.record({
  account: fc.constantFrom('a1', 'a2'),
  system: fc.constantFrom('okta', 'erp'),
  status: fc.constantFrom('active', 'suspended', 'disabled'),
  admin: fc.boolean(),
  mfa: fc.boolean(),
});
const happening = fc.record({
  atMs: hours(72),
  delayMs: fc.oneof(fc.constant(0), hours(40)),
  what: fc.oneof({ weight: 4, arbitrary: account }, { weight: 1, arbitrary: fc.constant('leaves' as const) }),
  partitions: fc.uniqueArray(fc.integer({ min: 0, max: PARTITIONS - 1 }), { minLength: 1, maxLength: 2 }),
});
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('accept' as const), partitions: fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), partition: fc.integer({ min: 0, max: 2 }), most: fc.integer({ min: 1, max: 5 }), instance: fc.integer({ min: 0, max: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('decide' as const), instance: fc.integer({ min: 0, max: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), partition: fc.integer({ min: 0, max: 2 }), by: fc.integer({ min: 1, max: 8 }) }) },
);

/** Events of one run have a worker and accounts of their own; the ledger's clock goes on from run to run. */
function eventsOf(happenings: readonly { atMs: number; delayMs: number; what: 'leaves' | Record<string, unknown> }[], run: number): readonly EventSpec[] {
  const beginMs = START_MS + run * 200 * HOUR_MS;
  const worker = `w${run}`;
  const events = happenings.map(({ atMs, delayMs, what }): EventSpec & { receivedAtMs: number } => {
    const timeMs = beginMs + atMs;
    const data = what === 'leaves' ? { worker, lastDay: new Date(timeMs).toISOString() } : { factors: ['totp'], worker, ...what, account: `${String(what['account'])}-${run}` };
    return { type: what === 'leaves' ? 'hr.worker-left' : 'identity.account', timeMs, receivedAtMs: timeMs + delayMs, data };
  });
  return events.sort((a, b) => a.receivedAtMs - b.receivedAtMs);
}

async function play(events: readonly EventSpec[], steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): Promise<void> {
  const waiting = [...events];
  for (const one of steps) {
    if (one.do === 'accept') await acceptNext(waiting, one.partitions);
    if (one.do === 'tick') world.tick(world.nowMs);
    if (one.do === 'read') await world.read(one.partition, one.most, world.instances[one.instance]);
    if (one.do === 'decide') await world.decide(world.instances[one.instance]);
    if (one.do === 'lose') await lose(one.partition, one.by);
  }
  while (waiting.length > 0) await acceptNext(waiting, [waiting.length % PARTITIONS]);
}

async function acceptNext(waiting: EventSpec[], partitions: readonly number[]): Promise<void> {
  const next = waiting.shift();
  if (next === undefined) return;
  world.nowMs = Math.max(world.nowMs, next.receivedAtMs ?? next.timeMs);
  await world.accept([next], () => partitions[0] ?? 0);
  const copy = world.logs[partitions[0] ?? 0]?.at(-1);
  for (const other of partitions.slice(1)) if (copy?.value) world.publish(Buffer.from(copy.value), other);
}

/** A restored database: the partition is read again from an earlier place. */
async function lose(partition: number, by: number): Promise<void> {
  const position = Math.max(0, (world.positions[partition] ?? 0) - by);
  world.positions[partition] = position;
  await world.database.query('UPDATE partition_progress SET next_offset = $1 WHERE partition = $2', [position, partition]);
}

/** All that is stored, as a run from scratch would say it. */
async function stored(): Promise<ReadonlyMap<string, unknown>> {
  const checks = await judgedChecks(world.database);
  const { rows } = await world.database.query<{ check_id: number; group_id: number }>('SELECT check_id, group_id FROM check_state');
  const timelines = await loadTimelines(world.database, rows.map((row) => ({ checkId: row.check_id, groupId: row.group_id })));
  expect(checks.length).toBe(2);
  return new Map(
    timelines.map(({ checkId, groupId: _group, keyId: _key, ...timeline }) => [`${checkId} ${timeline.key}`, { ...timeline, observations: sorted(timeline.observations) }]),
  );
}

const sorted = <T extends { readonly atMs: number; readonly occurrence: string }>(observations: readonly T[]): readonly T[] =>
  observations.toSorted((a, b) => a.atMs - b.atMs || (a.occurrence < b.occurrence ? -1 : 1));

async function expectFromScratch(): Promise<void> {
  const expected = await world.fromScratch();
  const wanted = new Map([...expected].map(([id, { failures: _failures, ...timeline }]) => [id, { ...timeline, observations: sorted(timeline.observations) }]));
  expect(await stored()).toEqual(wanted);
  const failures = [...expected.values()].flatMap(({ key, failures: all }) => all.map(({ fromMs, toMs }) => ({ key, fromMs, toMs: toMs ?? null })));
  const { rows } = await world.database.query(
    `SELECT k.name AS key, d.occurred_at AS "fromMs", d.remediated_at AS "toMs" FROM deviation d JOIN key_name k ON k.id = d.key_id
     WHERE d.status IN ('open', 'closed')`,
  );
  const byPlace = (a: { key: string; fromMs: number }, b: { key: string; fromMs: number }) => a.fromMs - b.fromMs || (a.key < b.key ? -1 : 1);
  expect((rows as typeof failures).sort(byPlace)).toEqual(failures.sort(byPlace));
}

it('the same events in any order, doubled, through any partitions, by two evaluators, give the timelines of a run from scratch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 12 }), fc.array(step, { maxLength: 30 }), async (happenings, steps) => {
      const run = runs;
      runs += 1;
      world.nowMs = Math.max(world.nowMs, START_MS + run * 200 * HOUR_MS);
      await play(eventsOf(happenings, run), steps);
      await world.until(Math.max(world.nowMs, START_MS + run * 200 * HOUR_MS) + 30 * HOUR_MS);
      await expectFromScratch();
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 240_000);

/** A number generator with a seed: the same events in every run. */
function dice(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * most);
  };
}

function manyEvents(count: number, accounts: number, roll: (most: number) => number): readonly EventSpec[] {
  const beginMs = Math.max(world.nowMs, START_MS + runs * 200 * HOUR_MS);
  const worker = `many-${runs}`;
  runs += 1;
  return Array.from({ length: count }, (_, index): EventSpec => {
    const timeMs = beginMs + index * 60_000 - (roll(10) === 0 ? roll(index + 1) * 60_000 : 0);
    const data = { worker, account: `${worker}-${roll(accounts)}`, system: 'okta', status: roll(3) === 0 ? 'disabled' : 'active', admin: true, mfa: roll(3) > 0, factors: ['totp'] };
    return { type: 'identity.account', timeMs, receivedAtMs: beginMs + index * 60_000, data };
  });
}

it('late events far back in a long history give the timeline of a run from scratch', async () => {
  for (const event of manyEvents(900, 1, dice(7))) {
    world.nowMs = event.receivedAtMs ?? 0;
    await world.accept([event]);
    if ((world.logs[0]?.length ?? 0) % 13 === 0) for (const partition of world.logs.keys()) await world.read(partition);
  }
  await world.until(world.nowMs + 30 * HOUR_MS);
  const { rows } = await world.database.query<{ n: number }>('SELECT count(*) AS n FROM carry_snapshot');
  expect(rows[0]?.n).toBeGreaterThan(2);
  await expectFromScratch();
});

it('two evaluators at the same time on the same groups give the timelines of a run from scratch', async () => {
  const events = manyEvents(600, 12, dice(11));
  for (const event of events) {
    world.nowMs = event.receivedAtMs ?? 0;
    await world.accept([event]);
    if (world.evidence.length % 50 === 0) world.tick(world.nowMs);
  }
  const read = async (partition: number): Promise<void> => {
    while ((await world.read(partition, 7, world.instances[partition % 2])) !== undefined);
  };
  let reading = true;
  const deciding = world.instances.map(async (instance) => {
    while (reading) await world.decide(instance);
  });
  await Promise.all([...world.logs.keys()].map(read));
  reading = false;
  await Promise.all(deciding);
  await world.until(world.nowMs + 30 * HOUR_MS);
  await expectFromScratch();
});
