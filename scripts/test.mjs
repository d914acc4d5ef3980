// npm test: every check and every ring. --ring a,b: only these. --long: the long forms of the faults ring. What follows
// `--` goes to Jest (a path, -t ...). --planted: instead of the rings, faults planted into a copy (scripts/faults/planted.mjs).
import { runEntry, say, Fault } from './setup/fault.mjs';
import { onNode24 } from './setup/node-24.mjs';

function parse(args) {
  const cut = args.indexOf('--');
  const own = cut === -1 ? args : args.slice(0, cut);
  const rest = cut === -1 ? [] : args.slice(cut + 1);
  const at = own.indexOf('--ring');
  if (own.includes('--long')) process.env.TICKMARK_TEST_LONG = '1';
  return { wanted: at === -1 ? undefined : (own[at + 1] ?? '').split(','), planted: own.includes('--planted'), rest };
}

function select(all, wanted) {
  const names = all.map(({ name }) => name);
  const unknown = (wanted ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Fault(`no ring ${unknown.join(', ')}; there are ${names.join(', ')}`);
  return all.filter(({ name }) => wanted === undefined || wanted.includes(name));
}

async function timed(step) {
  const startedMs = Date.now();
  const result = await step();
  return { ...result, tookMs: Date.now() - startedMs };
}

async function runChecks(checks, { runShown }) {
  const steps = [];
  for (const { name, args } of checks) {
    say(`\n--- ${name}`);
    steps.push(
      await timed(async () => {
        const code = await runShown(args);
        return { name, ...(code !== 0 && { fault: `ended with code ${code}` }) };
      }),
    );
  }
  return steps;
}

async function runRings(rings, { runRing, env, rest }) {
  const steps = [];
  for (const ring of rings) {
    say(`\n--- ${ring.name}`);
    steps.push(await timed(() => runRing(ring, { env, rest })));
  }
  return steps;
}

async function runAll({ wanted, planted, rest }) {
  const { CHECKS, RINGS } = await import('./test/rings.mjs');
  const { runRing, runShown } = await import('./test/run-ring.mjs');
  const { withInfra } = await import('./test/with-infra.mjs');
  if (planted) {
    const { runPlanted } = await import('./faults/planted.mjs');
    return withInfra((env) => runPlanted(rest, env));
  }
  const chosen = select([...CHECKS, ...RINGS], wanted);
  const dry = chosen.filter((one) => one.needsInfra === false);
  const wet = chosen.filter((one) => one.needsInfra === true);
  const steps = await runChecks(chosen.filter((one) => one.needsInfra === undefined), { runShown });
  steps.push(...(await runRings(dry, { runRing, env: process.env, rest })));
  if (wet.length > 0) steps.push(...(await withInfra((env) => runRings(wet, { runRing, env, rest }))));
  return steps;
}

await runEntry(async () => {
  if (!(await onNode24(import.meta.url))) return process.exitCode;
  const { setUp } = await import('./setup/set-up.mjs');
  const { untilSignal } = await import('./infra/signals.mjs');
  const { showResults } = await import('./test/report.mjs');
  untilSignal().then((signal) => process.exit(signal === 'SIGINT' ? 130 : 143)); // the warden ends the servers
  const options = parse(process.argv.slice(2));
  const wantsUnit = options.wanted?.every((name) => ['unit', 'architecture', 'catalogue'].includes(name)) === true;
  await setUp({ builds: !wantsUnit });
  const steps = await runAll(options);
  showResults(steps);
  return steps.some(({ fault }) => fault !== undefined) ? 1 : 0;
});
