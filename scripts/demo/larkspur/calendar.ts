export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** How long after the end of a quarter its access review may still be done, as the control says. */
const REVIEW_GRACE_MS = 14 * DAY_MS;
/** How late the review of the story is. */
export const REVIEW_LATE_MS = 4 * DAY_MS + 9 * HOUR_MS;

/** How long before it is due a review is done that is in time. */
export const REVIEW_EARLY_MS = 6 * DAY_MS;

interface Quarter {
  readonly startMs: number;
  /** The first instant at which its review is late. */
  readonly dueMs: number;
  /** As people write it: 2026-Q3. */
  readonly name: string;
}

/** The three months that the story tells, with the calendar quarters whose reviews fall due around them. */
export interface StoryCalendar {
  readonly beginMs: number;
  readonly fromMs: number;
  /** Midnight UTC today: the story's quarter ends yesterday. */
  readonly toMs: number;
  readonly nowMs: number;
  /** The calendar quarter whose access review was late. */
  readonly late: Quarter;
  /** Quarters after it whose review was done in time. */
  readonly inTime: readonly Quarter[];
}

const midnight = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;

export function storyCalendar(nowMs: number): StoryCalendar {
  const toMs = midnight(nowMs);
  const fromMs = threeMonthsBefore(toMs);
  const ended = quartersEndedBefore(toMs);
  const late = ended.find(({ dueMs }) => dueMs + REVIEW_LATE_MS < toMs);
  if (late === undefined) throw new Error('no quarter is due before the end of the story');
  const inTime = ended.filter(({ startMs, dueMs }) => startMs > late.startMs && dueMs - REVIEW_EARLY_MS < nowMs);
  // The access to be reviewed is known before the quarter of the late review begins.
  return { beginMs: Math.min(late.startMs, fromMs) - 3 * DAY_MS, fromMs, toMs, nowMs, late, inTime };
}

/** The first such weekday on or after that day of the story, at that time. */
export function weekdayFrom({ fromMs }: StoryCalendar, day: number, weekday: Weekday, time: string): number {
  const earliest = fromMs + day * DAY_MS;
  const ahead = (WEEKDAYS.indexOf(weekday) - new Date(earliest).getUTCDay() + 7) % 7;
  return at(earliest + ahead * DAY_MS, time);
}

/** `hh:mm` of the day that the instant lies in. */
export function at(dayMs: number, time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return midnight(dayMs) + hours * HOUR_MS + minutes * MINUTE_MS;
}

export function* daysBetween(fromMs: number, toMs: number): Generator<number> {
  for (let day = midnight(fromMs); day < toMs; day += DAY_MS) yield day;
}

export const isWeekend = (ms: number): boolean => [0, 6].includes(new Date(ms).getUTCDay());
export const instant = (ms: number): string => new Date(ms).toISOString();

/** 31 May back to February is its last day. */
function threeMonthsBefore(ms: number): number {
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() - 3];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay));
}

/** The latest first; the last three are enough. */
function quartersEndedBefore(ms: number): readonly Quarter[] {
  const date = new Date(ms);
  const present = Math.floor(date.getUTCMonth() / 3);
  return [-1, -2, -3].map((back) => quarterOf(date.getUTCFullYear(), present + back));
}

function quarterOf(year: number, index: number): Quarter {
  const start = new Date(Date.UTC(year, index * 3, 1));
  const name = `${start.getUTCFullYear()}-Q${Math.floor(start.getUTCMonth() / 3) + 1}`;
  return { startMs: start.getTime(), dueMs: Date.UTC(year, index * 3 + 3, 1) + REVIEW_GRACE_MS, name };
}
