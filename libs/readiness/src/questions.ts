/** Which SOC report is needed: the questions in their order, and what each answer means, as data. */

export const QUESTION_IDS = ['Q1', 'Q2', 'Q3', 'Q4', 'Q5', 'Q6', 'Q7', 'Q8', 'Q9', 'Q10', 'Q11', 'Q12', 'Q13'] as const;
export type QuestionId = (typeof QUESTION_IDS)[number];

export type ReportType = 'I' | 'II' | 'I-then-II';
type CategoryId = 'security' | 'availability' | 'processing-integrity' | 'confidentiality' | 'privacy';

/** What an answer changes in the decision. */
interface Effect {
  readonly soc1?: 'yes' | 'likely' | 'no';
  readonly soc2?: 'yes';
  readonly soc3?: 'yes';
  readonly category?: CategoryId;
  readonly type?: ReportType;
  readonly standards?: 'AICPA' | 'ISAE';
}

interface Branch {
  readonly effect: Effect;
  /** Why the answer has this effect; stands among the reasons of the decision. */
  readonly reason: string;
  /** Undefined: there is nothing more to ask. */
  readonly next?: QuestionId;
}

export interface Question {
  readonly id: QuestionId;
  readonly text: string;
  /** What to look at to answer it. */
  readonly help: string;
  readonly yes: Branch;
  readonly no: Branch;
}

export const QUESTIONS: readonly Question[] = [
  {
    id: 'Q1',
    text: 'Do you run a system or a service for other organisations?',
    help: 'Software, hosting, processing or another service that your customers rely on. Selling goods only is a no.',
    yes: { effect: {}, next: 'Q2', reason: 'You are a service organisation, so a SOC report can apply.' },
    no: { effect: {}, reason: 'A SOC 1 or SOC 2 examines a service for other organisations, and there is none here.' },
  },
  {
    id: 'Q2',
    text: "Could an error or fraud in your service misstate a customer's financial statements?",
    help: 'You initiate, authorise, process, record or hold transactions, balances or assets of customers: payroll, payments, claims, billing, the hosting of their accounting.',
    yes: { effect: { soc1: 'likely' }, next: 'Q3', reason: "What you do can reach your customers' financial statements: that is the subject of a SOC 1." },
    no: { effect: { soc1: 'no' }, next: 'Q4', reason: "Nothing in your service can misstate a customer's financial statements, so a SOC 1 has no subject." },
  },
  {
    id: 'Q3',
    text: "Do customers' financial-statement auditors, or a contract, ask for a SOC 1 or an ISAE 3402 report?",
    help: 'Look into contracts and into the requests of the last audit season.',
    yes: { effect: { soc1: 'yes' }, next: 'Q4', reason: "A SOC 1 is asked for by customers' auditors or by contract." },
    no: { effect: {}, next: 'Q4', reason: 'Nobody has asked for a SOC 1 yet, so it stays likely: ask the auditors of your three largest customers.' },
  },
  {
    id: 'Q4',
    text: "Do you store, process or transmit customers' data, or do customers ask how you secure the service?",
    help: 'Security questionnaires in sales count as asking.',
    yes: { effect: { soc2: 'yes', category: 'security' }, next: 'Q5', reason: "You hold or move customers' data, or are asked how it is secured: that is the subject of a SOC 2; security comes with it." },
    no: { effect: {}, next: 'Q10', reason: "You hold no customers' data and nobody asks about its security, so a SOC 2 has no reader." },
  },
  {
    id: 'Q5',
    text: 'Have you promised uptime, recovery times or disaster recovery?',
    help: 'A service level in a contract, or a figure on your website.',
    yes: { effect: { category: 'availability' }, next: 'Q6', reason: 'You have promised uptime or recovery: availability.' },
    no: { effect: {}, next: 'Q6', reason: 'Without a promise about uptime, availability would add criteria that nobody relies on.' },
  },
  {
    id: 'Q6',
    text: 'Have you promised to protect information labelled confidential, and to delete it on time?',
    help: 'Business data, secrets, designs; confidentiality clauses with a deletion date.',
    yes: { effect: { category: 'confidentiality' }, next: 'Q7', reason: 'You have promised to protect and delete confidential information: confidentiality.' },
    no: { effect: {}, next: 'Q7', reason: 'Without a promise about confidential information, confidentiality is not needed.' },
  },
  {
    id: 'Q7',
    text: 'Do customers rely on your outputs being complete, valid, accurate, timely and authorised?',
    help: 'They book, pay or decide by what your system works out.',
    yes: { effect: { category: 'processing-integrity' }, next: 'Q8', reason: 'Customers act on what your system works out: processing integrity.' },
    no: { effect: {}, next: 'Q8', reason: 'Nobody relies on the correctness of your outputs, so processing integrity is not needed.' },
  },
  {
    id: 'Q8',
    text: 'Do you handle personal information about people?',
    help: 'Names with anything else: employees of customers, patients, users.',
    yes: { effect: {}, next: 'Q9', reason: 'You handle personal information, so your role decides about privacy.' },
    no: { effect: {}, next: 'Q10', reason: 'Without personal information there is nothing to examine for privacy.' },
  },
  {
    id: 'Q9',
    text: 'Do you decide how it is used, deal with these people directly, or promise notice, consent or the handling of their rights?',
    help: 'Who only follows the instructions of customers (a processor) answers no.',
    yes: { effect: { category: 'privacy' }, next: 'Q10', reason: 'You deal with the people themselves or decide about the use of their data: privacy.' },
    no: { effect: {}, next: 'Q10', reason: 'You only process on instruction: security and confidentiality usually answer the need, and parts of privacy fit controllers only.' },
  },
  {
    id: 'Q10',
    text: 'Must the result be public, on a website or in marketing?',
    help: 'SOC 1 and SOC 2 reports are of restricted use; a SOC 3 may be published.',
    yes: { effect: { soc3: 'yes' }, next: 'Q11', reason: 'Only a SOC 3 may be published, and only on top of a SOC 2 of Type II.' },
    no: { effect: {}, next: 'Q11', reason: 'The report goes to readers who know the service, so no SOC 3 is needed.' },
  },
  {
    id: 'Q11',
    text: 'Do readers need proof that controls worked over time?',
    help: 'Most customers and their auditors do; a first deal is sometimes served by a report of one date.',
    yes: { effect: { type: 'II' }, next: 'Q12', reason: 'Readers need to see that controls operated over a period: Type II.' },
    no: { effect: { type: 'I' }, next: 'Q13', reason: 'The design of controls at one date is enough for the readers: Type I.' },
  },
  {
    id: 'Q12',
    text: 'Is a report needed before a window of three months can be finished?',
    help: 'Three months are the shortest first window that firms usually accept; fieldwork and the report come after it.',
    yes: { effect: { type: 'I-then-II' }, next: 'Q13', reason: 'A report is needed sooner than a window can end: Type I now, and the window of the Type II starts the day after.' },
    no: { effect: {}, next: 'Q13', reason: 'There is time for a window: go straight to Type II.' },
  },
  {
    id: 'Q13',
    text: 'Do those who ask follow standards from outside the US?',
    help: 'They speak of ISAE 3402 or ISAE 3000 rather than of SOC.',
    yes: { effect: { standards: 'ISAE' }, reason: 'The same scope is examined under the international standards.' },
    no: { effect: { standards: 'AICPA' }, reason: 'The examination follows the standards of the AICPA.' },
  },
];
