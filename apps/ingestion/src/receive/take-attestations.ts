import { toInstant } from '@tickmark/contracts';
import type { NormalEvent } from '@tickmark/contracts';
import { canonicalJson } from '@tickmark/ledger';
import { AttestationRepository, FeedRepository } from '@tickmark/persistence';
import type { Database, Feed, NewFeed, StoredAttestation } from '@tickmark/persistence';
import { newId, randomSlice, traceparentOf } from '@tickmark/platform';
import type { Logger } from '@tickmark/platform';
import type { AppendOutcome, AppendRequest } from '../append/append-request.js';
import { prepareEvents } from './prepare-events.js';
import type { ValidateData } from './prepare-events.js';

interface TakeOptions {
  readonly database: Database;
  readonly validate: ValidateData;
  append(request: AppendRequest): Promise<AppendOutcome>;
  readonly logger: Logger;
}

const MOST_AT_ONCE = 100;
const TYPE = 'attestation.given';

/** What people say at the console: no key writes it, and nobody knows when the next one speaks. */
const PEOPLE_FEED: NewFeed = {
  name: 'people',
  system: 'people',
  production: true,
  types: [TYPE],
  sources: ['/console/attestations'],
  maxSilenceMs: undefined,
  authentication: { kind: 'console' },
  settleMs: 2_000,
  maxAheadMs: 300_000,
  maxAgeMs: 34_560_000_000,
  perSecond: undefined,
  perDay: undefined,
};

/**
 * Attestations that the console took become evidence like any other. The attestation's id is the event's id, so what
 * was kept before a crash is found again by its identity and counted once.
 */
export class TakeAttestations {
  private working: Promise<void> | undefined;

  constructor(private readonly options: TakeOptions) {}

  /** Never two runs at once. */
  execute(): Promise<void> {
    this.working ??= this.takeAll().finally(() => {
      this.working = undefined;
    });
    return this.working;
  }

  /** When the run that is under way has ended. */
  async settled(): Promise<void> {
    await this.working;
  }

  private async takeAll(): Promise<void> {
    try {
      const attestations = new AttestationRepository(this.options.database);
      for (let taken = MOST_AT_ONCE; taken === MOST_AT_ONCE; ) {
        const waiting = await attestations.waiting(MOST_AT_ONCE);
        if (waiting.length === 0) return;
        const feed = await this.peopleFeed();
        for (const attestation of waiting) {
          if (!(await this.take(attestations, feed, attestation))) return;
        }
        taken = waiting.length;
      }
    } catch (error) {
      this.options.logger.warn({ err: error }, 'attestations could not be taken now; tried again in a moment');
    }
  }

  private async peopleFeed(): Promise<Feed> {
    const feeds = new FeedRepository(this.options.database);
    const feed = (await feeds.byName(PEOPLE_FEED.name)) ?? (await feeds.insert(PEOPLE_FEED)) ?? (await feeds.byName(PEOPLE_FEED.name));
    if (feed === undefined) throw new Error('The feed of people cannot be made.');
    return feed;
  }

  /** False: nothing is known now, so the order is kept and everything waits. */
  private async take(attestations: AttestationRepository, feed: Feed, attestation: StoredAttestation): Promise<boolean> {
    const request = this.requestOf(feed, attestation);
    const outcome = await this.options.append(request);
    if (outcome.outcome === 'unavailable' || outcome.outcome === 'over-quota') return false;
    const kept = outcome.outcome === 'kept' ? outcome.events[0] : undefined;
    if (kept !== undefined) {
      await attestations.becameEvidence(attestation.id, kept.evidenceId);
      return true;
    }
    const fault = outcome.outcome === 'kept' ? [...request.rejections, ...outcome.rejections][0] : undefined;
    const refusal = fault === undefined ? 'the database refused it' : `${fault.pointer} ${fault.message}`;
    this.options.logger.error({ attestation: attestation.id, refusal }, 'an attestation cannot become evidence');
    await attestations.wasRefused(attestation.id, refusal);
    return true;
  }

  private requestOf(feed: Feed, attestation: StoredAttestation): AppendRequest {
    const event: NormalEvent = {
      id: attestation.id,
      source: PEOPLE_FEED.sources[0] as string,
      type: TYPE,
      subject: attestation.control,
      timeMs: attestation.givenAtMs,
      data: attestation.data,
    };
    const { timeMs: _, ...attributes } = event;
    const prepared = prepareEvents([{ kind: 'event', index: 0, event }], {
      feed,
      allowedReserved: new Set([TYPE]),
      validate: this.options.validate,
      newSalt: () => randomSlice(16),
    });
    return {
      deliveryId: newId(attestation.givenAtMs),
      feed,
      format: 'cloudevents',
      contentType: 'application/cloudevents+json',
      headers: {},
      body: Buffer.from(canonicalJson({ specversion: '1.0', ...attributes, time: toInstant(attestation.givenAtMs) })),
      traceparent: traceparentOf(undefined),
      ...prepared,
    };
  }
}
