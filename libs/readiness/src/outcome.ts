import type { AskedQuestion, Flags } from './flags.js';

/** The rules of the outcome, in sentences. */

const CATEGORY_WORDS: { readonly [id: string]: string } = {
  security: 'security',
  availability: 'availability',
  confidentiality: 'confidentiality',
  'processing-integrity': 'processing integrity',
  privacy: 'privacy',
};

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

export function outcomeOf(flags: Flags, path: readonly AskedQuestion[]): string {
  if (saysNo(path, 'Q1')) {
    return 'No SOC 1 or SOC 2 applies: there is no service for other organisations. Look at ISO 27001 or at a SOC for Cybersecurity instead.';
  }
  const report = reportText(flags);
  if (report === undefined) return 'No SOC report yet. Write down why, and ask again when the service or its customers change.';
  return `${report}. ${typeText(flags)}`;
}

function reportText({ soc1, soc2, soc3, categories }: Flags): string | undefined {
  const confirm = soc1 === 'likely' ? " (to be confirmed with customers' auditors)" : '';
  const withCategories = `SOC 2 with ${listed(categories.map((id) => CATEGORY_WORDS[id] ?? id))}`;
  const one = `SOC 1${confirm}`;
  if (soc1 !== 'no' && soc2 === 'yes') {
    return `Both: two separate reports over one shared set of IT general controls, a ${one} and a ${withCategories}${soc3 === 'yes' ? '; a SOC 3 on top of the SOC 2' : ''}`;
  }
  if (soc2 === 'yes') return `${withCategories}${soc3 === 'yes' ? '; a SOC 3 on top of it' : ''}`;
  const first = 'a SOC 2 of Type II first, and then a SOC 3 on top of it';
  if (soc1 !== 'no') return soc3 === 'yes' ? `${one}; for the public, ${first}` : one;
  return soc3 === 'yes' ? 'A SOC 2 of Type II first, and then a SOC 3 on top of it' : undefined;
}

function typeText({ type }: Flags): string {
  if (type === 'I') return 'Type I: the design of controls at one date.';
  if (type === 'II') return 'Type II: the operation of controls over a period.';
  return 'Type I now; the window of the Type II starts the day after.';
}

/** What follows from the answers beside the flags. */
export function adviceOn(flags: Flags, path: readonly AskedQuestion[]): readonly string[] {
  return [...adviceOnSoc1(flags, path), ...adviceOnSoc2(flags, path), ...adviceOnSoc3(flags), ...adviceOnType(flags, path)];
}

function adviceOnSoc1({ soc1 }: Flags, path: readonly AskedQuestion[]): readonly string[] {
  if (soc1 === 'no') return [];
  return [
    ...(soc1 === 'likely' ? ["Confirm the SOC 1 with customers' auditors before you scope it."] : []),
    ...(saysYes(path, 'Q7')
      ? ["Processing integrity does not replace the SOC 1: where results land in a customer's ledger, the customer's auditor needs a SOC 1."]
      : ['If you only host the system in which customers keep their books, the SOC 1 is still the right report, and may hold objectives for IT general controls only.']),
  ];
}

function adviceOnSoc2({ soc2 }: Flags, path: readonly AskedQuestion[]): readonly string[] {
  if (soc2 === 'no') return [];
  return [
    'Security is preselected: the common criteria apply whichever categories are in scope.',
    'Choose further categories from promises that you have really made: each one adds criteria that are tested.',
    ...(saysNo(path, 'Q9') ? ['As a processor of personal data, ask readers whether security and confidentiality answer their need before you add privacy.'] : []),
  ];
}

function adviceOnSoc3({ soc3, soc2, type, standards }: Flags): readonly string[] {
  if (soc3 === 'no') return [];
  return [
    ...(soc2 === 'no' ? ['A SOC 3 does not stand alone: prepare a SOC 2 of Type II first. Security comes with it.'] : []),
    ...(type === 'I' ? ['A Type I is not enough for a SOC 3: plan a SOC 2 of Type II for it.'] : []),
    ...(standards === 'ISAE' ? ['Outside the US there is no counterpart of the SOC 3.'] : []),
  ];
}

function adviceOnType({ type, soc1, soc2, soc3 }: Flags, path: readonly AskedQuestion[]): readonly string[] {
  if (soc1 === 'no' && soc2 === 'no' && soc3 === 'no') return saysNo(path, 'Q1') ? [] : ['Keep the answers: they are the record of why there is no report.'];
  return type === 'I' ? [] : ["A SOC 1 is of most use when its period overlaps the customers' fiscal year by about six months or more."].filter(() => soc1 !== 'no');
}

const saysYes = (path: readonly AskedQuestion[], id: string): boolean => path.some(({ question, answer }) => question === id && answer === 'yes');
const saysNo = (path: readonly AskedQuestion[], id: string): boolean => path.some(({ question, answer }) => question === id && answer === 'no');
