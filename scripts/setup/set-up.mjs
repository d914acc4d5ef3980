import { build } from './build.mjs';
import { claim } from './claim.mjs';
import { say } from './fault.mjs';
import { findKafka } from './kafka.mjs';
import { installPackages } from './packages.mjs';
import { findPostgres } from './postgres.mjs';
import { findRedis } from './redis.mjs';

const WAIT_MS = 500;

async function claimSetUp() {
  let told = false;
  for (;;) {
    const { release, holder } = claim('setup');
    if (release !== undefined) return release;
    if (!told) say(`Waiting for another set-up in this folder (process ${holder}) ...`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}

/** Installs what is missing; two runs in one folder take turns. */
export async function setUp({ builds = true } = {}) {
  const release = await claimSetUp();
  try {
    await installPackages();
    if (builds) await build();
  } finally {
    release();
  }
}

/** The binaries of the servers that are to run here, as `{ postgres, redis, kafka }`. */
export async function findServers(names) {
  const finders = { postgres: findPostgres, redis: findRedis, kafka: findKafka };
  const release = await claimSetUp();
  try {
    const found = {};
    for (const name of names) found[name] = await finders[name]();
    return found;
  } finally {
    release();
  }
}
