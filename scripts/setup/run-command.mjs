import { spawn, spawnSync } from 'node:child_process';
import { root } from './paths.mjs';

const KEPT_CHARS_MAX = 8_000;

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

/** Runs a command to its end and gives its code and the last of what it wrote. */
export function runCommand(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    running.add(child);
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk.toString()).slice(-KEPT_CHARS_MAX);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const finish = (result) => {
      running.delete(child);
      resolve(result);
    };
    child.on('error', (error) => finish({ code: 127, output: `${command}: ${error.message}` }));
    child.on('close', (code) => finish({ code: code ?? 1, output }));
  });
}

export function onPath(command) {
  const found = spawnSync('sh', ['-c', 'command -v "$0"', command], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

/** npm, run by the Node that runs us and not by whichever one its first line finds. */
export function runNpm(args, options = {}) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('.js') === true
    ? runCommand(process.execPath, [cli, ...args], options)
    : runCommand('npm', args, options);
}
