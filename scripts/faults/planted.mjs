// npm run test:faults -- --planted: writes one fault after the other into a copy of the built product and runs the part of
// the harness that must notice it. A part is first run on the copy as it is: red for another reason proves nothing.
// What follows `--` names the faults to plant; without any, all of them.
import { PLANTS } from '../../tests/faults/planted/plants.ts';
import { PlantedCopy } from '../../tests/support/planted-copy.ts';
import { Fault, say } from '../setup/fault.mjs';

const SETTLED_MS = 25_000;

function chosen(names) {
  const unknown = names.filter((name) => !PLANTS.some(({ id }) => id === name));
  if (unknown.length > 0) throw new Fault(`no planted fault ${unknown.join(', ')}; there are ${PLANTS.map(({ id }) => id).join(', ')}`);
  return PLANTS.filter(({ id }) => names.length === 0 || names.includes(id));
}

/** Why a part proves nothing here. Tried twice at most: a machine that is busy with something else may fail it once. */
async function whyNotGreen(copy, name) {
  let last;
  for (let tries = 0; tries < 2; tries += 1) {
    last = await copy.tryPart(name);
    say(`  without any fault, ${name.padEnd(18)} ${last.colour}`);
    if (last.colour === 'green') return undefined;
  }
  return `${name} is ${last.colour} without it: ${last.noticed}`;
}

const notTried = ({ id }, why) => ({ name: id, passed: 0, failed: 1, skipped: 0, tookMs: 0, fault: why });

async function tryOne(copy, one) {
  const startedMs = Date.now();
  const { colour, noticed, isCaught } = await copy.tryPlant(one);
  say(`  ${one.id.padEnd(24)} ${isCaught ? 'caught' : 'NOT CAUGHT'} by ${one.part}: ${noticed} (${one.fault})`);
  const counts = { passed: isCaught ? 1 : 0, failed: isCaught ? 0 : 1, skipped: 0 };
  const fault = `was not noticed by ${one.part}, which was ${colour}`;
  return { name: one.id, ...counts, tookMs: Date.now() - startedMs, ...(!isCaught && { fault }) };
}

/** One step for each planted fault, as the report of a test run wants them. */
export async function runPlanted(names, env) {
  const plants = chosen(names);
  process.env.TICKMARK_TEST_SCRATCH = env.TICKMARK_TEST_SCRATCH; // the copy goes with the run
  using copy = await PlantedCopy.make({ env, settledMs: SETTLED_MS });
  const steps = [];
  for (const [part, ofPart] of Map.groupBy(plants, ({ part }) => part)) {
    const why = await whyNotGreen(copy, part);
    for (const one of ofPart) steps.push(why === undefined ? await tryOne(copy, one) : notTried(one, why));
  }
  return steps;
}
