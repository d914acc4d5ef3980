import type { FeedRegistrationInput } from '@tickmark/access';

/** One event of the story, told by its feed when it is received. */
export interface StoryEvent {
  readonly type: string;
  readonly subject: string;
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a feed sends at one time; without events it says that the feed lives. */
export interface StoryDelivery {
  readonly feed: string;
  readonly receivedAtMs: number;
  readonly events: readonly StoryEvent[];
}

interface StoryFeed {
  readonly registration: FeedRegistrationInput;
  readonly sinceMs: number;
}

export interface Story {
  readonly name: string;
  /** Of the engagement, whose time is [from, to). */
  readonly entity: string;
  readonly engagement: string;
  /** When its first feed was registered and the catalogue was activated. */
  readonly beginMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Of the shipped catalogue, in force from its first load on; the rest comes into force when the apps start. */
  readonly controls: readonly string[];
  readonly feeds: readonly StoryFeed[];
  /** In the order of their receipt. */
  readonly deliveries: readonly StoryDelivery[];
}
