import type { StoryDelivery, StoryEvent } from '../story.ts';

/** Deliveries of one feed at one time; what happened is known to it at once unless said otherwise. */
export const told = (feed: string, receivedAtMs: number, events: readonly Omit<StoryEvent, 'atMs'>[]): StoryDelivery => ({
  feed,
  receivedAtMs,
  events: events.map((event) => ({ ...event, atMs: receivedAtMs })),
});

export const event = (type: string, subject: string, data: StoryEvent['data']): Omit<StoryEvent, 'atMs'> => ({ type, subject, data });
