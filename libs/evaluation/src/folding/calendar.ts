import { Temporal } from 'temporal-polyfill';

export const PERIODS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type PeriodName = (typeof PERIODS)[number];

const LENGTH: { readonly [name in PeriodName]: Temporal.DurationLike } = {
  day: { days: 1 },
  week: { days: 7 },
  month: { months: 1 },
  quarter: { months: 3 },
  year: { years: 1 },
};

/** Calendar periods in a time zone, by the instants at which they begin; weeks begin on Monday. */
export class Calendar {
  readonly #nextAfter = new Map<number, number>();

  constructor(
    readonly every: PeriodName,
    readonly timeZone: string,
  ) {}

  /** When the period began that this instant lies in. */
  startOf(ms: number): number {
    const date = this.#dateOf(ms);
    return this.#instantOf(this.#first(date));
  }

  /** When the period begins that follows the one that begins here: its end. */
  after(startMs: number): number {
    const known = this.#nextAfter.get(startMs);
    if (known !== undefined) return known;
    const next = this.#instantOf(this.#first(this.#dateOf(startMs)).add(LENGTH[this.every]));
    this.#nextAfter.set(startMs, next);
    return next;
  }

  /** The first period that begins at or after this instant. */
  firstFrom(ms: number): number {
    const startMs = this.startOf(ms);
    return startMs === ms ? startMs : this.after(startMs);
  }

  /** Midnight, in this zone, of a written date. */
  midnightOf(date: string): number {
    return this.#instantOf(Temporal.PlainDate.from(date));
  }

  #dateOf(ms: number): Temporal.PlainDate {
    return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.timeZone).toPlainDate();
  }

  /** Where midnight does not exist the day begins later. */
  #instantOf(date: Temporal.PlainDate): number {
    return date.toZonedDateTime(this.timeZone).epochMilliseconds;
  }

  #first(date: Temporal.PlainDate): Temporal.PlainDate {
    switch (this.every) {
      case 'day':
        return date;
      case 'week':
        return date.subtract({ days: date.dayOfWeek - 1 });
      case 'month':
        return date.with({ day: 1 });
      case 'quarter':
        return date.with({ day: 1, month: date.month - ((date.month - 1) % 3) });
      case 'year':
        return date.with({ day: 1, month: 1 });
    }
  }
}

export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
