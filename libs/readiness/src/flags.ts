import type { QuestionId, ReportType } from './questions.js';

/** What the answers set, before the rules of the outcome are applied. */
export interface Flags {
  readonly soc1: 'yes' | 'likely' | 'no';
  readonly soc2: 'yes' | 'no';
  readonly soc3: 'yes' | 'no';
  readonly categories: readonly string[];
  readonly type: ReportType | null;
  readonly standards: 'AICPA' | 'ISAE';
}

export interface AskedQuestion {
  readonly question: QuestionId;
  readonly text: string;
  readonly answer: 'yes' | 'no';
  readonly reason: string;
}
