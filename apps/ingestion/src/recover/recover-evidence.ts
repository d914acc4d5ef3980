import { toInstant } from '@tickmark/contracts';
import type { EvidenceMessage, NormalEvent } from '@tickmark/contracts';
import type { ParsedItem } from '@tickmark/formats';
import { canonicalJson } from '@tickmark/ledger';
import { FeedRepository, evidenceHeld } from '@tickmark/persistence';
import type { Database, Feed } from '@tickmark/persistence';
import { newId, randomSlice, traceparentOf } from '@tickmark/platform';
import type { AppendOutcome, AppendRequest } from '../append/append-request.js';
import { prepareEvents } from '../receive/prepare-events.js';

interface RecoverOptions {
  readonly database: Database;
  append(request: AppendRequest): Promise<AppendOutcome>;
  now(): number;
}

/** Of the messages that were looked at. */
export interface Recovered {
  /** In the ledger already, as they were. */
  held: number;
  recovered: number;
  /** In the ledger already, since their source sent them again. */
  sentAgain: number;
  /** Not taken: their feed is not registered, or another content stands under their id. */
  refused: number;
}

const MOST_TOGETHER = 500;
/** What a delivery says that came from here and not from its source. */
const RECOVERED = { 'x-tickmark-recovered': 'kafka' };

/**
 * Appends again, after a restore from an older backup, what Kafka still holds and the ledger does not. It is the event in
 * normal form that is kept: the bytes as the source sent them are lost, unless the source sent them again before.
 */
export class RecoverEvidence {
  readonly counts: Recovered = { held: 0, recovered: 0, sentAgain: 0, refused: 0 };
  readonly unknownFeeds = new Set<string>();

  constructor(private readonly options: RecoverOptions) {}

  /** Rejects when Postgres is away: running it again goes on where this ended. */
  async take(messages: readonly EvidenceMessage[]): Promise<void> {
    const held = await evidenceHeld(this.options.database, messages.map(({ id }) => id));
    const lost = messages.filter(({ id }) => !held.has(id));
    this.counts.held += messages.length - lost.length;
    for (const [name, ofFeed] of Map.groupBy(lost, ({ feed }) => feed.name)) {
      const feed = await new FeedRepository(this.options.database).byName(name);
      if (feed === undefined) this.#unknown(name, ofFeed.length);
      else for (let from = 0; from < ofFeed.length; from += MOST_TOGETHER) await this.#append(feed, ofFeed.slice(from, from + MOST_TOGETHER));
    }
  }

  #unknown(feed: string, messages: number): void {
    this.unknownFeeds.add(feed);
    this.counts.refused += messages;
  }

  async #append(feed: Feed, messages: readonly EvidenceMessage[]): Promise<void> {
    const request = requestOf(feed, messages, this.options.now());
    const outcome = await this.options.append(request);
    if (outcome.outcome !== 'kept') throw new Error(`evidence of the feed "${feed.name}" could not be kept: ${outcome.outcome}`);
    this.counts.recovered += outcome.events.length - outcome.repeated;
    this.counts.sentAgain += outcome.repeated;
    this.counts.refused += request.rejections.length + outcome.rejections.length;
  }
}

function requestOf(feed: Feed, messages: readonly EvidenceMessage[], nowMs: number): AppendRequest {
  const types = messages.map(({ event }) => event.type);
  const items = messages.map((message, index): ParsedItem => ({ kind: 'event', index, event: eventOf(message) }));
  const prepared = prepareEvents(items, {
    // It was accepted once, under the rules of that time.
    feed: { ...feed, types: ['*', ...types], sources: ['*'] },
    allowedReserved: new Set(types),
    validate: () => [],
    newSalt: () => randomSlice(16),
  });
  return {
    deliveryId: newId(nowMs),
    feed: { ...feed, perDay: undefined },
    format: 'cloudevents',
    contentType: 'application/x-ndjson',
    headers: RECOVERED,
    body: Buffer.from(items.map((item) => (item.kind === 'event' ? `${cloudEventOf(item.event)}\n` : '')).join('')),
    traceparent: traceparentOf(undefined),
    ...prepared,
  };
}

/** An assumed time is not part of the content: the event is the one that the source sends again. */
function eventOf({ event, timeAssumed }: EvidenceMessage): NormalEvent {
  const { time, subject, sequence, ...rest } = event;
  return {
    ...rest,
    ...(subject === undefined ? {} : { subject }),
    ...(sequence === undefined ? {} : { sequence }),
    ...(timeAssumed ? {} : { timeMs: Date.parse(time) }),
  };
}

function cloudEventOf({ timeMs, ...attributes }: NormalEvent): string {
  return canonicalJson({ specversion: '1.0', ...attributes, ...(timeMs === undefined ? {} : { time: toInstant(timeMs) }) });
}
