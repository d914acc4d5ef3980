// npm start: installs what is missing, brings everything up, and ends everything that it started. On an empty database it
// loads the demo story first, unless it is started with --empty.
import { Fault, runEntry, say } from './setup/fault.mjs';
import { onNode24 } from './setup/node-24.mjs';

const startedMs = Date.now();
const flags = { isEmpty: process.argv.includes('--empty'), watches: process.argv.includes('--watch') };

async function checkPorts() {
  const { fixedPorts } = await import('./infra/bring-up.mjs');
  const { usesDocker } = await import('./infra/choose.mjs');
  const { requireFree } = await import('./infra/ports.mjs');
  const { appPorts } = await import('./start/apps.mjs');
  await requireFree([...(usesDocker() ? [] : fixedPorts()), ...appPorts()]);
}

async function claimFolder() {
  const { claim } = await import('./setup/claim.mjs');
  const { holder } = claim('start');
  if (holder !== undefined) {
    throw new Fault(`already runs in this folder (process ${holder}); end it first, or use another clone with other ports`);
  }
}

async function bringUpAll(warden, up) {
  const { setUp } = await import('./setup/set-up.mjs');
  const { bringUp } = await import('./infra/bring-up.mjs');
  const { loadDemo } = await import('./start/run-demo.mjs');
  const { prepare } = await import('./start/run-prepare.mjs');
  const { appEnvironment } = await import('./start/environment.mjs');
  const { makeApps } = await import('./start/apps.mjs');
  await setUp();
  up.infra = await bringUp({ warden });
  const env = appEnvironment(up.infra.env);
  await loadDemo(env, flags);
  await prepare(env, flags);
  up.apps = makeApps(warden, env);
  const running = up.apps.map((app) => app.keepRunning());
  await Promise.race([Promise.all(up.apps.map((app) => app.waitReady())), ...running]);
}

await runEntry(async () => {
  if (!(await onNode24(import.meta.url))) return process.exitCode;
  const { untilSignal } = await import('./infra/signals.mjs');
  const { Warden } = await import('./infra/warden.mjs');
  const { showLine, showReady } = await import('./start/report.mjs');
  const { watchAndRestart } = await import('./start/watch.mjs');
  await claimFolder();
  await checkPorts();
  const signalled = untilSignal();
  const warden = new Warden({ onLine: showLine });
  const lost = warden.lost.then(() => {
    throw new Fault('the process that watches the servers was killed');
  });
  const up = {};
  try {
    const signal = await Promise.race([bringUpAll(warden, up), signalled, lost]);
    if (signal === undefined) {
      showReady(up.apps, Date.now() - startedMs);
      if (flags.watches) await watchAndRestart(warden, up.apps);
      await Promise.race([signalled, lost]);
    }
    say('Ending ...');
  } finally {
    await warden.end();
    await up.infra?.end();
  }
  process.exit(0);
});
