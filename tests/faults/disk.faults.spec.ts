import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { eventually, testServers } from '@tickmark/testing';
import { BACK_MS, FaultsRun } from '../support/faults-run.ts';
import { FailingFsync, whyNoFailingFsync } from '../support/failing-fsync.ts';
import { PROBED, servicesUp } from '../support/own-controls.ts';
import type { ProbeLoad } from '../support/probe-load.ts';
import { sharedSystem } from '../support/shared-system.ts';
import { SmallDisk, postgresPid, whyNoSmallDisk } from '../support/small-disk.ts';

const noDisk = await whyNoSmallDisk();
const noFsync = whyNoFailingFsync();

let disk: SmallDisk | undefined;
const system = sharedSystem(async () => {
  disk = noDisk === undefined ? await SmallDisk.mount() : undefined;
  return { name: 'disk', controls: { [PROBED]: servicesUp() }, prepares: async (database) => disk?.take(database) };
});
afterAll(async () => disk?.[Symbol.asyncDispose]());
const run = new FaultsRun('disk', system, PROBED);

/** A test that cannot run here is counted as skipped, and says why. */
const unless = (why: string | undefined): typeof test | typeof test.skip => {
  if (why !== undefined) run.say(`skipped: ${why}`);
  return why === undefined ? test : test.skip;
};

/** What cannot be kept is answered with 503. */
async function refuses(load: ProbeLoad): Promise<void> {
  const refusals = load.statuses.get(503) ?? 0;
  await eventually(() => expect(load.statuses.get(503) ?? 0).toBeGreaterThan(refusals + 3), { limitMs: 30_000 });
}

/** More is taken once it can be, and nothing but 202 was said of what is kept. */
async function goesOn(load: ProbeLoad): Promise<void> {
  const [before, backMs] = [load.acknowledged, Date.now()];
  await eventually(() => expect(load.acknowledged).toBeGreaterThan(before + 30), { limitMs: BACK_MS });
  await system().judgedPast(backMs, { limitMs: BACK_MS });
  await run.nothingLostOrDoubled(load);
}

unless(noDisk)('a full disk: 503 and never a false 202, and everything goes on when there is room again', async () => {
  await using load = await run.load('full');
  await eventually(() => expect(load.acknowledged).toBeGreaterThan(20), { limitMs: 20_000 });
  disk?.fill();
  run.did('full disks');
  // What still fits into pages that are there is taken: large bodies ask for new ones.
  await refuses(load);
  disk?.free();
  await goesOn(load);
}, 240_000);

/** As a supervisor does: again, while a process of the one that ended is still there. */
const startPostgres = (): Promise<unknown> => eventually(() => testServers.start('postgres'), { limitMs: BACK_MS, everyMs: 250 });

/** The server and all that work for it. */
function familyOf(pid: number): number[] {
  const children = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map(Number).filter((child) => parentOf(child) === pid);
  return [pid, ...children];
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined; // it ended while we looked
  }
}

unless(noFsync ?? ((await postgresPid()) === undefined ? 'Postgres runs in a container' : undefined))(
  'a disk that cannot keep what is written: nothing is acknowledged that a restart does not find',
  async () => {
    await using load = await run.load('fsync');
    await eventually(() => expect(load.acknowledged).toBeGreaterThan(20), { limitMs: 20_000 });
    {
      await using failing = await FailingFsync.of(familyOf((await postgresPid()) ?? 0));
      expect(failing).toBeDefined();
      run.did('disks that fail');
      await refuses(load);
    }
    // Postgres begins anew rather than guess what is on its disk; then only what is there counts.
    await startPostgres();
    await testServers.kill('postgres');
    await startPostgres();
    await goesOn(load);
  },
  240_000,
);
