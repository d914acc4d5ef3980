import { printable, shaded } from '../io.js';
import type { Io } from '../io.js';
import type { ItemAnswer, Pushed } from './push-files.js';

export function printPushed({ answers, away }: Pushed, io: Io): void {
  for (const answer of answers) io.out.write(`${lineOf(answer, io)}\n`);
  const count = (outcome: ItemAnswer['outcome']): number => answers.filter((answer) => answer.outcome === outcome).length;
  const notSent = count('not-sent');
  io.out.write(
    `${count('accepted')} accepted, ${count('ignored')} ignored, ${count('rejected')} rejected${notSent === 0 ? '' : `, ${notSent} not sent`}\n`,
  );
  if (away !== undefined) io.err.write(`tickmark: ${away}; send the same again later, repeats are recognised\n`);
}

export function printJson(pushed: Pushed, ok: boolean, io: Io): void {
  io.out.write(`${JSON.stringify({ ok, ...pushed }, undefined, 2)}\n`);
}

function lineOf({ file, item, outcome, id, evidenceId, pointer, message }: ItemAnswer, io: Io): string {
  const place = `${file}:${item}:`;
  if (outcome === 'accepted') return `${place} ${shaded(io, 'green', 'accepted')} ${printable(id ?? '')} as evidence ${evidenceId ?? ''}`;
  if (outcome === 'ignored') return `${place} ${shaded(io, 'grey', 'ignored')}`;
  const where = pointer === undefined || pointer === '' ? '' : `${pointer} `;
  return `${place} ${shaded(io, outcome === 'rejected' ? 'red' : 'yellow', outcome === 'rejected' ? 'rejected' : 'not sent')} ${printable(`${where}${message ?? ''}`)}`;
}
