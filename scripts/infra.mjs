// npm run infra: Postgres, Redis and Kafka alone, until Ctrl-C. With --test: free ports, data that goes with it.
import path from 'node:path';
import { makeScratch } from './infra/scratch.mjs';
import { untilSignal } from './infra/signals.mjs';
import { runEntry, say } from './setup/fault.mjs';
import { onNode24 } from './setup/node-24.mjs';

const isTest = process.argv.includes('--test');

await runEntry(async () => {
  if (!(await onNode24(import.meta.url))) return process.exitCode;
  const { setUp } = await import('./setup/set-up.mjs');
  const { bringUp } = await import('./infra/bring-up.mjs');
  const { Warden } = await import('./infra/warden.mjs');
  const { serveControl } = await import('./infra/control.mjs');
  await setUp();
  const signalled = untilSignal();
  const scratch = isTest ? makeScratch() : undefined;
  const warden = new Warden({ scratch });
  try {
    const infra = await bringUp({ warden, isTest, ...(scratch && { dataDir: path.join(scratch, 'data') }) });
    const control = await serveControl(infra.servers);
    const env = { ...infra.env, TICKMARK_TEST_INFRA: control.url };
    for (const [name, value] of Object.entries(env)) process.stdout.write(`export ${name}='${value}'\n`);
    say('Ready; Ctrl-C ends it.');
    await signalled;
    control.close();
    await infra.end();
  } finally {
    await warden.end();
  }
  return 0;
});
