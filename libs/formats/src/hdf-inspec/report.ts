import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { worstOf } from '../reading/findings.js';
import { ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { fieldsOf } from '../reading/schema.js';
import { type Control, controlBody, hasBacktrace, judged, wordOutcome } from './outcome.js';
import { listIn, type Run, scanOf, scanRun } from './run.js';
import { instantOf } from './start-time.js';

const text = z.string().nullish();
const profileBody = z.object({ name: text, parent_profile: text, status: text, controls: z.array(z.unknown()).nullish() });
type Profile = z.infer<typeof profileBody>;
const shortBody = z.object({ id: z.string().min(1), profile_id: text, status: z.string().min(1), backtrace: z.unknown().optional() });

const MOST_CONTROLS = 50_000;

/** A report of InSpec or HDF: whole (`json`, `json-automate`, converters) or short (`json-min`). */
export function reportResults(record: JsonObject, system: string): readonly ItemResult[] {
  if (Array.isArray(record.baselines)) return [rejected('/baselines', 'HDF from version 2 on is not read; convert it to version 1, which has profiles')];
  const profiles = listIn(record, 'profiles');
  const controls = [record, ...profiles].reduce<number>((sum, one) => sum + listIn(one, 'controls').length, 0);
  if (profiles.length + controls > MOST_CONTROLS) return [rejected('', `holds more than ${MOST_CONTROLS} profiles and controls; send them in several reports`)];
  const run = scanRun(record, system);
  if (!run.ok) return [rejectedBy(run.error)];
  if (Array.isArray(record.profiles)) return profileResults(profiles, run.value);
  return isObject(record.statistics) ? shortResults(record, run.value) : [ignored('a profile, not a report: nothing was evaluated')];
}

interface Layer {
  readonly control: Control;
  readonly pointer: string;
}

/** What the outermost profile says of a control, and what those below say. */
interface Layers {
  readonly outer: Layer[];
  readonly inner: Layer[];
}

const inOrder = ({ outer, inner }: Layers): readonly Layer[] => [...outer, ...inner];

/** One profile and those that it lays over: their controls by ids, and what they say of their run. */
interface Stack {
  readonly name: string;
  readonly controls: Map<string, Layers>;
  readonly statuses: string[];
  /** Its outermost profile has been met. */
  whole: boolean;
}

function profileResults(profiles: readonly unknown[], run: Run): readonly ItemResult[] {
  const read = profiles.map((raw) => fieldsOf(profileBody, raw));
  const parents = new Map(read.flatMap((fields) => (fields.ok ? [[fields.value.name ?? '', fields.value.parent_profile ?? ''] as const] : [])));
  const stacks = new Map<string, Stack>();
  const faults: ItemResult[] = [];
  for (const [at, fields] of read.entries()) {
    const pointer = `/profiles/${at}`;
    if (fields.ok) for (const one of laidOn(stackOf(fields.value, { at, parents, stacks }), fields.value, pointer)) faults.push(one);
    else faults.push(rejected(`${pointer}${fields.error.pointer}`, fields.error.message));
  }
  return [...[...stacks.values()].flatMap((stack, at) => [...stackResults(stack, run), ...scanOf({ ...stack, looked: hasResults(stack) }, at, run)]), ...faults];
}

interface Place {
  readonly at: number;
  readonly parents: ReadonlyMap<string, string>;
  readonly stacks: Map<string, Stack>;
}

/** An overlay is the parent of what it lays over; profiles side by side have none and stay apart, even of one name. */
function stackOf({ name, parent_profile: parent }: Profile, { at, parents, stacks }: Place): Stack {
  const top = outermost(name ?? '', parents);
  const key = isOutermost(parent) && stacks.get(top)?.whole === true ? `${top}#${at}` : top;
  const stack = stacks.get(key) ?? { name: top, controls: new Map<string, Layers>(), statuses: [], whole: false };
  stacks.set(key, stack);
  return stack;
}

const MOST_LAYERS = 20;
const isOutermost = (parent: string | null | undefined): boolean => (parent ?? '') === '';

function outermost(name: string, parents: ReadonlyMap<string, string>): string {
  let top = name;
  for (let layers = 0; layers < MOST_LAYERS && !isOutermost(parents.get(top)); layers += 1) top = parents.get(top) ?? '';
  return top;
}

const hasResults = ({ controls }: Stack): boolean => [...controls.values()].some((layers) => inOrder(layers).some(({ control }) => (control.results ?? []).length > 0));

function laidOn(stack: Stack, { controls, parent_profile: parent, status }: Profile, pointer: string): readonly ItemResult[] {
  if (isOutermost(parent)) stack.whole = true;
  if (typeof status === 'string' && status !== '') stack.statuses.push(status);
  return (controls ?? []).flatMap((raw, at) => {
    const place = `${pointer}/controls/${at}`;
    const control = fieldsOf(controlBody, raw);
    if (!control.ok) return [rejected(`${place}${control.error.pointer}`, control.error.message)];
    const layers = stack.controls.get(control.value.id) ?? { outer: [], inner: [] };
    stack.controls.set(control.value.id, layers);
    (isOutermost(parent) ? layers.outer : layers.inner).push({ control: control.value, pointer: place });
    return [];
  });
}

function stackResults({ name, controls }: Stack, run: Run): readonly ItemResult[] {
  return [...controls].map(([id, all]) => {
    const layers = inOrder(all);
    const time = timeOf(layers);
    if ('pointer' in time) return rejected(time.pointer, 'is no time that can be read');
    const title = layers.find(({ control }) => typeof control.title === 'string' && control.title !== '')?.control.title;
    const rule = name === '' ? id : `${name}/${id}`;
    return run.findings.of({ rule, resource: run.resource, ...judged(layers.map(({ control }) => control)), title, timeMs: time.ms ?? run.endMs });
  });
}

type Time = { readonly ms: number | undefined } | { readonly pointer: string };

/** When the last of its results came out. */
function timeOf(layers: readonly Layer[]): Time {
  let latest: number | undefined;
  for (const { control, pointer } of layers) {
    for (const [at, { start_time: written }] of (control.results ?? []).entries()) {
      if (written === null || written === undefined || written === '') continue;
      const ms = instantOf(written);
      if (ms === undefined) return { pointer: `${pointer}/results/${at}/start_time` };
      latest = Math.max(latest ?? ms, ms);
    }
  }
  return { ms: latest };
}

/** One entry a result: what belongs to one control is put together first. */
function shortResults({ controls }: JsonObject, run: Run): readonly ItemResult[] {
  const listed = Array.isArray(controls) ? (controls as readonly unknown[]) : [];
  if (listed.length === 0) return [ignored('a report without controls: nothing was evaluated')];
  const worst = new Map<string, string>();
  const faults: ItemResult[] = [];
  for (const [at, raw] of listed.entries()) {
    const fields = fieldsOf(shortBody, raw);
    if (!fields.ok) {
      faults.push(rejected(`/controls/${at}${fields.error.pointer}`, fields.error.message));
      continue;
    }
    const { id, profile_id: profile, status, backtrace } = fields.value;
    const rule = typeof profile === 'string' && profile !== '' ? `${profile}/${id}` : id;
    const before = worst.get(rule);
    const outcome = hasBacktrace(backtrace) ? 'error' : wordOutcome(status);
    worst.set(rule, worstOf(before === undefined ? [outcome] : [before, outcome]));
  }
  return [...[...worst].map(([rule, outcome]) => run.findings.of({ rule, resource: run.resource, outcome, timeMs: run.endMs })), ...faults];
}
