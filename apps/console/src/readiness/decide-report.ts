import { HttpProblem } from '@tickmark/platform';
import { COMPARISON, QUESTIONS, checkAnswers, decide } from '@tickmark/readiness';
import type { Input } from '../http/route.js';
import type { decideReport } from './readiness.routes.js';

/** Which report is needed; asks nothing of the database. */
export class DecideReport {
  questions() {
    const branch = ({ reason, next }: (typeof QUESTIONS)[number]['yes']) => ({ reason, next: next ?? null });
    return {
      questions: QUESTIONS.map(({ id, text, help, yes, no }) => ({ id, text, help, yes: branch(yes), no: branch(no) })),
      comparison: COMPARISON,
    };
  }

  execute({ body }: Input<typeof decideReport>) {
    const checked = checkAnswers(body.answers, '/answers');
    if (checked.ok) return decide(checked.value);
    throw new HttpProblem(422, 'These answers cannot be decided on; see errors.', { title: 'Not an answer', errors: [...checked.faults] });
  }
}
