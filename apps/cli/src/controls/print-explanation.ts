import { printable, shaded, type Io } from '../io.js';
import type { Explanation } from './explanation.js';

const SHORT_HASH = 12;
const LONGEST_VALUE = 300;

/** What was said, on what, by which expressions, and whether it is the same when it is judged again. */
export function printExplanation(explained: Explanation, io: Io): void {
  const lines = [...verdictLines(explained, io), ...evidenceLines(explained, io), ...expressionLines(explained, io), ...comparisonLines(explained, io)];
  io.out.write(lines.map((line) => `${line}\n`).join(''));
}

type Verdict = NonNullable<Explanation['recomputed']>;

function verdictLines({ observation, control, version }: Explanation, io: Io): readonly string[] {
  const { key, hiddenBy } = observation;
  const until = version.effectiveTo === null ? '' : ` until ${version.effectiveTo}`;
  return [
    `${shaded(io, 'bold', observation.outcome)}: ${control.id}/${control.check} ${printable(key)}`,
    `  ${control.title}`,
    `  ${whenOf(observation, observation.kind)}`,
    ...(hiddenBy === null ? [] : [`  shown as unknown, since it lies in a blind stretch (${hiddenBy})`]),
    `  version ${version.definitionHash.slice(0, SHORT_HASH)}, logic ${version.logicHash.slice(0, SHORT_HASH)}, kind ${control.kind}, in force from ${version.effectiveFrom}${until}`,
  ];
}

function whenOf({ at, until, decidedAt, basis, reason, system }: Verdict, kind: 'occurrence' | 'state'): string {
  const time = kind === 'state' ? `from ${at}${until === null ? ' on' : ` to ${until}`}` : `at ${at}, ${decidedAt === null ? 'not decided yet' : `decided as of ${decidedAt}`}`;
  const why = reason === null ? '' : `, ${reason}`;
  const rests = basis === 'evidence' ? 'on received evidence' : 'for want of evidence';
  return `${time}${why}, ${rests}${system === null ? '' : `, system ${printable(system)}`}`;
}

function evidenceLines({ evidence, evidenceLeftOut }: Explanation, io: Io): readonly string[] {
  const lines = evidence.flatMap(({ id, type, time, receivedAt, roles, data, unchanged }) => [
    `  ${time}  ${type}${roles.length === 0 ? '' : ` as ${roles.join(', ')}`}${unchanged ? '' : shaded(io, 'red', '  CHANGED')}`,
    shaded(io, 'grey', `    ${id}, received ${receivedAt}`),
    `    ${cut(JSON.stringify(data))}`,
  ]);
  const more = evidenceLeftOut === 0 ? [] : [`  and ${evidenceLeftOut} more of the same group, judged again but not shown`];
  return ['', shaded(io, 'bold', 'evidence'), ...(lines.length === 0 ? ['  none: it rests on none'] : lines), ...more];
}

function expressionLines({ expressions, evidence }: Explanation, io: Io): readonly string[] {
  const times = new Map(evidence.map(({ id, time, type }) => [id, `${type} of ${time}`]));
  const lines = expressions.flatMap((one) => {
    const on = one.evidenceIds.map((id) => times.get(id) ?? id).join(' and ');
    const result = one.result === undefined ? '' : `result = ${one.result}`;
    const read = [on, result].filter((part) => part !== '').join(', ');
    return [`  ${one.name} = ${shaded(io, one.error === undefined ? 'bold' : 'red', valueOf(one))}`, shaded(io, 'grey', `    ${cut(one.source)}${read === '' ? '' : `  (${read})`}`)];
  });
  return lines.length === 0 ? [] : ['', shaded(io, 'bold', 'expressions'), ...lines];
}

function valueOf({ value, error, absent, notEvaluated }: Explanation['expressions'][number]): string {
  if (notEvaluated === true) return 'not needed';
  if (absent === true) return 'absent, so the event is not selected';
  return error === undefined ? cut(JSON.stringify(value)) : `error: ${printable(error)}`;
}

function comparisonLines({ recomputed, observation, equalsRecord, differences, faults }: Explanation, io: Io): readonly string[] {
  const again = recomputed === null ? 'no such verdict' : `${recomputed.outcome} ${whenOf(recomputed, observation.kind)}`;
  const says = equalsRecord ? shaded(io, 'green', '✓ equals the record') : shaded(io, 'red', '✗ does not equal the record');
  return [
    '',
    `${shaded(io, 'bold', 'judged again')}: ${again}`,
    says,
    ...differences.map(({ field, recorded, recomputed: anew }) => `  ${field}: on record ${JSON.stringify(recorded)}, judged again ${JSON.stringify(anew)}`),
    ...faults.map(({ evidenceId, message }) => `  ${evidenceId === null ? '' : `evidence ${evidenceId} `}${message}`),
  ];
}

const cut = (text: string): string => printable(text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text);
