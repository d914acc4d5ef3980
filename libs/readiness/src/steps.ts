import type { ReportType } from './questions.js';

/** The eight steps to a report, with what they customarily take. */

export interface Duration {
  readonly unit: 'days' | 'months';
  readonly least: number;
  readonly most: number;
}

export interface Step {
  readonly step: number;
  readonly title: string;
  readonly what: string;
  readonly typically: string;
  /** Where the durations come from. */
  readonly basis: string;
  readonly duration: Duration;
  readonly of: readonly ReportType[];
}

const ALWAYS: readonly ReportType[] = ['I', 'II', 'I-then-II'];
const GUIDES = 'guides of firms and vendors, no statistics';
const PRACTICE = 'known practice';

export const STEPS: readonly Step[] = [
  {
    step: 1,
    title: 'Scope',
    what: 'Settle the report, its categories or objectives, the boundary of the system, subservice organisations and the period.',
    typically: '1 to 3 weeks',
    basis: PRACTICE,
    duration: { unit: 'days', least: 7, most: 21 },
    of: ALWAYS,
  },
  {
    step: 2,
    title: 'Readiness and gap assessment',
    what: 'Map controls to what is in scope and list the gaps. It is optional and gives no opinion.',
    typically: '4 to 8 weeks',
    basis: GUIDES,
    duration: { unit: 'days', least: 28, most: 56 },
    of: ALWAYS,
  },
  {
    step: 3,
    title: 'Remediation',
    what: 'Build what is missing: controls, policies, logging, feeds of evidence.',
    typically: '1 to 6 months',
    basis: `${GUIDES}, and ${PRACTICE}`,
    duration: { unit: 'months', least: 1, most: 6 },
    of: ALWAYS,
  },
  {
    step: 4,
    title: 'Type I',
    what: 'The auditor examines description and design as of one date.',
    typically: 'from the start to the report 2 to 3 months where controls are mature, 4 to 6 from a cold start',
    basis: GUIDES,
    duration: { unit: 'days', least: 1, most: 1 },
    of: ['I', 'I-then-II'],
  },
  {
    step: 5,
    title: 'Observation window',
    what: 'Controls operate and leave records, without a hole.',
    typically: '3 to 12 months',
    basis: GUIDES,
    duration: { unit: 'months', least: 3, most: 12 },
    of: ['II', 'I-then-II'],
  },
  {
    step: 6,
    title: 'Fieldwork',
    what: 'Populations, samples and walkthroughs with the auditor.',
    typically: '2 to 4 weeks',
    basis: GUIDES,
    duration: { unit: 'days', least: 14, most: 28 },
    of: ALWAYS,
  },
  {
    step: 7,
    title: 'Report',
    what: "Draft, management's response, issue.",
    typically: '2 to 4 weeks',
    basis: GUIDES,
    duration: { unit: 'days', least: 14, most: 28 },
    of: ALWAYS,
  },
  {
    step: 8,
    title: 'Continuous monitoring',
    what: 'Runs from step 3 on and does not stop; the next window starts at once.',
    typically: 'always',
    basis: GUIDES,
    duration: { unit: 'days', least: 0, most: 0 },
    of: ALWAYS,
  },
];
