/** Days and months in UTC. */

export const DAY_MS = 86_400_000;

export const dateText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
export const instantText = (ms: number): string => new Date(ms).toISOString();

export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;
/** The first midnight that is not before the instant. */
export const midnightFrom = (ms: number): number => Math.ceil(ms / DAY_MS) * DAY_MS;

export const plusDays = (ms: number, days: number): number => ms + days * DAY_MS;

/** The same day of a later month, or that month's last day. */
export function plusMonths(ms: number, months: number): number {
  const date = new Date(ms);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const lastDay = new Date(Date.UTC(new Date(first).getUTCFullYear(), new Date(first).getUTCMonth() + 1, 0)).getUTCDate();
  return first + (Math.min(date.getUTCDate(), lastDay) - 1) * DAY_MS + (ms - dayOf(ms));
}
