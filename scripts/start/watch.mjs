import { watch } from 'node:fs';
import { inRoot, inState, root } from '../setup/paths.mjs';
import { say } from '../setup/fault.mjs';

const SETTLE_MS = 700;

/** Builds on every save and starts again the apps that run what was built. */
export async function watchAndRestart(warden, apps) {
  await warden.start({
    name: 'build',
    command: process.execPath,
    args: [inRoot('node_modules', 'typescript', 'bin', 'tsc'), '-b', 'tsconfig.build.json', '-w', '--preserveWatchOutput'],
    env: process.env,
    cwd: root,
    logFile: inState('logs', 'build.log'),
    watched: true,
    stopSignal: 'SIGTERM',
    graceMs: 2_000,
    tier: 2,
  });
  let timer;
  const changed = new Set();
  const note = (app) => (_event, file) => {
    if (file === null || !/(^|\/)dist\/.*\.js$/.test(file)) return;
    changed.add(app(file));
    clearTimeout(timer);
    timer = setTimeout(() => {
      const hit = apps.filter(({ name }) => changed.has('all') || changed.has(name));
      changed.clear();
      say(`Built; starting again: ${hit.map(({ name }) => name).join(', ')}`);
      for (const one of hit) one.restart();
    }, SETTLE_MS);
  };
  watch(inRoot('libs'), { recursive: true }, note(() => 'all'));
  watch(inRoot('apps'), { recursive: true }, note((file) => file.split('/')[0]));
}
