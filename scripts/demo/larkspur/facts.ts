import { REVIEW_LATE_MS, at, weekdayFrom } from './calendar.ts';
import type { StoryCalendar } from './calendar.ts';
import { DAY_MS, HOUR_MS } from './calendar.ts';

/** The five things that went wrong at Larkspur, and when. Everything else in the quarter went right. */
export interface Facts {
  /** A day before the quarter on which one of everything happened: what the controls say is known from its first instant on. */
  readonly dayBeforeMs: number;
  /** Mira Olsen's directory account outlived her deadline by six hours. */
  readonly leaver: { readonly lastDayMs: number; readonly payrollDisabledMs: number; readonly directoryDisabledMs: number };
  /** Tomas Ek approved his own change; Ines Duarte looked at it the next morning. */
  readonly change: { readonly name: string; readonly selfApprovedMs: number; readonly mergedMs: number; readonly reviewedMs: number };
  /** The second pay day of the quarter, of the client Brook: booked one cent below what was sent. */
  readonly cent: { readonly payDay: number; readonly client: string };
  /** The access review of the payroll system. */
  readonly review: { readonly system: string; readonly doneMs: number };
  /** The directory's token ran out on a Saturday. */
  readonly outage: { readonly lastSignMs: number; readonly backMs: number };
}

export function factsOf(calendar: StoryCalendar): Facts {
  const lastDayMs = weekdayFrom(calendar, 18, 'tuesday', '17:00');
  const thursdayMs = weekdayFrom(calendar, 30, 'thursday', '00:00');
  const saturdayMs = weekdayFrom(calendar, 53, 'saturday', '06:00');
  return {
    dayBeforeMs: calendar.fromMs - 2 * DAY_MS,
    leaver: { lastDayMs, payrollDisabledMs: lastDayMs + HOUR_MS / 3, directoryDisabledMs: lastDayMs + 30 * HOUR_MS },
    change: {
      name: 'larkspur/payroll#482',
      selfApprovedMs: at(thursdayMs, '14:02'),
      mergedMs: at(thursdayMs, '14:05'),
      reviewedMs: at(thursdayMs + DAY_MS, '09:30'),
    },
    cent: { payDay: 2, client: 'brook' },
    review: { system: 'payroll-core', doneMs: calendar.late.dueMs + REVIEW_LATE_MS },
    outage: { lastSignMs: saturdayMs, backMs: at(saturdayMs + 2 * DAY_MS, '10:00') },
  };
}
