// npm run test:mutate-controls: whether the tests of the shipped controls notice when a control says something else.
import { runEntry } from './setup/fault.mjs';
import { onNode24 } from './setup/node-24.mjs';
import { inRoot } from './setup/paths.mjs';

await runEntry(async () => {
  if (!(await onNode24(import.meta.url))) return process.exitCode;
  const { setUp } = await import('./setup/set-up.mjs');
  const { runShown } = await import('./test/run-ring.mjs');
  await setUp();
  return runShown(['--disable-warning=ExperimentalWarning', inRoot('tests', 'mutation', 'mutate-controls.ts'), ...process.argv.slice(2)]);
});
