// Runs on Node 18 and later, before anything is installed: no dependency, no newer syntax.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault, say } from './fault.mjs';
import { inState } from './paths.mjs';
import { runNpm } from './run-command.mjs';

const PARENT_POLL_MS = 1_000;
const WANTED_MAJOR = 24;
const VERSION = '24.21.0';

const major = () => Number(process.versions.node.split('.')[0]);

/**
 * True when this process may go on. On an older Node the newer one is installed under .tickmark/, runs the same
 * entry with the same arguments, and this process only waits for it, passes signals on and takes over its exit code.
 */
export async function onNode24(entryUrl) {
  endWithNpm();
  if (major() >= WANTED_MAJOR) {
    process.env.PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ''}`;
    endWithParent();
    return true;
  }
  const node = await installNode();
  process.exitCode = await runWith(node, fileURLToPath(entryUrl));
  return false;
}

async function installNode() {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = inState('node');
  const binary = path.join(folder, 'node_modules', name, 'bin', 'node');
  if (!existsSync(binary)) {
    say(`Node ${process.versions.node} is too old (24 or newer is needed): installing ${name}@${VERSION} under .tickmark/ ...`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const { code, output } = await runNpm(['install', '--prefix', folder, '--no-audit', `${name}@${VERSION}`], { cwd: folder });
    if (code !== 0 || !existsSync(binary)) {
      throw new Fault(`Node 24 or newer is needed and could not be installed; install it yourself and try again.\n${output}`);
    }
  }
  writeFileSync(path.join(folder, 'path'), `${binary}\n`);
  return binary;
}

function runWith(node, entry) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}

/** npm that is killed cannot pass on a signal; its scripts run by `exec`, so that npm itself is our parent. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined || process.channel !== undefined) return;
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) process.kill(process.pid, 'SIGTERM');
  }, PARENT_POLL_MS).unref();
}

/** When the waiting older Node is killed, what it started ends as on SIGTERM. */
function endWithParent() {
  if (process.channel === undefined) return;
  process.channel.unref();
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
