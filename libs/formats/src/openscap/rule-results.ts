import { createHash } from 'node:crypto';
import type { InputFault, Result } from '@tickmark/contracts';
import { instantOf } from '../iso20022/message.js';
import { eventId } from '../reading/event-id.js';
import { Findings, worstOf } from '../reading/findings.js';
import { ignored, type ItemResult, rejectedBy } from '../reading/items.js';
import type { ClockReader } from '../reading/wall-clock.js';
import { childrenOf, textAt, type XmlElement } from '../reading/xml.js';
import { type RuleText, type ScanReport, targetOf } from './document.js';

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['pass', 'pass'],
  ['fixed', 'pass'],
  ['fail', 'fail'],
  ['error', 'error'],
  ['notapplicable', 'not-applicable'],
]);
const NOT_SELECTED = 'notselected';

/** How many items `ruleResults` will give. */
export const itemsOf = ({ results }: ScanReport): number =>
  results.reduce((sum, { element }) => sum + Math.max(1, childrenOf(element, 'rule-result').length), 0);

interface Reading {
  readonly clock: ClockReader;
  /** The whole document: where a scan says no time, its bytes tell it from the next one. */
  readonly body: Uint8Array;
}

/** The results of each rule of each scan, in the order of the document: one entry for each `rule-result`. */
export function* ruleResults({ results, rules }: ScanReport, { clock, body }: Reading): Generator<ItemResult> {
  if (results.length === 0) yield ignored('no TestResult: nothing was evaluated');
  const seen = new Map<string, number>();
  let kept: string | undefined;
  const hash = (): string => (kept ??= createHash('sha256').update(body).digest('hex').slice(0, 40));
  for (const [at, { element, asset }] of results.entries()) {
    const path = `/TestResult/${at}`;
    const scan = scanOf(element, { asset, clock, hash, path, seen });
    if (scan.ok) yield* scanResults(element, { ...scan.value, rules, clock, path });
    else yield rejectedBy(scan.error);
  }
}

interface Scan {
  readonly resource: string;
  readonly findings: Findings;
  readonly timeMs: number | undefined;
}

interface Place {
  readonly asset: string | undefined;
  readonly clock: ClockReader;
  /** Of the whole document. */
  readonly hash: () => string;
  readonly path: string;
  /** Scans of this document so far. */
  readonly seen: Map<string, number>;
}

/** The id of a result repeats from scan to scan, so its end belongs to the ids of what it holds; two that are alike are two. */
function scanOf(result: XmlElement, { asset, clock, hash, path, seen }: Place): Result<Scan, InputFault> {
  const resource = asset ?? targetOf(result);
  if (resource === undefined) return fault(`${path}/target`, 'names nothing that was scanned, so the results belong to nothing');
  const time = timeOf(result, clock);
  if (time.written !== '' && time.ms === undefined) return fault(`${path}/@${time.attribute}`, 'is no time that can be read');
  const id = eventId(result.attributes.get('id') ?? '', time.written === '' ? hash() : time.written);
  const times = (seen.get(`${id}@${resource}`) ?? 0) + 1;
  seen.set(`${id}@${resource}`, times);
  return { ok: true, value: { resource, findings: new Findings('openscap', times === 1 ? id : `${id}#${times}`), timeMs: time.ms } };
}

/** When the scan ended, else when it began; nothing written where neither is said. */
function timeOf({ attributes }: XmlElement, clock: ClockReader): { readonly attribute: string; readonly written: string; readonly ms: number | undefined } {
  const attribute = attributes.has('end-time') ? 'end-time' : 'start-time';
  const written = attributes.get(attribute) ?? '';
  return { attribute, written, ms: written === '' ? undefined : instantOf(written, clock) };
}

interface Context extends Scan {
  readonly rules: ReadonlyMap<string, RuleText>;
  readonly clock: ClockReader;
  readonly path: string;
}

interface RuleResult {
  readonly rule: string;
  readonly resource: string;
  readonly word: string;
  readonly outcome: string;
  readonly suppressed: boolean;
  readonly severity: string | undefined;
  readonly timeMs: number | undefined;
}

const keyOf = ({ rule, resource }: RuleResult): string => JSON.stringify([rule, resource]);

/** A rule may be told several times of one resource, by one check each: the worst of them is its result. */
function* scanResults(result: XmlElement, context: Context): Generator<ItemResult> {
  const all = childrenOf(result, 'rule-result').map((element, at) => oneResult(element, `${context.path}/rule-result/${at}`, context));
  if (all.length === 0) yield ignored('a TestResult without results of rules: nothing was evaluated');
  const worst = new Map<string, string>();
  for (const one of all) {
    if (!one.ok || one.value.word === NOT_SELECTED) continue;
    const key = keyOf(one.value);
    worst.set(key, worstOf([one.value.outcome, ...(worst.has(key) ? [worst.get(key) ?? ''] : [])]));
  }
  for (const one of all) yield one.ok ? told(one.value, worst, context) : rejectedBy(one.error);
}

/** Takes the rule from `worst` once it is told. */
function told(result: RuleResult, worst: Map<string, string>, { findings, rules }: Context): ItemResult {
  const key = keyOf(result);
  if (result.word === NOT_SELECTED) return ignored('notselected: the profile leaves this rule out, so it was not evaluated');
  if (worst.get(key) !== result.outcome) return ignored(`${result.word.slice(0, 40)}: another result of the same rule on the same resource counts`);
  worst.delete(key);
  const text = rules.get(result.rule);
  return findings.of({ ...result, severity: result.severity ?? text?.severity, title: text?.title });
}

function oneResult(element: XmlElement, path: string, scan: Context): Result<RuleResult, InputFault> {
  const rule = element.attributes.get('idref') ?? '';
  if (rule === '') return fault(`${path}/@idref`, 'names no rule');
  const word = textAt(element, 'result');
  if (word === undefined) return fault(`${path}/result`, 'is missing: what came out is not said');
  const written = element.attributes.get('time');
  const timeMs = written === undefined ? scan.timeMs : instantOf(written, scan.clock);
  if (written !== undefined && timeMs === undefined) return fault(`${path}/@time`, 'is no time that can be read');
  const instances = childrenOf(element, 'instance').map(({ text }) => text);
  const resource = [scan.resource, ...instances.filter((text) => text !== '')].join('/');
  return { ok: true, value: { rule, resource, word, ...outcomeOf(element, word), severity: element.attributes.get('severity'), timeMs } };
}

/** An override is an exception that somebody claims: what the tool had found stands, marked. */
function outcomeOf(element: XmlElement, word: string): { readonly outcome: string; readonly suppressed: boolean } {
  const now = OUTCOMES.get(word) ?? 'unknown';
  const before = childrenOf(element, 'override').map((override) => OUTCOMES.get(textAt(override, 'old-result') ?? '') ?? 'unknown');
  const outcome = worstOf([now, ...before]);
  return { outcome, suppressed: outcome !== now };
}

const fault = (pointer: string, message: string): { readonly ok: false; readonly error: InputFault } => ({ ok: false, error: { pointer, message } });
