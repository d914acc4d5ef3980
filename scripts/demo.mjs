// Loads the demo story (one quarter of Larkspur Payroll, invented) into an empty database; npm start runs it. A database
// that holds anything stays as it is. --now INSTANT: the time at which the story ends, for tests and screenshots.
import { Fault, runEntry, say } from './setup/fault.mjs';

const EVERY = 0.25;

function chosenNow() {
  const index = process.argv.indexOf('--now');
  if (index < 0) return undefined;
  const ms = Date.parse(process.argv[index + 1] ?? '');
  if (Number.isNaN(ms)) throw new Fault('--now takes an instant such as 2026-11-24T08:00:00Z');
  if (ms > Date.now()) throw new Fault('--now lies in the future: nothing could be received after it');
  return ms;
}

function required(name) {
  const value = process.env[name] ?? '';
  if (value === '') throw new Fault(`${name} is not set`);
  return value;
}

await runEntry(async () => {
  const startedMs = Date.now();
  const nowMs = chosenNow();
  const { loadStory } = await import('./demo/load-story.ts');
  let shown = 0;
  const { outcome, events, from, to } = await loadStory({
    databaseUrl: required('DATABASE_URL'),
    consoleUrl: process.env.CONSOLE_URL ?? 'http://localhost:3000',
    now: () => nowMs ?? Date.now(),
    progress: (part) => {
      if (part < 1 && part - shown >= EVERY) say(`Loading the demo story ... ${Math.round((shown = part) * 100)} %`);
    },
  });
  if (outcome === 'busy') throw new Fault('another process loads the demo story into this database');
  if (outcome === 'loaded') say(`DEMO: one quarter of Larkspur Payroll (invented), ${from.slice(0, 10)} to ${to.slice(0, 10)}, ${events} events, loaded in ${((Date.now() - startedMs) / 1000).toFixed(1)} s. npm start -- --empty starts without it.`);
  return 0;
});
