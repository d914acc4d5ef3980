import { QUESTIONS } from '@tickmark/readiness';
import type { Answers, Question, QuestionId } from '@tickmark/readiness';
import { WrongUse, shaded, type Io } from '../io.js';
import { asText, hanging, indented, widthOf, wrapped } from './layout.js';

const YES = new Set(['y', 'yes']);
const NO = new Set(['n', 'no']);

interface Asking {
  readonly asked: readonly { readonly id: QuestionId; readonly yes: boolean }[];
  /** Undefined: everything is answered. */
  readonly question: Question | undefined;
}

/** One question after the other; undefined: who was asked has left. Prompts are no data and go to standard error. */
export async function askQuestions(io: Io): Promise<Answers | undefined> {
  if (io.keyboard?.isTerminal !== true) {
    throw new WrongUse(`questions are asked on a terminal; elsewhere give the answers: tickmark readiness decide --answers '{"Q1": true, "Q2": false}'`);
  }
  io.err.write('Which SOC report do you need? At most thirteen questions.\nAnswer y or n; ? says what to look at, b goes one back, q leaves.\n');
  let now: Asking = { asked: [], question: QUESTIONS[0] };
  put(now, io);
  for await (const line of io.keyboard.lines()) {
    const typed = line.trim().toLowerCase();
    if (typed === 'q') return undefined;
    now = taken(now, typed, io);
    if (now.question === undefined) break;
    put(now, io);
  }
  return now.question === undefined ? Object.fromEntries(now.asked.map(({ id, yes }) => [id, yes])) : undefined;
}

/** What is asked after this was typed. */
function taken(now: Asking, typed: string, io: Io): Asking {
  const { asked, question } = now;
  if (question === undefined) return now;
  if (typed === 'b') return { asked: asked.slice(0, -1), question: questionOf(asked.at(-1)?.id ?? question.id) };
  if (!YES.has(typed) && !NO.has(typed)) {
    io.err.write(asText(indented(wrapped(typed === '?' ? question.help : 'Answer y or n; ? says what to look at.', widthOf(io.err) - 4), 4)));
    return now;
  }
  const yes = YES.has(typed);
  const { reason, next } = question[yes ? 'yes' : 'no'];
  io.err.write(asText(hanging('    ', reason, widthOf(io.err)).map((line) => shaded(io, 'grey', line))));
  return { asked: [...asked, { id: question.id, yes }], question: questionOf(next) };
}

const questionOf = (id: QuestionId | undefined): Question | undefined => QUESTIONS.find((each) => each.id === id);

function put({ question }: Asking, io: Io): void {
  if (question === undefined) return;
  const { id, text } = question;
  io.err.write(`\n${asText(hanging(`${id.padEnd(3)} `, text, widthOf(io.err)))}    y/n: `);
}
