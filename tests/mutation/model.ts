export type Path = readonly (string | number)[];

/** A control file with one thing changed. */
export interface Mutant {
  readonly control: string;
  readonly file: string;
  readonly line: number;
  /** Where the change lies: `checks.removed-in-time.where`. */
  readonly place: string;
  readonly mutator: string;
  readonly from: string;
  readonly to: string;
  /** The whole changed control, as its loader reads it. */
  readonly text: string;
}

/**
 * caught: a test of the control does not hold any more. refused: it does not load, for the reason given. late: its tests do
 * not come to an end. survived: nothing noticed.
 */
export type Fate = { readonly fate: 'caught' | 'survived' | 'late' } | { readonly fate: 'refused'; readonly reason: string };

export type Judged = Omit<Mutant, 'text'> & Fate;
