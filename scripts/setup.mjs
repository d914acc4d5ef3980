// npm run setup: installs everything that `npm start` and `npm test` would install.
import { runEntry, say } from './setup/fault.mjs';
import { onNode24 } from './setup/node-24.mjs';

await runEntry(async () => {
  if (!(await onNode24(import.meta.url))) return process.exitCode;
  const { findServers, setUp } = await import('./setup/set-up.mjs');
  const { localServers } = await import('./infra/choose.mjs');
  await setUp();
  await findServers(localServers());
  say('Everything is installed.');
  return 0;
});
