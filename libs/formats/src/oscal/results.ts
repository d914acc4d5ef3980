import { createHash } from 'node:crypto';
import { type Finding as Told, Findings, worstOf } from '../reading/findings.js';
import { parseRfc3339 } from '../reading/instant.js';
import { ignored, type ItemResult, rejected } from '../reading/items.js';
import { type Finding, findingBody, riskIdsOf, statedOutcome } from './findings.js';
import { collectedMs, isOver, NOT_SELECTED, type Observation, observationBody, outcomeOf, ruleOf, wordOf } from './observations.js';
import { type Assessed, itemsIn, MOST_ITEMS, type Placed, propOf, type Subject } from './parts.js';
import { risksOf } from './risks.js';
import { SubjectNames } from './subjects.js';

/** One result of an assessment, or one plan of action, with where it stands and what its document says. */
export interface Frame {
  readonly pointer: string;
  /** When the document was changed last, as written: a result is corrected in place. */
  readonly modified: string | undefined;
  readonly modifiedMs: number | undefined;
  readonly definitions: readonly unknown[];
  /** The name of the system, where nothing else is named. */
  readonly system: string;
  /** Versions of this document so far: some tools give one uuid to all results. */
  readonly seen: Map<string, number>;
}

const SOURCE = 'oscal';
/** What the observations of one uuid looked at, and whether all of it is over. */
interface Seen {
  readonly subjects: Set<string>;
  over: boolean;
}

interface Context {
  readonly observations: ReadonlyMap<string, Seen>;
  readonly names: SubjectNames;
  readonly approved: ReadonlySet<string>;
  readonly timeMs: number | undefined;
  readonly system: string;
}

export function assessedResults(assessed: Assessed, frame: Frame): readonly ItemResult[] {
  const { pointer, modified, modifiedMs, definitions, system } = frame;
  const { at, written } = endOf(assessed);
  const timeMs = written === undefined ? modifiedMs : parseRfc3339(written);
  if (written !== undefined && timeMs === undefined) return [rejected(`${pointer}/${at}`, 'is no instant')];
  const risks = risksOf(assessed.risks, `${pointer}/risks`, { source: SOURCE, version: [written, modified].filter(isGiven).join('@'), timeMs });
  const observed = itemsIn(observationBody, assessed.observations, `${pointer}/observations`);
  const found = itemsIn(findingBody, assessed.findings, `${pointer}/findings`);
  const names = new SubjectNames([...definitions, assessed['local-definitions']]);
  const context = { observations: byId(observed.read, names, timeMs), names, approved: risks.approved, timeMs, system };
  const told: Told[] = [];
  for (const { value } of found.read) {
    for (const one of findingTold(value, context)) told.push(one);
    // Findings times subjects: a small document must not become a large one.
    if (told.length > MOST_ITEMS) return [rejected(`${pointer}/findings`, `give more than ${MOST_ITEMS} results with their subjects; send them in several documents`)];
  }
  const seen = observed.read.flatMap((one) => observationTold(one, context));
  for (const one of seen) if ('rule' in one) told.push(one);
  const version = versionOf(assessed, [written, modified].filter(isGiven), frame.seen);
  const all = [...worst(told, new Findings(SOURCE, version)), ...seen.flatMap((one) => ('rule' in one ? [] : [one]))];
  const faults = [...found.faults, ...observed.faults];
  const nothing = all.length + faults.length === 0 ? [ignored('neither findings nor observations: nothing was concluded')] : [];
  return [...all, ...nothing, ...faults, ...risks.events];
}

function endOf({ end, start }: Assessed): { readonly at: string; readonly written: string | undefined } {
  if (isGiven(end)) return { at: 'end', written: end };
  return { at: 'start', written: isGiven(start) ? start : undefined };
}

