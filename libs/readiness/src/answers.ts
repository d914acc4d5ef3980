import type { Answers } from './decide.js';
import { QUESTION_IDS } from './questions.js';

export interface AnswerFault {
  /** JSON pointer (RFC 6901) to the fault. */
  readonly pointer: string;
  readonly message: string;
}

type Checked = { readonly ok: true; readonly value: Answers } | { readonly ok: false; readonly faults: readonly AnswerFault[] };

const KNOWN: ReadonlySet<string> = new Set(QUESTION_IDS);
const FAULTS_MOST = 20;

/** Answers as they came from outside: each is of a known question, and true or false. */
export function checkAnswers(given: unknown, at = ''): Checked {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { ok: false, faults: [{ pointer: at, message: 'must be an object such as {"Q1": true, "Q2": false}' }] };
  }
  const faults = Object.entries(given).flatMap(([id, answer]): readonly AnswerFault[] => {
    const pointer = `${at}/${id.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!KNOWN.has(id)) return [{ pointer, message: 'There is no such question; the questions are Q1 to Q13.' }];
    return typeof answer === 'boolean' ? [] : [{ pointer, message: 'must be true or false; leave it out for no' }];
  });
  return faults.length === 0 ? { ok: true, value: given } : { ok: false, faults: faults.slice(0, FAULTS_MOST) };
}
