import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inRoot, inState, root } from '../setup/paths.mjs';

const NODE_FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];

/** Runs with the terminal's own output; gives the exit code. */
export function runShown(args, env = process.env) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    const end = () => child.kill('SIGTERM');
    process.once('exit', end);
    child.on('error', () => resolve(127));
    child.on('exit', (code) => {
      process.off('exit', end);
      resolve(code ?? 1);
    });
  });
}

function countsFrom(file) {
  if (!existsSync(file)) return { passed: 0, failed: 0, skipped: 0, total: 0 };
  const result = JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: result.numPassedTests,
    // A file that could not even be loaded counts as one failed test.
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
    total: result.numTotalTests,
  };
}

/** Runs one ring and gives `{ name, passed, failed, skipped, fault? }`, from Jest's own record of it. */
export async function runRing(ring, { env, rest }) {
  const file = inState('test', `${ring.name}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const jest = [inRoot('node_modules', 'jest', 'bin', 'jest.js'), '--selectProjects', ring.name, '--passWithNoTests'];
  const code = await runShown([...NODE_FLAGS, ...jest, ...ring.jest, '--json', `--outputFile=${file}`, ...rest], env);
  const counts = countsFrom(file);
  const fault = faultOf(code, counts);
  return { name: ring.name, ...counts, ...(fault !== undefined && { fault }) };
}

function faultOf(code, { total, failed }) {
  if (failed > 0) return `${failed} failed`;
  if (code !== 0) return `Jest ended with code ${code}`;
  return total === 0 ? 'ran no test' : undefined;
}
