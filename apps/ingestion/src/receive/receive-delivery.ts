import type { InputFault } from '@tickmark/contracts';
import type { Format, HandshakeAnswer, Headers, ParseResult } from '@tickmark/formats';
import type { Rejection } from '@tickmark/persistence';
import { systemRandomness, traceparentOf } from '@tickmark/platform';
import type { Clock, Randomness } from '@tickmark/platform';
import type { AppendOutcome, AppendRequest, KeptEvent } from '../append/append-request.js';
import type { Sender } from './authorise-feed.js';
import { keptHeaders } from './kept-headers.js';
import { prepareEvents } from './prepare-events.js';
import type { Preparation, ValidateData } from './prepare-events.js';

/** A request whose sender is known and whose body was read. */
export interface Delivery {
  readonly format: Format;
  readonly sender: Sender;
  readonly headers: Headers;
  readonly rawBody: Buffer;
  /** What the vendor wants to hear instead, when the request only asks whether we are there. */
  readonly handshake: HandshakeAnswer | undefined;
}

export type Receipt =
  | {
      readonly outcome: 'received';
      readonly deliveryId: string;
      readonly accepted: number;
      readonly repeated: number;
      readonly ignored: number;
      readonly rejected: readonly Rejection[];
      readonly events: readonly KeptEvent[];
    }
  | { readonly outcome: 'handshake'; readonly answer: HandshakeAnswer }
  | { readonly outcome: 'malformed'; readonly faults: readonly InputFault[] }
  | { readonly outcome: 'too-large'; readonly message: string }
  | Exclude<AppendOutcome, { outcome: 'kept' }>;

interface ReceiveOptions {
  readonly clock: Clock;
  readonly validate: ValidateData;
  append(request: AppendRequest): Promise<AppendOutcome>;
  /** Told of every receipt, for the metrics. */
  received(receipt: Receipt): void;
  readonly randomness?: Randomness;
}

export const MEDIA_TYPE_CHARS = 200;

/** One delivery from its bytes to the commit: parse, validate, keep. The receipt comes after the commit, never before. */
export class ReceiveDelivery {
  private readonly randomness: Randomness;

  constructor(private readonly options: ReceiveOptions) {
    this.randomness = options.randomness ?? systemRandomness;
  }

  async execute(delivery: Delivery): Promise<Receipt> {
    const receipt = await this.receive(delivery);
    this.options.received(receipt);
    return receipt;
  }

  private async receive(delivery: Delivery): Promise<Receipt> {
    const { format, headers, handshake, rawBody, sender } = delivery;
    if (handshake !== undefined) return this.shakeHands(delivery, handshake);
    const { name, system } = sender.feed;
    const parsed = format.parse({ headers, rawBody, contentType: headers['content-type'], feed: { name, system } });
    if (parsed.outcome !== 'items') return parsed;
    return this.keep(delivery, this.prepare(parsed, sender));
  }

  private prepare(parsed: Extract<ParseResult, { outcome: 'items' }>, sender: Sender): Preparation {
    return prepareEvents(parsed.items, {
      feed: sender.feed,
      allowedReserved: sender.allowedReserved,
      validate: this.options.validate,
      newSalt: () => this.randomness.slice(16),
    });
  }

  /** A handshake leaves no evidence, but shows that the feed lives. */
  private async shakeHands(delivery: Delivery, answer: HandshakeAnswer): Promise<Receipt> {
    const receipt = await this.keep(delivery, { events: [], ignored: 0, rejections: [] });
    return receipt.outcome === 'received' ? { outcome: 'handshake', answer } : receipt;
  }

  private async keep(delivery: Delivery, { events, ignored, rejections }: Preparation): Promise<Receipt> {
    const { format, sender, headers, rawBody } = delivery;
    const deliveryId = this.randomness.newId(this.options.clock.now());
    const kept = await this.options.append({
      deliveryId,
      feed: sender.feed,
      format: format.id,
      contentType: (headers['content-type'] ?? '').slice(0, MEDIA_TYPE_CHARS),
      headers: keptHeaders(headers),
      body: rawBody,
      traceparent: traceparentOf(headers['traceparent']),
      events,
      ignored,
      rejections,
    });
    if (kept.outcome !== 'kept') return kept;
    return {
      outcome: 'received',
      deliveryId,
      accepted: kept.events.length,
      repeated: kept.repeated,
      ignored,
      rejected: inOrder([...rejections, ...kept.rejections.map(withIndex)]),
      events: kept.events,
    };
  }
}

const withIndex = ({ index = 0, pointer, message }: InputFault): Rejection => ({ index, pointer, message });
const inOrder = (rejections: readonly Rejection[]): readonly Rejection[] => rejections.toSorted((a, b) => a.index - b.index);
