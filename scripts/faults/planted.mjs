// npm run test:faults -- --planted: writes one fault after the other into a copy of the built product and runs the part of
// the harness that must notice it. A part is first run on the copy as it is: red for another reason proves nothing.
// What follows `--` names the faults to plant; without any, all of them.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PARTS, PLANTS, placeOf } from '../../tests/faults/planted/plants.ts';
import { ScratchClone } from '../../tests/support/scratch-clone.ts';
import { runNode } from '../../tests/support/run-node.ts';
import { Fault, say } from '../setup/fault.mjs';

const NODE_FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
const PART_MS_MAX = 600_000;
/** A fault shows for good: nobody has to wait for it as long as for a slow machine. */
const SETTLED_MS = '25000';

/** The built file beside a source; what is not built stands for itself. */
const builtOf = (file) => (file.endsWith('.ts') ? [file, file.replace('/src/', '/dist/').replace(/\.ts$/, '.js')] : [file]);

/** Writes the edits into the copy; gives back how to undo them. */
function plant(folder, { id, edits }) {
  const before = new Map();
  for (const edit of edits) {
    for (const place of builtOf(edit.file)) {
      const whole = path.join(folder, place);
      const text = readFileSync(whole, 'utf8');
      if (text.match(placeOf(edit))?.length !== 1) throw new Fault(`planted fault ${id}: its place in ${place} is not there once`);
      if (!before.has(whole)) before.set(whole, text);
      writeFileSync(whole, text.replace(placeOf(edit), () => edit.replace));
    }
  }
  return () => {
    for (const [whole, text] of before) writeFileSync(whole, text);
  };
}

/** Runs a part in the copy: `green`, `red` with what was noticed, or `none` when no test ran. */
async function runPart(folder, name, env) {
  const { spec, test } = PARTS[name];
  const record = path.join(folder, 'planted.json');
  const jest = path.join(folder, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = [...NODE_FLAGS, jest, '--selectProjects', 'faults', '--runInBand', '--testTimeout=60000', '--json', `--outputFile=${record}`, spec, '-t', test];
  writeFileSync(record, '{}');
  const ran = await runNode(args, { cwd: folder, env: { ...env, TICKMARK_TEST_SETTLED_MS: SETTLED_MS, TICKMARK_TEST_LONG: '' }, limitMs: PART_MS_MAX });
  const { numPassedTests = 0, numFailedTests = 0, testResults = [] } = JSON.parse(readFileSync(record, 'utf8'));
  const failures = testResults.flatMap(({ assertionResults }) => assertionResults.flatMap(({ failureMessages }) => failureMessages));
  if (numFailedTests > 0) return { colour: 'red', noticed: noticedIn(failures.join('\n')) };
  return numPassedTests > 0 ? { colour: 'green' } : { colour: 'none', noticed: ran.err.slice(-2_000) };
}

/** The kinds of fault that the checker named, or else the first line of what went wrong. */
function noticedIn(text) {
  // eslint-disable-next-line no-control-regex -- Jest colours what it prints
  const plain = text.replaceAll(/\u001B\[\d+m/g, '');
  const kinds = [...new Set([...plain.matchAll(/"kind": "([^"]+)"/g)].map(([, kind]) => kind))];
  if (kinds.length > 0) return kinds.join(', ');
  const told = plain.split('\n').map((line) => line.trim()).filter((line) => /^[-+] |^Error: |^Expected|^Received/.test(line));
  return told.slice(0, 3).join(' | ').slice(0, 200) || (plain.split('\n')[0] ?? '').slice(0, 200);
}

function chosen(names) {
  const unknown = names.filter((name) => !PLANTS.some(({ id }) => id === name));
  if (unknown.length > 0) throw new Fault(`no planted fault ${unknown.join(', ')}; there are ${PLANTS.map(({ id }) => id).join(', ')}`);
  return PLANTS.filter(({ id }) => names.length === 0 || names.includes(id));
}

/** Every app starts many times here, with controls of its own: the shipped ones would only take their time. */
function leaveOutShippedControls(folder) {
  const controls = path.join(folder, 'catalogue', 'controls');
  rmSync(controls, { recursive: true });
  mkdirSync(controls);
}

/** Why a part proves nothing here. Tried twice at most: a machine that is busy with something else may fail it once. */
async function whyNotGreen(folder, name, env) {
  let last;
  for (let tries = 0; tries < 2; tries += 1) {
    last = await runPart(folder, name, env);
    say(`  without any fault, ${name.padEnd(18)} ${last.colour}`);
    if (last.colour === 'green') return undefined;
  }
  return `${name} is ${last.colour} without it: ${last.noticed}`;
}

const notTried = ({ id }, why) => ({ name: id, passed: 0, failed: 1, skipped: 0, tookMs: 0, fault: why });

/** One step for each planted fault, as the report of a test run wants them. */
export async function runPlanted(names, env) {
  const plants = chosen(names);
  process.env.TICKMARK_TEST_SCRATCH = env.TICKMARK_TEST_SCRATCH; // the copy goes with the run
  const clone = await ScratchClone.make();
  leaveOutShippedControls(clone.folder);
  try {
    const steps = [];
    for (const [part, ofPart] of Map.groupBy(plants, ({ part }) => part)) {
      const why = await whyNotGreen(clone.folder, part, env);
      for (const one of ofPart) steps.push(why === undefined ? await tryOne(clone.folder, one, env) : notTried(one, why));
    }
    return steps;
  } finally {
    clone[Symbol.dispose]();
  }
}

async function tryOne(folder, one, env) {
  const startedMs = Date.now();
  const undo = plant(folder, one);
  const { colour, noticed } = await runPart(folder, one.part, env);
  undo();
  const isCaught = colour === 'red';
  say(`  ${one.id.padEnd(24)} ${isCaught ? 'caught' : 'NOT CAUGHT'} by ${one.part}: ${noticed ?? 'nothing'} (${one.fault})`);
  const counts = { passed: isCaught ? 1 : 0, failed: isCaught ? 0 : 1, skipped: 0 };
  return { name: one.id, ...counts, tookMs: Date.now() - startedMs, ...(!isCaught && { fault: `was not noticed by ${one.part}` }) };
}
