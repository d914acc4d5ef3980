import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { eventually } from '@tickmark/testing';
import type { Gap } from './answers.ts';
import { deviationsOf, expectedDeviations, expectedTimelines, faultsOfTelling, linesOf, seenTimelines, summaryLines } from './probe-check.ts';
import type { ProbeLoad } from './probe-load.ts';
import { ROOT } from './run-node.ts';
import type { RunningSystem } from './running-system.ts';

type FaultKind = 'lost' | 'doubled' | 'kept though refused' | 'false answer' | 'ledger' | 'not judged' | 'judged twice' | 'judged wrongly' | 'notice lost' | 'notice doubled' | 'summary' | 'repaired';

interface Fault {
  readonly kind: FaultKind;
  readonly what: string;
}

/** What one load came to: with the seed and the commit a failure can be run again. */
export interface Outcome {
  readonly name: string;
  readonly seed: number;
  readonly commit: string;
  readonly acknowledged: number;
  readonly refused: number;
  /** Answers of each status; 0: none came. */
  readonly answers: Readonly<Record<string, number>>;
  readonly deviations: number;
  readonly faults: readonly Fault[];
}

interface Checked {
  readonly system: RunningSystem;
  readonly control: string;
  readonly load: ProbeLoad;
  readonly seed: number;
  /** How long what was accepted may take to be judged and told. */
  readonly limitMs: number;
}

const MANY = 20;
/** Causes of gaps that nothing done here may lead to. */
const NEVER = new Set(['unreconciled', 'altered', 'dead-letter', 'conflict', 'check-error']);
const fault = (kind: FaultKind) => (what: string): Fault => ({ kind, what });