/** Without any time, what is said tells a result from the next one. */
function versionOf(assessed: Assessed, times: readonly string[], seen: Map<string, number>): string {
  const told = times.length > 0 ? times : [createHash('sha256').update(JSON.stringify(assessed)).digest('hex').slice(0, 40)];
  const version = [assessed.uuid, ...told].filter(isGiven).join('@');
  const count = (seen.get(version) ?? 0) + 1;
  seen.set(version, count);
  return count === 1 ? version : `${version}#${count}`;
}

const isGiven = (part: string | null | undefined): part is string => typeof part === 'string' && part !== '';

/** Some tools give one uuid to all observations: a finding that names it is then about all of them. */
function byId(read: readonly Placed<Observation>[], names: SubjectNames, timeMs: number | undefined): ReadonlyMap<string, Seen> {
  const found = new Map<string, Seen>();
  for (const { value } of read) {
    const same = found.get(value.uuid ?? '') ?? { subjects: new Set<string>(), over: true };
    found.set(value.uuid ?? '', same);
    same.over = same.over && isOver(value, timeMs);
    for (const subject of value.subjects ?? []) {
      const name = names.of(subject);
      if (name !== undefined) same.subjects.add(name);
    }
  }
  return found;
}

/** A finding about each thing that its observations looked at; what somebody allowed to deviate explains, it does not repair. */
function findingTold(finding: Finding, { observations, approved, timeMs, system }: Context): readonly Told[] {
  const ids = new Set((finding['related-observations'] ?? []).map(({ 'observation-uuid': uuid }) => uuid ?? ''));
  const related = [...ids].flatMap((uuid) => observations.get(uuid) ?? []);
  const subjects = new Set(related.flatMap((seen) => [...seen.subjects]));
  const suppressed = riskIdsOf(finding).some((uuid) => approved.has(uuid));
  const stated = statedOutcome(finding);
  const stale = related.length > 0 && related.every(({ over }) => over);
  const outcome = stated === 'pass' && (suppressed || stale) ? 'unknown' : stated;
  const rule = finding.target['target-id'];
  return [...(subjects.size > 0 ? subjects : [system])].map((resource) => ({ rule, resource, outcome, suppressed, title: finding.title, timeMs }));
}

/** What a tool found, one by one. What a person saw has an outcome only in a finding. */
function observationTold(placed: Placed<Observation>, { names, system, timeMs }: Context): readonly (Told | ItemResult)[] {
  const { value: observation, pointer } = placed;
  const subjects: readonly Subject[] = (observation.subjects ?? []).length > 0 ? (observation.subjects ?? []) : [{}];
  const said = subjects.filter((subject) => wordOf(observation, subject) !== undefined);
  if (said.length === 0) return [ignored('an observation without a result of its own: what it means, its finding says')];
  const rule = ruleOf(observation);
  if (rule === undefined) return [rejected(`${pointer}/props`, 'names no rule')];
  const collected = collectedMs(placed);
  if (collected === null) return [rejected(`${pointer}/collected`, 'is no instant')];
  const severity = severityOf(observation);
  return said.map((subject) => {
    const word = wordOf(observation, subject) ?? '';
    if (word === NOT_SELECTED) return ignored('notselected: the profile leaves this rule out, so it was not evaluated');
    const outcome = outcomeOf(word);
    const over = outcome === 'pass' && isOver(observation, timeMs);
    return { rule, resource: names.of(subject) ?? system, outcome: over ? 'unknown' : outcome, severity, timeMs: collected ?? timeMs };
  });
}

const severityOf = ({ props }: Observation): string | undefined => propOf(props, 'severity', 'check-severity')?.toLowerCase();

/** One result for each rule and resource: the worst that is said of them. */
function worst(all: readonly Told[], findings: Findings): readonly ItemResult[] {
  const kept = new Map<string, Told>();
  for (const told of all) {
    const key = JSON.stringify([told.rule, told.resource]);
    const before = kept.get(key);
    if (before === undefined || (before.outcome !== told.outcome && worstOf([before.outcome, told.outcome]) === told.outcome)) kept.set(key, told);
  }
  return [...kept.values()].map((told) => findings.of(told));
}
