import path from 'node:path';
import { bringUp } from '../infra/bring-up.mjs';
import { serveControl } from '../infra/control.mjs';
import { makeScratch } from '../infra/scratch.mjs';
import { Warden } from '../infra/warden.mjs';
import { say } from '../setup/fault.mjs';

/** Servers of one test run: on free ports, with data that goes with them. */
export async function withInfra(work) {
  const scratch = makeScratch();
  const warden = new Warden({ scratch });
  let infra;
  let control;
  try {
    const startedMs = Date.now();
    infra = await bringUp({ warden, isTest: true, dataDir: path.join(scratch, 'data') });
    control = await serveControl(infra.servers);
    say(`Postgres, Redis and Kafka are up (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
    return await work({
      ...process.env,
      ...infra.env,
      TICKMARK_TEST_INFRA: control.url,
      TICKMARK_TEST_SCRATCH: scratch,
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
    });
  } finally {
    control?.close();
    await infra?.end();
    await warden.end();
  }
}
