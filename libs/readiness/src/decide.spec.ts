import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import type { Answers, Decision } from './decide.js';
import { QUESTIONS, QUESTION_IDS } from './questions.js';
import type { QuestionId } from './questions.js';

const yes = (...ids: readonly QuestionId[]): Answers => Object.fromEntries(ids.map((id) => [id, true]));

/** Every way to answer thirteen questions. */
const everyAnswer = (): readonly Answers[] =>
  Array.from({ length: 2 ** QUESTION_IDS.length }, (_, bits) =>
    Object.fromEntries(QUESTION_IDS.map((id, index) => [id, ((bits >> index) & 1) === 1])),
  );

const when = <T>(holds: boolean, word: T): readonly T[] => (holds ? [word] : []);
const yesNo = (holds: boolean): 'yes' | 'no' => (holds ? 'yes' : 'no');

/** The same rules, written as conditions instead of a walk. */
function byRules(answers: Answers) {
  const is = (id: QuestionId): boolean => answers['Q1'] === true && answers[id] === true;
  const [isSoc1, isSoc2, isSoc3] = [is('Q2'), is('Q4'), is('Q10')];
  const reports = [...when(isSoc1, 'soc1'), ...when(isSoc2 || isSoc3, 'soc2')];
  const abroad = [...when(isSoc1, 'ISAE 3402'), ...when(isSoc2 || isSoc3, 'ISAE 3000')].join(' and ');
  const categories = [
    ...['security', ...when(is('Q5'), 'availability'), ...when(is('Q6'), 'confidentiality'), ...when(is('Q7'), 'processing-integrity')],
    ...when(is('Q8') && is('Q9'), 'privacy'),
  ];
  return {
    soc1: [...when(isSoc1 && is('Q3'), 'yes'), ...when(isSoc1, 'likely'), 'no'][0],
    soc2: yesNo(isSoc2),
    soc3: yesNo(isSoc3),
    categories: isSoc2 ? categories : [],
    type: typeByRules(is, { some: reports.length > 0, soc3Only: isSoc3 && !isSoc1 && !isSoc2 }),
    standard: [...when(reports.length > 0 && is('Q13'), abroad), ...when(reports.length > 0, 'AICPA')][0] ?? null,
    reports,
  };
}

function typeByRules(is: (id: QuestionId) => boolean, { some, soc3Only }: { readonly some: boolean; readonly soc3Only: boolean }): string | null {
  if (!some) return null;
  if (is('Q11') && is('Q12')) return 'I-then-II';
  return is('Q11') || soc3Only ? 'II' : 'I';
}

const flagsOf = ({ soc1, soc2, soc3, categories, type, standard, reports }: Decision) => ({ soc1, soc2, soc3, categories, type, standard, reports });

describe('the decision over all 8192 ways to answer', () => {
  const all = everyAnswer().map((answers) => ({ answers, decision: decide(answers) }));

  it('sets what the rules say', () => {
    expect(all).toHaveLength(8192);
    const differing = all.filter(({ answers, decision }) => JSON.stringify(flagsOf(decision)) !== JSON.stringify(byRules(answers)));
    expect(differing).toEqual([]);
  });

  it('says both as two separate reports over one shared set of IT general controls, and never otherwise', () => {
    for (const { decision } of all) {
      const both = decision.soc1 !== 'no' && decision.soc2 === 'yes';
      expect(decision.outcome.includes('two separate reports over one shared set of IT general controls')).toBe(both);
    }
  });

  it('never removes security from a SOC 2, and gives no categories without one', () => {
    for (const { decision } of all) expect(decision.categories.includes('security')).toBe(decision.soc2 === 'yes');
  });

  it('never gives a SOC 3 without naming the SOC 2 of Type II that it rests on', () => {
    for (const { decision } of all) {
      if (decision.soc3 === 'no') continue;
      expect(decision.reports).toContain('soc2');
      expect(`${decision.outcome} ${decision.advice.join(' ')}`).toMatch(/SOC 2/);
      if (decision.soc2 === 'no') expect(decision.outcome).toMatch(/a SOC 2 of Type II first, and then a SOC 3/i);
    }
  });

  it('says of a likely SOC 1 that it is to be confirmed', () => {
    for (const { decision } of all) expect(decision.outcome.includes("to be confirmed with customers' auditors")).toBe(decision.soc1 === 'likely');
  });

  it('gives a reason for each question asked, which are asked in their order and once', () => {
    for (const { decision } of all) {
      const order = decision.path.map(({ question }) => QUESTION_IDS.indexOf(question));
      expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
      expect(decision.reasons).toHaveLength(decision.path.length);
    }
  });

  it('does not count what is not reached, and takes a missing answer as no', () => {
    for (const { answers, decision } of all) {
      const asked = new Set(decision.path.map(({ question }) => question));
      const onlyYes = Object.fromEntries(Object.entries(answers).filter(([id, answer]) => answer && asked.has(id as QuestionId)));
      expect(decide(onlyYes)).toEqual(decision);
    }
  });

  it('draws no conclusion that is the auditor’s', () => {
    const said = new Set(all.flatMap(({ decision }) => [decision.outcome, ...decision.reasons, ...decision.advice, ...decision.misconceptions.flatMap(({ belief, answer }) => [belief, answer])]));
    expect([...said].filter((words) => /\b(compliant|certified|auditor-approved|operating effectively|passed)\b/i.test(words))).toEqual([]);
  });
});

