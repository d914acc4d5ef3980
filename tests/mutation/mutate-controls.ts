// npm run test:mutate-controls: changes each assertion, window, comparison, parameter and mapping of the shipped controls
// once, and says which of these changes no test of the control notices. --control ID: only this one, may be repeated;
// --every N: only each Nth mutant, and those that are accepted; --json. Ends with 1 below 95 % or with a survivor that
// catalogue/mutation-accepted.yaml gives no reason for.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { loadCatalogue, type Catalogue, type ControlDefinition } from '@tickmark/catalogue';
import { kindById, runControlTests } from '@tickmark/evaluation';
import { readCatalogue } from '@tickmark/platform';
import { parse } from 'yaml';
import { expectedCoverage } from '../catalogue/coverage.ts';
import { acceptedAs, readAccepted, staleIn, type Accepted } from './accepted.ts';
import { judgeMappings } from './mapping-mutants.ts';
import type { Judged, Mutant } from './model.ts';
import { mutantsOf } from './mutants-of.ts';
import { filesFor } from './play.ts';
import { playAll } from './pool.ts';
import { inWords, isGood, tallyOf, type Result } from './report.ts';

const ROOT = new URL('../../', import.meta.url);
const textOf = (name: string): string => readFileSync(new URL(name, ROOT), 'utf8');
const MOST_THREADS = 2;

const { values } = parseArgs({
  options: { control: { type: 'string', multiple: true, default: [] }, every: { type: 'string', default: '1' }, json: { type: 'boolean', default: false } },
});

/** Controls with a fault are left out and told, so that their neighbours can be looked at meanwhile. */
async function whatLoads(): Promise<{ readonly catalogue: Catalogue; readonly unloaded: readonly string[] }> {
  const files = await readCatalogue();
  const { faults, ...whole } = loadCatalogue(files, kindById);
  const unloaded = new Set(faults.filter(({ severity }) => severity === 'error').map(({ file }) => file));
  const catalogue = whole.catalogue ?? loadCatalogue(files.filter(({ role, path }) => role !== 'control' || !unloaded.has(path)), kindById).catalogue;
  if (catalogue === undefined) throw new Error(`the catalogue does not load: ${faults[0]?.file ?? ''}:${faults[0]?.line ?? 0} ${faults[0]?.message ?? ''}`);
  return { catalogue, unloaded: [...unloaded] };
}

function chosen(catalogue: Catalogue): readonly ControlDefinition[] {
  const unknown = values.control.filter((id) => !catalogue.controls.has(id));
  if (unknown.length > 0) throw new Error(`there is no control ${unknown.join(', ')}`);
  return [...catalogue.controls.values()].filter(({ id }) => values.control.length === 0 || values.control.includes(id));
}

/** A sample is spread over all controls; what is accepted is looked at always, so that it cannot go stale unseen. */
function sampled(mutants: readonly Mutant[], accepted: readonly Accepted[]): readonly Mutant[] {
  const every = Math.max(1, Number(values.every));
  return mutants.filter((mutant, index) => index % every === 0 || acceptedAs(accepted, { ...mutant, fate: 'survived' }) !== undefined);
}

/** One line on a terminal that says how far it is. */
function progress(total: number): () => void {
  let done = 0;
  return () => {
    done += 1;
    if (!process.stderr.isTTY) return;
    const filled = Math.round((done / total) * 40);
    process.stderr.write(done === total ? '\r\u001b[K' : `\r${'█'.repeat(filled)}${'░'.repeat(40 - filled)} ${done}/${total} mutants`);
  };
}

async function run(): Promise<Result> {
  const { catalogue, unloaded } = await whatLoads();
  const accepted = existsSync(new URL('catalogue/mutation-accepted.yaml', ROOT)) ? readAccepted(textOf('catalogue/mutation-accepted.yaml')) : [];
  const controls = chosen(catalogue);
  const failing = controls.filter((control) => !runControlTests(control, catalogue.eventTypes, kindById).holds).map(({ id }) => id);
  const sound = controls.filter(({ id }) => !failing.includes(id));
  const jobs = sound.map((control) => ({ others: filesFor(control, catalogue), mutants: sampled(mutantsOf(control, catalogue), accepted) }));
  const advance = progress(jobs.reduce((sum, { mutants }) => sum + mutants.length, 0));
  const coverage = expectedCoverage.parse(parse(textOf('tests/catalogue/coverage.expected.yaml')));
  const judged: Judged[] = sound.flatMap((control) => judgeMappings(control, catalogue, coverage));
  await playAll(jobs, Math.min(MOST_THREADS, availableParallelism()), (one) => {
    judged.push(one);
    advance();
  });
  const unlisted = judged.filter((one) => one.fate === 'survived' && acceptedAs(accepted, one) === undefined);
  const broken = [...failing, ...(values.control.length === 0 ? unloaded : [])];
  return { judged, unlisted, stale: staleIn(accepted, judged), broken };
}

const result = await run();
const order = (a: Judged, b: Judged): number => (a.control < b.control ? -1 : a.control > b.control ? 1 : a.line - b.line);
const sorted = { ...result, unlisted: result.unlisted.toSorted(order) };
process.stdout.write(values.json ? `${JSON.stringify({ ok: isGood(sorted), ...tallyOf(sorted.judged), ...sorted }, undefined, 2)}\n` : inWords(sorted));
process.exitCode = isGood(result) ? 0 : 1;
