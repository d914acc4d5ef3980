import { say } from '../setup/fault.mjs';

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`.padStart(8);

function row({ name, tookMs, fault, passed, failed, skipped }) {
  const counts = passed === undefined ? '' : `${passed} passed, ${failed} failed, ${skipped} skipped`;
  return `  ${name.padEnd(13)}${seconds(tookMs)}  ${fault === undefined ? 'good' : `FAILED: ${fault}`}  ${counts}`.trimEnd();
}

/** Says what became of each step; the last line of all is the sum, alone, on standard output. */
export function showResults(steps) {
  say('');
  for (const step of steps) say(row(step));
  say('');
  const sum = (field) => steps.reduce((total, step) => total + (step[field] ?? 0), 0);
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
}
