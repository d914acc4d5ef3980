import type { InputFault } from '@tickmark/contracts';
import type { Feed, Rejection, UploadPart } from '@tickmark/persistence';

/** An event that may be kept: validated, in normal form, with what its leaf vouches for. */
export interface PreparedEvent {
  /** The sender's item. */
  readonly index: number;
  /** Place among the events of the delivery. */
  readonly ordinal: number;
  readonly eventId: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | undefined;
  readonly timeMs: number | undefined;
  readonly normal: string;
  readonly contentHash: Buffer;
  readonly salt: Buffer;
  readonly normalDigest: Buffer;
}

/** One delivery on its way into the ledger. */
export interface AppendRequest {
  readonly deliveryId: string;
  readonly feed: Feed;
  readonly format: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly traceparent: string;
  readonly events: readonly PreparedEvent[];
  readonly ignored: number;
  /** Items that were unreadable or not allowed. */
  readonly rejections: readonly Rejection[];
  /** Of a large delivery that comes in parts. */
  readonly upload?: UploadPart;
  /** Later events are read from these bytes as well: they are kept whatever comes with them. */
  readonly open?: boolean;
}

/** What is told later of bytes that are kept already. */
export interface Addition {
  readonly events: readonly PreparedEvent[];
  readonly ignored: number;
  readonly rejections: readonly Rejection[];
}

export interface KeptEvent {
  readonly index: number;
  readonly id: string;
  readonly evidenceId: string;
}

export type AppendOutcome =
  | {
      readonly outcome: 'kept';
      readonly events: readonly KeptEvent[];
      readonly repeated: number;
      /** What only the ledger can tell: conflicts, and times ahead of its clock. */
      readonly rejections: readonly InputFault[];
    }
  | { readonly outcome: 'over-quota'; readonly retryAfterMs: number }
  /** Nothing is known: sending again settles it. */
  | { readonly outcome: 'unavailable' }
  /** Postgres refused the data of this request alone. */
  | { readonly outcome: 'unstorable' };
