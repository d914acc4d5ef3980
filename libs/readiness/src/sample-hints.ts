/** How often a control runs, and how many occurrences auditors customarily look at: a hint for planning, no rule. */

export const FREQUENCIES = ['continuous', 'many-per-day', 'daily', 'weekly', 'monthly', 'quarterly', 'annual', 'per-event'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

export interface SampleHint {
  readonly least: number;
  readonly most: number;
}

export type SampleHints = { readonly [frequency in Frequency]: SampleHint };

/** Custom of the examination of financial reporting, which SOC auditors commonly mirror; no table of the AICPA. */
export const CUSTOMARY_SAMPLES: SampleHints = {
  continuous: { least: 1, most: 1 },
  'many-per-day': { least: 25, most: 60 },
  daily: { least: 20, most: 40 },
  weekly: { least: 5, most: 15 },
  monthly: { least: 2, most: 5 },
  quarterly: { least: 2, most: 2 },
  annual: { least: 1, most: 1 },
  'per-event': { least: 20, most: 40 },
};

/** What the hint leaves unsaid. */
export const SAMPLE_NOTES: { readonly [frequency in Frequency]?: string } = {
  continuous: 'One for each scenario, only where IT general controls work and the control did not change in the window.',
  annual: 'Its one occurrence has to fall into the window.',
  'per-event': 'All of them where there are fewer.',
};

/** Occurrences that a window of whole months surely holds; undefined where that depends on events. */
export function expectedOccurrences(frequency: Frequency, months: number, days: number): number | undefined {
  switch (frequency) {
    case 'annual':
      return Math.floor(months / 12);
    case 'quarterly':
      return Math.floor(months / 3);
    case 'monthly':
      return months;
    case 'weekly':
      return Math.floor(days / 7);
    case 'daily':
      return days;
    case 'continuous':
    case 'many-per-day':
    case 'per-event':
      return undefined;
  }
}
