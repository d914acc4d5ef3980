/** What is often believed and is not so, answered where it arises. */

export interface Misconception {
  readonly id: string;
  readonly belief: string;
  readonly answer: string;
}

export interface Situation {
  readonly at: 'decision' | 'gaps' | 'plan';
  readonly soc1: boolean;
  readonly soc2: boolean;
  readonly type?: 'I' | 'II' | 'I-then-II' | null;
  /** Words that criteria and objectives were given. */
  readonly verdicts?: readonly string[];
}

interface Arising extends Misconception {
  arises(situation: Situation): boolean;
}

const any = ({ soc1, soc2 }: Situation): boolean => soc1 || soc2;
const overTime = ({ type }: Situation): boolean => type === 'II' || type === 'I-then-II';
const found = ({ at, verdicts = [] }: Situation, ...words: readonly string[]): boolean => at === 'gaps' && words.some((word) => verdicts.includes(word));

const ALL: readonly Arising[] = [
  {
    id: 'certificate',
    belief: 'A SOC report is a certificate that one gets or does not get.',
    answer: 'There is no certificate and no pass mark. The report holds the opinion of an independent CPA firm, with what it tested and found.',
    arises: (situation) => situation.at === 'decision' && any(situation),
  },
  {
    id: 'soc2-for-soc1',
    belief: 'A SOC 2 can stand in for a SOC 1.',
    answer: "Not for the audit of a customer's financial statements: that audit needs control objectives over financial reporting, which a SOC 2 does not have.",
    arises: ({ at, soc1 }) => at === 'decision' && soc1,
  },
  {
    id: 'vendor-covers-us',
    belief: 'The SOC 2 of our hosting provider covers us.',
    answer: 'It covers what the provider does. Controls that are carved out still have to be monitored, and what the provider expects of its customers is yours to do.',
    arises: ({ at, soc2 }) => at !== 'plan' && soc2,
  },
  {
    id: 'points-of-focus',
    belief: 'Points of focus are requirements, so each of them needs a control.',
    answer: 'They are considerations. What has to be met are the criteria.',
    arises: (situation) => situation.soc2 && found(situation, 'no-control'),
  },
  {
    id: 'prescribed-controls',
    belief: 'SOC 2 prescribes the controls.',
    answer: 'The criteria say what has to come about; you design the controls, and those of the catalogue are a set to start from.',
    arises: (situation) => situation.soc2 && found(situation, 'no-control'),
  },
  {
    id: 'one-exception',
    belief: 'One exception and the report is lost; a clean opinion means that there were none.',
    answer: 'The auditor weighs each deviation. Unqualified reports can contain some, and all of them are reported with your response.',
    arises: (situation) => found(situation, 'deviations-open') || (situation.at === 'plan' && overTime(situation)),
  },
  {
    id: 'green-dashboard',
    belief: 'A green dashboard is evidence.',
    answer: 'It is information that you produced yourselves. Its sources, rules and completeness have to be shown to be reliable, which is why evidence, versions and gaps are kept beside it.',
    arises: (situation) => found(situation, 'evidence-flowing'),
  },
  {
    id: 'tool-reports',
    belief: 'The tool gets us through the examination, or issues the report.',
    answer: 'Only a licensed, independent CPA firm examines and reports. A tool keeps the evidence and says what is missing.',
    arises: ({ at }) => at === 'plan',
  },
  {
    id: 'six-months',
    belief: 'A period has to be at least six months long.',
    answer: 'No standard says so. Six months or more are suggested; firms accept three for a first report; then twelve, back to back, leave no gap.',
    arises: (situation) => situation.at !== 'gaps' && overTime(situation),
  },
  {
    id: 'sample-sizes',
    belief: 'The AICPA sets sample sizes.',
    answer: 'It does not. The figures in the plan are customary, come from another field, and are a hint for planning; the auditor decides.',
    arises: (situation) => situation.at === 'plan' && overTime(situation),
  },
];

export const misconceptionsAbout = (situation: Situation): readonly Misconception[] =>
  ALL.filter((each) => each.arises(situation)).map(({ id, belief, answer }) => ({ id, belief, answer }));
