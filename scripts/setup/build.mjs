import { Fault, say } from './fault.mjs';
import { inRoot } from './paths.mjs';
import { runCommand } from './run-command.mjs';

/** Builds what Node runs (not the specs); only what changed, as tsc keeps record. */
export async function build() {
  const startedMs = Date.now();
  const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
  const { code, output } = await runCommand(process.execPath, [tsc, '-b', 'tsconfig.build.json']);
  if (code !== 0) throw new Fault(`the build failed:\n${output}`);
  const tookMs = Date.now() - startedMs;
  if (tookMs > 5_000) say(`Built in ${(tookMs / 1000).toFixed(1)} s`);
}