describe('the decision for', () => {
  it('a payroll processor is a SOC 1', () => {
    const decision = decide(yes('Q1', 'Q2', 'Q3', 'Q11'));
    expect(flagsOf(decision)).toEqual({ soc1: 'yes', soc2: 'no', soc3: 'no', categories: [], type: 'II', standard: 'AICPA', reports: ['soc1'] });
    expect(decision.outcome).toBe('SOC 1. Type II: the operation of controls over a period.');
    expect(decision.path.map(({ question }) => question)).toEqual(['Q1', 'Q2', 'Q3', 'Q4', 'Q10', 'Q11', 'Q12', 'Q13']);
    expect(decision.misconceptions.map(({ id }) => id)).toContain('soc2-for-soc1');
  });

  it('a payroll processor that keeps personal data in its service is both', () => {
    const decision = decide(yes('Q1', 'Q2', 'Q3', 'Q4', 'Q7', 'Q8', 'Q11'));
    expect(flagsOf(decision)).toMatchObject({ soc1: 'yes', soc2: 'yes', categories: ['security', 'processing-integrity'], reports: ['soc1', 'soc2'] });
    expect(decision.outcome).toBe(
      'Both: two separate reports over one shared set of IT general controls, a SOC 1 and a SOC 2 with security and processing integrity. Type II: the operation of controls over a period.',
    );
    expect(decision.advice).toContain("Processing integrity does not replace the SOC 1: where results land in a customer's ledger, the customer's auditor needs a SOC 1.");
  });

  it('cloud storage is a SOC 2', () => {
    const decision = decide(yes('Q1', 'Q4', 'Q5', 'Q6', 'Q11'));
    expect(flagsOf(decision)).toMatchObject({ soc1: 'no', soc2: 'yes', categories: ['security', 'availability', 'confidentiality'], type: 'II' });
    expect(decision.outcome).toBe('SOC 2 with security, availability and confidentiality. Type II: the operation of controls over a period.');
    expect(decision.advice[0]).toBe('Security is preselected: the common criteria apply whichever categories are in scope.');
  });

  it('software with financial reporting is both, the SOC 1 to be confirmed while nobody has asked for it', () => {
    const decision = decide(yes('Q1', 'Q2', 'Q4', 'Q7', 'Q11'));
    expect(flagsOf(decision)).toMatchObject({ soc1: 'likely', soc2: 'yes', reports: ['soc1', 'soc2'] });
    expect(decision.outcome).toContain("a SOC 1 (to be confirmed with customers' auditors) and a SOC 2");
    expect(decision.reasons).toContain('Q3: Nobody has asked for a SOC 1 yet, so it stays likely: ask the auditors of your three largest customers.');
  });

  it('hosting only is a SOC 1 that may hold IT general controls only', () => {
    const decision = decide(yes('Q1', 'Q2', 'Q3', 'Q11'));
    expect(decision.advice[0]).toMatch(/^If you only host .* may hold objectives for IT general controls only\.$/);
    expect(decide(yes('Q1', 'Q2', 'Q3', 'Q4', 'Q7')).advice.join(' ')).not.toContain('If you only host');
  });

  it('a processor of personal data is a SOC 2 without privacy; who deals with the people has privacy in it', () => {
    const processor = decide(yes('Q1', 'Q4', 'Q6', 'Q8', 'Q11'));
    expect(processor.categories).toEqual(['security', 'confidentiality']);
    expect(processor.reasons).toContain('Q9: You only process on instruction: security and confidentiality usually answer the need, and parts of privacy fit controllers only.');
    expect(decide(yes('Q1', 'Q4', 'Q6', 'Q8', 'Q9', 'Q11')).categories).toEqual(['security', 'confidentiality', 'privacy']);
  });

  it("nobody's service is neither, whatever else is answered", () => {
    const decision = decide(Object.fromEntries(QUESTION_IDS.map((id) => [id, id !== 'Q1'])));
    expect(flagsOf(decision)).toEqual({ soc1: 'no', soc2: 'no', soc3: 'no', categories: [], type: null, standard: null, reports: [] });
    expect(decision.path.map(({ question }) => question)).toEqual(['Q1']);
    expect([decision.outcome, decision.misconceptions]).toEqual([
      'No SOC 1 or SOC 2 applies: there is no service for other organisations. Look at ISO 27001 or at a SOC for Cybersecurity instead.',
      [],
    ]);
  });

  it('a service that touches neither ledgers nor data is no report yet, with the reason to be kept', () => {
    const decision = decide(yes('Q1', 'Q11'));
    expect([decision.type, decision.outcome, decision.advice]).toEqual([
      null,
      'No SOC report yet. Write down why, and ask again when the service or its customers change.',
      ['Keep the answers: they are the record of why there is no report.'],
    ]);
  });

  it('a public report is a SOC 3 on top of a SOC 2 of Type II', () => {
    expect(decide(yes('Q1', 'Q4', 'Q10', 'Q11')).outcome).toBe('SOC 2 with security; a SOC 3 on top of it. Type II: the operation of controls over a period.');
    const alone = decide(yes('Q1', 'Q10'));
    expect(flagsOf(alone)).toEqual({ soc1: 'no', soc2: 'no', soc3: 'yes', categories: [], type: 'II', standard: 'AICPA', reports: ['soc2'] });
    expect(alone.outcome).toBe('A SOC 2 of Type II first, and then a SOC 3 on top of it. Type II: the operation of controls over a period.');
    expect(decide(yes('Q1', 'Q4', 'Q10')).advice).toContain('A Type I is not enough for a SOC 3: plan a SOC 2 of Type II for it.');
  });

  it('a report that is needed before three months have gone by is Type I now and Type II after it', () => {
    const decision = decide(yes('Q1', 'Q4', 'Q11', 'Q12'));
    expect([decision.type, decision.outcome]).toEqual(['I-then-II', 'SOC 2 with security. Type I now; the window of the Type II starts the day after.']);
    expect(decide(yes('Q1', 'Q4', 'Q12')).type).toBe('I');
  });

  it.each([
    [yes('Q1', 'Q2', 'Q13'), 'ISAE 3402'],
    [yes('Q1', 'Q4', 'Q13'), 'ISAE 3000'],
    [yes('Q1', 'Q2', 'Q4', 'Q13'), 'ISAE 3402 and ISAE 3000'],
    [yes('Q1', 'Q13'), null],
  ] as const)('requesters outside the US names their standard (%#)', (answers, standard) => {
    expect(decide(answers).standard).toBe(standard);
  });
});

describe('the questions', () => {
  it('are thirteen, each leads on to a later one, and only the first can end it early', () => {
    expect(QUESTIONS.map(({ id }) => id)).toEqual([...QUESTION_IDS]);
    for (const { id, yes: onYes, no: onNo } of QUESTIONS) {
      for (const { next } of [onYes, onNo]) {
        if (next !== undefined) expect(QUESTION_IDS.indexOf(next)).toBeGreaterThan(QUESTION_IDS.indexOf(id));
      }
      expect([onYes.next, onNo.next].includes(undefined)).toBe(id === 'Q1' || id === 'Q13');
    }
  });
});
