// npm run bench:latency, bench:backtest, bench:summary, bench:catalogue, test:large: measures with servers of its own.
import { Fault, runEntry } from './setup/fault.mjs';
import { onNode24 } from './setup/node-24.mjs';
import { inRoot } from './setup/paths.mjs';

const BENCHES = {
  latency: inRoot('tests', 'load', 'bench-latency.ts'),
  backtest: inRoot('tests', 'load', 'bench-backtest.ts'),
  summary: inRoot('tests', 'load', 'bench-summary.ts'),
  catalogue: inRoot('tests', 'load', 'bench-catalogue.ts'),
  'large-files': inRoot('tests', 'load', 'bench-large-files.ts'),
};

await runEntry(async () => {
  if (!(await onNode24(import.meta.url))) return process.exitCode;
  const [name = '', ...rest] = process.argv.slice(2);
  const file = BENCHES[name];
  if (file === undefined) throw new Fault(`no bench ${name}; there is ${Object.keys(BENCHES).join(', ')}`);
  const { setUp } = await import('./setup/set-up.mjs');
  const { untilSignal } = await import('./infra/signals.mjs');
  const { runShown } = await import('./test/run-ring.mjs');
  const { withInfra } = await import('./test/with-infra.mjs');
  await setUp();
  untilSignal().then((signal) => process.exit(signal === 'SIGINT' ? 130 : 143)); // the warden ends the servers
  return withInfra((env) => runShown(['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning', file, ...rest], env));
});
