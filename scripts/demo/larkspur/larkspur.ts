import type { Story } from '../story.ts';
import { storyCalendar } from './calendar.ts';
import { CONTROLS, ENTITY, FEEDS } from './company.ts';
import { factsOf } from './facts.ts';
import { happenings } from './happenings.ts';
import { feedSince, routine } from './routine.ts';

/** One quarter of Larkspur Payroll, which ended yesterday; told up to now. */
export function larkspur(nowMs: number): Story {
  const calendar = storyCalendar(nowMs);
  const facts = factsOf(calendar);
  const deliveries = [...routine(calendar, facts), ...happenings(calendar, facts)]
    .filter(({ receivedAtMs }) => receivedAtMs < nowMs)
    .toSorted((a, b) => a.receivedAtMs - b.receivedAtMs);
  return {
    name: 'Larkspur Payroll',
    entity: ENTITY,
    engagement: 'Larkspur Payroll, the quarter',
    beginMs: calendar.beginMs,
    fromMs: calendar.fromMs,
    toMs: calendar.toMs,
    controls: CONTROLS,
    feeds: FEEDS.map((registration) => ({ registration, sinceMs: feedSince(registration.name, calendar) })),
    deliveries,
  };
}
