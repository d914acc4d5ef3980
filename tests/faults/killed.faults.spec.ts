import { beforeAll, expect, test } from '@jest/globals';
import { verifyConsistency } from '@tickmark/ledger';
import { eventually } from '@tickmark/testing';
import type { AppName } from '@tickmark/testing';
import { BACK_MS, FaultsRun, SEED, atRandom, times } from '../support/faults-run.ts';
import { momentOf } from '../support/kill-moments.ts';
import { PROBED, servicesUp } from '../support/own-controls.ts';
import { randomFrom } from '../support/random-from.ts';
import { sharedSystem } from '../support/shared-system.ts';

const APPS: readonly AppName[] = ['ingestion', 'evaluator', 'notifier', 'sealer', 'console'];
const KILLS_OF_A_ROUND = 20;
const ROUNDS = times(1, 10);
/** As long as the machine needs: that each says in time what it misses is looked at with the servers away. */
const READY_MS_MAX = 180_000;

const system = sharedSystem({ name: 'killed', controls: { [PROBED]: servicesUp() } });
const run = new FaultsRun('killed', system, PROBED);

interface Checkpoint {
  readonly size: number;
  readonly root: string;
}
const checkpoint = (): Promise<Checkpoint> => system().console('auditor').get<Checkpoint>('/v1/ledger/checkpoint');

/** Signed before the first kill, and kept here: what is signed later must go on from it. */
let pinned: Checkpoint;
beforeAll(async () => {
  pinned = await eventually(checkpoint, { limitMs: 30_000, everyMs: 250 });
}, 60_000);

interface Kill {
  readonly app: AppName;
  /** The how many-eth aimed kill of this app it is; undefined: at a random time. */
  readonly aim?: number;
}

/** Each app equally often, every other time aimed, in an order of the seed's. */
function kills(random: () => number): Kill[] {
  const all = Array.from({ length: KILLS_OF_A_ROUND }, (_, index): Kill => {
    const turn = Math.floor(index / APPS.length);
    return { app: APPS[index % APPS.length] ?? 'evaluator', ...(turn % 2 === 1 && { aim: (turn - 1) / 2 }) };
  });
  return all.map((kill) => ({ kill, place: random() })).sort((one, other) => one.place - other.place).map(({ kill }) => kill);
}

test.each(Array.from({ length: ROUNDS }, (_, round) => round))(
  'the apps, killed at random points of their work (round %i), lose and double nothing',
  async (round) => {
    const seed = SEED + round;
    const random = randomFrom(seed);
    await using load = await run.load(`killed${round}`, { seed });
    // A receiver that takes its time: some notices are always under way when the notifier is killed.
    system().sink.delayMs = 250;
    for (const { app, aim } of kills(random)) {
      await atRandom(random, [300, 2_000]);
      if (aim !== undefined) await momentOf(app, aim, { system: system(), load });
      await system().apps[app].kill();
      await system().apps[app].start({ waits: false });
      run.did(`kills of ${app}`);
    }
    await Promise.all(APPS.map((app) => system().apps[app].waitReady(READY_MS_MAX)));
    system().sink.delayMs = 0;
    await run.nothingLostOrDoubled(load, seed);
  },
  420_000,
);

test('a sealer that was killed again and again has sealed every leaf, and goes on from what it had signed', async () => {
  const [head] = await system().rows<{ leaves: number }>('SELECT next_index::int AS leaves FROM ledger_head');
  await eventually(async () => expect((await checkpoint()).size).toBeGreaterThanOrEqual(head?.leaves ?? 1), { limitMs: BACK_MS, everyMs: 250 });
  const { from, to, path } = await system().console('auditor').get<{ from: Checkpoint; to: Checkpoint; path: string[] }>('/v1/ledger/consistency', { from: pinned.size });
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
  expect(from.root).toBe(pinned.root);
  const claim = { oldSize: pinned.size, oldRoot: bytes(pinned.root), newSize: to.size, newRoot: bytes(to.root), path: path.map(bytes) };
  expect(verifyConsistency(claim)).toEqual({ ok: true });
});
