import type { JsonObject } from './json.js';

/** One thing that happened, in normal form (CloudEvents attributes). Instants are UTC milliseconds. */
export interface NormalEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** When it happened; absent when the source did not say. */
  readonly timeMs?: number;
  /** The CloudEvents extension `sequence`: orders events of the same instant. */
  readonly sequence?: string;
  readonly data: JsonObject;
}

/** Types that need a scope of their own; `*` in a feed's types does not cover them. */
export const RESERVED_EVENT_TYPES = ['attestation.given', 'population.snapshot', 'feed.heartbeat'] as const;

/** The Kafka key: the subject, without one the source. */
export function partitionKeyOf(event: { readonly subject?: string | undefined; readonly source: string }): string {
  return event.subject ?? event.source;
}
