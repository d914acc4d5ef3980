import { existsSync, readFileSync } from 'node:fs';
import { inState } from '../setup/paths.mjs';
import { say } from '../setup/fault.mjs';

export function showLine(name, line) {
  let text = line;
  try {
    const { level, msg, err } = JSON.parse(line);
    text = `${level >= 50 ? 'error' : 'warning'}: ${msg}${err?.message === undefined ? '' : ` (${err.message})`}`;
  } catch {
    // Not one of our own log lines: shown as it is.
  }
  say(`${name} | ${text}`);
}

function signIn() {
  const file = inState('credentials.json');
  if (!existsSync(file)) return [];
  const { admin } = JSON.parse(readFileSync(file, 'utf8'));
  return [`  sign-in    ${admin.email}  ${admin.password}`, `  API keys   ${file}`];
}

export function showReady(apps, tookMs) {
  const lines = [
    '',
    `Tickmark is ready (${(tookMs / 1000).toFixed(1)} s).`,
    ...apps.map(({ name, url }) => `  ${name.padEnd(10)} ${url}`),
    ...signIn(),
    `  logs       ${inState('logs')}`,
    '',
    'Ctrl-C ends everything; the data stays.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
