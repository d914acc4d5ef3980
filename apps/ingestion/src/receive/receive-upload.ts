import type { Format, FormatStream, Headers } from '@tickmark/formats';
import { systemRandomness, traceparentOf } from '@tickmark/platform';
import type { Clock, Randomness } from '@tickmark/platform';
import type { AppendLeaves } from '../append/append-leaves.js';
import type { Sender } from './authorise-feed.js';
import { keptHeaders } from './kept-headers.js';
import type { ValidateData } from './prepare-events.js';
import { MEDIA_TYPE_CHARS } from './receive-delivery.js';
import { RunningUpload } from './running-upload.js';
import type { UploadReceipt } from './upload-receipt.js';

/** A large delivery whose sender is known, and what reads its bytes. */
export interface Upload {
  readonly format: Format;
  readonly sender: Sender;
  readonly headers: Headers;
  readonly stream: FormatStream;
}

interface UploadOptions {
  readonly clock: Clock;
  readonly validate: ValidateData;
  readonly ledger: Pick<AppendLeaves, 'open' | 'appendTo'>;
  /** Lets go of the bytes of parts that brought nothing new. */
  dropUnused(deliveryId: string): Promise<void>;
  /** Told of every receipt, for the metrics. */
  received(receipt: UploadReceipt): void;
  readonly randomness?: Randomness;
}

/**
 * A delivery too large to be held: read, kept and settled part by part in bounded memory, each part in a transaction
 * of its own. The receipt comes after the last commit. What was committed before something broke stays, and the same
 * delivery sent again finds it by its identities.
 */
export class ReceiveUpload {
  private readonly randomness: Randomness;

  constructor(private readonly options: UploadOptions) {
    this.randomness = options.randomness ?? systemRandomness;
  }

  /** Rejects with what `pieces` rejects with. */
  async execute({ format, sender, headers, stream }: Upload, pieces: AsyncIterable<Uint8Array>): Promise<UploadReceipt> {
    const { clock, ledger, validate } = this.options;
    const running = new RunningUpload({
      ledger,
      dropUnused: (id) => this.options.dropUnused(id),
      newId: () => this.randomness.newId(clock.now()),
      rules: { feed: sender.feed, allowedReserved: sender.allowedReserved, validate, newSalt: () => this.randomness.slice(16) },
      request: {
        feed: sender.feed,
        format: format.id,
        contentType: (headers['content-type'] ?? '').slice(0, MEDIA_TYPE_CHARS),
        headers: keptHeaders(headers),
        traceparent: traceparentOf(headers['traceparent']),
      },
    });
    const receipt = await running.read(stream, pieces);
    this.options.received(receipt);
    return receipt;
  }
}
