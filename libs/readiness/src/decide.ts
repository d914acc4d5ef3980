import type { AskedQuestion, Flags } from './flags.js';
import { misconceptionsAbout } from './misconceptions.js';
import type { Misconception } from './misconceptions.js';
import { adviceOn, outcomeOf } from './outcome.js';
import { QUESTIONS } from './questions.js';
import type { Question, QuestionId, ReportType } from './questions.js';

export type Answers = { readonly [id in QuestionId]?: boolean };

export interface Decision {
  readonly soc1: 'yes' | 'likely' | 'no';
  readonly soc2: 'yes' | 'no';
  readonly soc3: 'yes' | 'no';
  readonly categories: readonly string[];
  readonly type: ReportType | null;
  readonly standard: Standard | null;
  /** Which reports are to be prepared; a SOC 3 rests on a SOC 2. */
  readonly reports: readonly ('soc1' | 'soc2')[];
  readonly outcome: string;
  readonly reasons: readonly string[];
  readonly advice: readonly string[];
  readonly path: readonly AskedQuestion[];
  readonly misconceptions: readonly Misconception[];
}

type Standard = 'AICPA' | 'ISAE 3402' | 'ISAE 3000' | 'ISAE 3402 and ISAE 3000';

const NOTHING: Flags = { soc1: 'no', soc2: 'no', soc3: 'no', categories: [], type: null, standards: 'AICPA' };

/** A question without an answer counts as answered with no; what is not reached does not count. */
export function decide(answers: Answers): Decision {
  const asked = pathThrough(answers);
  const flags = settled(asked.map(({ question, yes }) => question[yes ? 'yes' : 'no']).reduce(applied, NOTHING));
  const reports = reportsOf(flags);
  const path = asked.map(({ question, yes }) => ({
    question: question.id,
    text: question.text,
    answer: yes ? ('yes' as const) : ('no' as const),
    reason: question[yes ? 'yes' : 'no'].reason,
  }));
  const { soc1, soc2, soc3, categories, type } = flags;
  return {
    soc1,
    soc2,
    soc3,
    categories,
    type,
    standard: standardOf(flags, reports),
    reports,
    outcome: outcomeOf(flags, path),
    reasons: path.map(({ question, reason }) => `${question}: ${reason}`),
    advice: adviceOn(flags, path),
    path,
    misconceptions: misconceptionsAbout({ at: 'decision', soc1: soc1 !== 'no', soc2: reports.includes('soc2'), type }),
  };
}

interface Asked {
  readonly question: Question;
  readonly yes: boolean;
}

function pathThrough(answers: Answers): readonly Asked[] {
  const path: Asked[] = [];
  let next: QuestionId | undefined = QUESTIONS[0]?.id;
  while (next !== undefined) {
    const question = questionOf(next);
    const yes = answers[next] === true;
    path.push({ question, yes });
    next = question[yes ? 'yes' : 'no'].next;
  }
  return path;
}

function questionOf(id: QuestionId): Question {
  const question = QUESTIONS.find((each) => each.id === id);
  if (question === undefined) throw new Error(`there is no question ${id}`);
  return question;
}

function applied(flags: Flags, { effect }: Question['yes']): Flags {
  const { category, ...rest } = effect;
  return { ...flags, ...rest, ...(category === undefined ? {} : { categories: [...flags.categories, category] }) };
}

/** Without a report there is no type; a SOC 3 alone needs its SOC 2 of Type II first. */
function settled(flags: Flags): Flags {
  const { soc1, soc2, soc3, type } = flags;
  if (soc1 !== 'no' || soc2 === 'yes') return flags;
  if (soc3 === 'no') return { ...flags, type: null };
  return { ...flags, type: type === 'I' ? 'II' : type };
}

const reportsOf = ({ soc1, soc2, soc3 }: Flags): readonly ('soc1' | 'soc2')[] => [
  ...(soc1 === 'no' ? [] : (['soc1'] as const)),
  ...(soc2 === 'yes' || soc3 === 'yes' ? (['soc2'] as const) : []),
];

function standardOf({ standards }: Flags, reports: readonly string[]): Standard | null {
  if (reports.length === 0) return null;
  if (standards === 'AICPA') return 'AICPA';
  if (reports.length === 2) return 'ISAE 3402 and ISAE 3000';
  return reports[0] === 'soc1' ? 'ISAE 3402' : 'ISAE 3000';
}