export const commitOf = (): string => {
  try {
    const changed = execFileSync('git', ['status', '--porcelain', '--untracked-files=no'], { cwd: ROOT, encoding: 'utf8' }).trim() !== '';
    return `${execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim()}${changed ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
};

/**
 * Compares what the outside was told, as the journal has it, with the database, the timelines, the summary and the
 * receiver of notices. Whatever differs is a fault with a name; what only takes its time is waited for.
 */
export async function outcomeOf(checked: Checked): Promise<Outcome> {
  const { load, seed, limitMs } = checked;
  const before = await keepingFaults(checked);
  await load.resend();
  const kept = [...before, ...(await keepingFaults(checked))];
  const judged = await patiently(limitMs, () => judgingFaults(checked));
  const told = await patiently(limitMs, () => tellingFaults(checked));
  const { kept: acknowledged, refused, answers } = load.journal.read();
  return {
    name: load.name,
    seed,
    commit: commitOf(),
    acknowledged: acknowledged.size,
    refused: refused.size,
    answers: Object.fromEntries([...answers].sort(([one], [other]) => one - other)),
    deviations: expectedDeviations(load).length,
    faults: distinct([...load.faults.map(fault('false answer')), ...kept, ...(await ledgerFaults(checked)), ...judged, ...told, ...(await repairs(checked))]),
  };
}

const distinct = (faults: readonly Fault[]): Fault[] => [...new Map(faults.map((one) => [`${one.kind} ${one.what}`, one])).values()];

/** The faults that are left when there are none, or when the time is over. */
async function patiently(limitMs: number, look: () => Promise<readonly Fault[]>): Promise<readonly Fault[]> {
  let faults: readonly Fault[] = [];
  await eventually(async () => {
    faults = await look();
    if (faults.length > 0) throw new Error('not yet');
  }, { limitMs, everyMs: 250 }).catch((error: unknown) => {
    if (faults.length === 0) throw error;
  });
  return faults;
}

interface Row extends Record<string, unknown> {
  readonly event_id: string;
  readonly id: string;
}

/** Each acknowledged event is there, once, as the evidence that the answer named; nothing refused is; nothing else is. */
async function keepingFaults({ system, load }: Checked): Promise<readonly Fault[]> {
  const { kept, refused } = load.journal.read();
  const rows = await system.rows<Row>('SELECT event_id, id FROM evidence WHERE event_id LIKE $1', [`${load.name}-%`]);
  const stored = Map.groupBy(rows, ({ event_id }) => event_id);
  const sent = new Set(load.sent.map(({ id }) => id));
  return [
    ...[...kept].flatMap(([id, evidence]) => acknowledgedFaults(id, [...evidence], stored.get(id)?.map((row) => row.id) ?? [])),
    ...[...stored].flatMap(([id, of]) => (of.length > 1 ? [fault('doubled')(`${id} is kept ${of.length} times`)] : [])),
    ...[...refused].filter((id) => stored.has(id) && !kept.has(id)).map((id) => fault('kept though refused')(`${id} was refused and is kept`)),
    ...[...stored.keys()].filter((id) => !sent.has(id) && !refused.has(id)).map((id) => fault('false answer')(`${id} is kept and nobody sent it`)),
    ...[...sent].filter((id) => !kept.has(id)).map((id) => fault('false answer')(`${id} was never settled by sending again`)),
  ].slice(0, MANY);
}

function acknowledgedFaults(id: string, named: readonly string[], stored: readonly string[]): readonly Fault[] {
  return [
    ...(named.length > 1 ? [fault('doubled')(`${id} was acknowledged as ${named.join(' and ')}`)] : []),
    ...(named.some((one) => stored.includes(one)) ? [] : [fault('lost')(`${id} was acknowledged as ${named.join()} and is not kept`)]),
  ];
}

/** Indices from 0 on without holes, a clock that never goes back, a leaf for each piece of evidence. */
async function ledgerFaults({ system }: Checked): Promise<readonly Fault[]> {
  const [row] = await system.rows<{ leaves: number; last: number; next: number; back: number; bare: number }>(
    `SELECT count(*)::int AS leaves, max(leaf_index)::int AS last, (SELECT next_index FROM ledger_head)::int AS next,
       count(*) FILTER (WHERE received_at < earlier)::int AS back,
       (SELECT count(*) FROM evidence e WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.leaf_index = e.leaf_index))::int AS bare
     FROM (SELECT leaf_index, received_at, lag(received_at) OVER (ORDER BY leaf_index) AS earlier FROM ledger_leaf) l`,
  );
  if (row === undefined) return [{ kind: 'ledger', what: 'there is no ledger' }];
  const { leaves, last, next, back, bare } = row;
  return [
    ...(leaves === last + 1 && next >= leaves ? [] : [`${leaves} leaves, the last has index ${last}, the head says ${next}`]),
    ...(back === 0 ? [] : [`the ledger clock went back at ${back} leaves`]),
    ...(bare === 0 ? [] : [`${bare} pieces of evidence have no leaf`]),
  ].map(fault('ledger'));
}

/** What the product found missing by itself, and made good: it must never have been missing. */
async function repairs({ system }: Checked): Promise<readonly Fault[]> {
  const gaps = await system.all<Gap>('/v1/gaps');
  return gaps.filter(({ cause }) => NEVER.has(cause)).map(({ id, cause }) => fault('repaired')(`a gap of the cause ${cause}: ${id}`)).slice(0, MANY);
}

/** Timelines and deviations are those of the sorted set, and no probe counts twice. */
async function judgingFaults(checked: Checked): Promise<readonly Fault[]> {
  const { system, control, load } = checked;
  const wanted = { deviations: expectedDeviations(load), timelines: expectedTimelines(load) };
  const found = await deviationsOf(system, control, load);
  const faults: Fault[] = differences(linesOf(found), wanted.deviations).map(fault('judged wrongly'));
  for (const { key, status } of found) if (status === 'withdrawn' || status === 'merged') faults.push({ kind: 'judged wrongly', what: `a failure of ${key} that never was, was announced (${status})` });
  // The rest is looked at when it can be right.
  if (faults.length > 0) return faults.slice(0, MANY);
  const seen = await seenTimelines(system, control, load);
  for (const [service, lines] of Object.entries(wanted.timelines)) {
    if (!isDeepStrictEqual(lines, seen[service])) faults.push({ kind: 'judged wrongly', what: `timeline of ${service}: ${differences(seen[service] ?? [], lines).join('; ')}` });
  }
  faults.push(...(await countingFaults(checked)));
  const summary = differences(await summaryLines(system, control, load), wanted.deviations);
  return [...faults, ...summary.map(fault('summary'))].slice(0, MANY);
}

/** Each probe counts once: also one that says what its neighbours say, whose loss no timeline would show. */
async function countingFaults({ system, control, load }: Checked): Promise<readonly Fault[]> {
  const found = await system.rows<{ event_id: string; n: number }>(
    `SELECT e.event_id, count(p.check_id)::int AS n FROM evidence e
     LEFT JOIN (point p JOIN judged_check c ON c.id = p.check_id AND c.control = $2) ON p.evidence_id = e.id
     WHERE e.event_id LIKE $1 GROUP BY e.event_id HAVING count(p.check_id) <> 1`,
    [`${load.name}-%`, control],
  );
  return found.map(({ event_id, n }): Fault => (n === 0 ? { kind: 'not judged', what: `${event_id} does not count` } : { kind: 'judged twice', what: `${event_id} counts ${n} times` }));
}

function differences(seen: readonly string[], wanted: readonly string[]): string[] {
  return [
    ...wanted.filter((line) => !seen.includes(line)).map((line) => `missing ${line}`),
    ...seen.filter((line) => !wanted.includes(line)).map((line) => `not so ${line}`),
  ];
}

async function tellingFaults({ system, control, load }: Checked): Promise<readonly Fault[]> {
  const telling = faultsOfTelling(system, await deviationsOf(system, control, load));
  const forged = system.sink.faults.map(fault('notice lost'));
  return [...telling.map(({ what, isLost }): Fault => ({ kind: isLost ? 'notice lost' : 'notice doubled', what })), ...forged].slice(0, MANY);
}
