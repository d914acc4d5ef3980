/** SOC 1 and SOC 2 side by side. */

interface ComparisonRow {
  readonly aspect: string;
  readonly soc1: string;
  readonly soc2: string;
}

export interface Comparison {
  readonly rows: readonly ComparisonRow[];
  readonly overlap: readonly string[];
  readonly both: readonly string[];
}

export const COMPARISON: Comparison = {
  rows: [
    {
      aspect: 'Purpose',
      soc1: "Lets customers and their auditors rely on controls that matter to the customers' financial reporting.",
      soc2: 'Lets customers, partners and regulators judge how the service is secured and, where promised, kept available, correct, confidential and private.',
    },
    {
      aspect: 'Scope',
      soc1: 'Control objectives that management writes for its own service.',
      soc2: 'The Trust Services Criteria: the common criteria, and those of the categories chosen.',
    },
    {
      aspect: 'Readers',
      soc1: "Management of the customers, and the auditors of the customers' financial statements.",
      soc2: 'Customers, partners, regulators and prospects who understand the system.',
    },
    {
      aspect: 'Type of business',
      soc1: 'Payroll, payments, claims, fund administration, billing, hosting of accounting systems: whatever reaches a ledger.',
      soc2: "Cloud and software services, data centres, managed services: whoever holds or moves customers' data.",
    },
    { aspect: 'Standard', soc1: 'In the US AT-C 105, 205 and 320.', soc2: 'In the US AT-C 105 and 205, with the description criteria DC 200.' },
    { aspect: 'Outside the US', soc1: 'ISAE 3402.', soc2: 'ISAE 3000 with the Trust Services Criteria.' },
    {
      aspect: 'Distribution',
      soc1: 'Restricted use: existing customers and their auditors.',
      soc2: 'Restricted use, in practice under a non-disclosure agreement; a SOC 3 may be published.',
    },
    {
      aspect: 'Detail',
      soc1: 'Type II: the tests and their results for each control.',
      soc2: 'Type II: the tests and their results for each control.',
    },
    {
      aspect: 'Type',
      soc1: "I (one date) or II (a period); of most use when the period overlaps the customers' fiscal year by about six months.",
      soc2: 'I (one date) or II (a period); three months are accepted for a first one, then six to twelve.',
    },
  ],
  overlap: [
    'IT general controls (who has access, how changes come about, how operations run) serve both reports with one control and one set of evidence.',
    'Controls over transactions (input, calculation, booking, disbursement) help both, but a SOC 1 tests them transaction by transaction.',
  ],
  both: [
    "Both are needed when results reach customers' ledgers and customers' data is kept: payroll, fintech, software with financial reporting.",
    'They stay two reports with two opinions. Neither replaces the other, also not through processing integrity.',
    'Plan both over the same period: shared controls are then tested once.',
  ],
};
