/*
 * The warden: a process of its own group that starts servers and apps, and ends them all when its parent ends,
 * however it ended. Ctrl-C in the terminal does not reach it; the parent's channel is its lifeline.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const WARN_LEVEL = 40;
const [scratch] = process.argv.slice(2); // the data of a test run, which goes with it
const children = new Map(); // name -> { child, spec, gone }
let ending;

function tell(message) {
  if (process.connected) process.send(message);
}

function worthShowing(line) {
  if (!line.startsWith('{')) return line.trim() !== '';
  try {
    return (JSON.parse(line).level ?? 0) >= WARN_LEVEL;
  } catch {
    return true;
  }
}

function keepLog(child, { name, logFile, watched }) {
  mkdirSync(path.dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      writeSync(log, `${line}\n`);
      if (watched && worthShowing(line)) tell({ event: 'line', name, line });
    });
  }
  child.on('close', () => closeSync(log));
}

function start({ id, spec }) {
  const { name, command, args, env, cwd, uid, gid } = spec;
  const identity = uid === undefined ? {} : { uid, gid };
  const child = spawn(command, args, { env, cwd, ...identity, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  child.on('error', (error) => tell({ event: 'started', id, error: error.message }));
  child.on('spawn', () => {
    keepLog(child, spec);
    const gone = new Promise((resolve) => child.on('exit', resolve));
    children.set(name, { child, spec, gone });
    tell({ event: 'started', id, pid: child.pid });
    if (ending !== undefined) signalTo(child, 'SIGKILL');
  });
  child.on('exit', (code, signal) => {
    if (children.get(name)?.child === child) children.delete(name);
    tell({ event: 'exit', id, name, code, signal });
  });
}

function signalTo(child, signal) {
  try {
    process.kill(child.pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}

async function stop({ child, spec, gone }) {
  signalTo(child, 'SIGCONT'); // a server that a test paused
  signalTo(child, spec.stopSignal);
  const timer = setTimeout(() => signalTo(child, 'SIGKILL'), spec.graceMs);
  await gone;
  clearTimeout(timer);
}

/** Ends tier by tier, the highest first: apps before the servers that they use. */
async function endAll() {
  const tiers = [...new Set([...children.values()].map(({ spec }) => spec.tier))].sort((a, b) => b - a);
  for (const tier of tiers) {
    await Promise.all([...children.values()].filter(({ spec }) => spec.tier === tier).map(stop));
  }
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  process.exit(0);
}

function end() {
  ending ??= endAll();
}

const ORDERS = {
  start,
  stop: ({ name }) => {
    const entry = children.get(name);
    if (entry !== undefined) void stop(entry);
  },
  end,
};

process.on('message', (message) => ORDERS[message.order](message));
process.on('disconnect', end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, end);
