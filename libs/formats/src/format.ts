import type { InputFault, NormalEvent } from '@tickmark/contracts';

/** Header names in lower case, as Node gives them. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** What a signature is checked over: always the bytes as received, never what was parsed from them. */
export interface SignedRequest {
  readonly headers: Headers;
  readonly rawBody: Uint8Array;
  readonly nowMs: number;
  /** What lies at the address that `needs` named. */
  readonly fetched?: string;
}

export type Verification = { readonly verified: true } | { readonly verified: false; readonly message: string };

/** `message`: why nothing has to be fetched for it, since it is refused as it is. */
export type Needed = { readonly needed: true; readonly url: string } | { readonly needed: false; readonly message: string };

/**
 * A way in which a feed of this format proves itself. Without `verify` the credential is ours (an API key) and the
 * caller checks it; with `verify` it is the vendor's, and `secrets` are all that are valid now (two during rotation).
 */
export interface AuthenticationKind {
  readonly kind: string;
  readonly title: string;
  verify?(request: SignedRequest, secrets: readonly string[]): Verification;
  /** An address of the vendor that has to be read before `verify` can tell, such as that of a certificate. */
  needs?(request: SignedRequest, secrets: readonly string[]): Needed;
  /** An address of the vendor that it wants opened once the request is verified: so it learns that it may send here. */
  asksToOpen?(request: SignedRequest): string | undefined;
}

export interface HandshakeRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly rawBody: Uint8Array;
}

/** What the vendor wants to hear; leaves no evidence. `authenticated`: only after the request is verified. */
export interface HandshakeAnswer {
  readonly status: 200 | 204;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly authenticated: boolean;
}

export interface ParseRequest {
  readonly headers: Headers;
  readonly rawBody: Uint8Array;
  /** As sent, with its parameters; absent when the client sent none. */
  readonly contentType: string | undefined;
  readonly feed: { readonly name: string; readonly system: string };
}

export type StreamRequest = Omit<ParseRequest, 'rawBody'>;

/** `index` counts the vendor's items in the delivery from 0; one item may give several events. */
export type ParsedItem =
  | { readonly kind: 'event'; readonly index: number; readonly event: NormalEvent }
  | { readonly kind: 'ignored'; readonly index: number; readonly reason: string }
  | { readonly kind: 'rejected'; readonly index: number; readonly pointer: string; readonly message: string };

/**
 * `malformed`: nothing of the body can be read (pointers are into the body). `too-large`: more items than the limit.
 * In `items` the pointers are into the item. No items at all is valid and says nothing, least of all "pass".
 */
export type ParseResult =
  | { readonly outcome: 'malformed'; readonly faults: readonly InputFault[] }
  | { readonly outcome: 'too-large'; readonly message: string }
  | { readonly outcome: 'items'; readonly items: readonly ParsedItem[] };

/** What a large delivery says while it comes, in the order of its bytes. */
export type StreamStep =
  /**
   * The next part: exact bytes, kept and hashed by themselves; all parts joined are the delivery. `open`: more may be
   * told of these bytes later, so they are needed whatever `items` holds.
   */
  | { readonly kind: 'part'; readonly bytes: Uint8Array; readonly items: readonly ParsedItem[]; readonly open: boolean }
  /** What an earlier part tells, now that what follows it is known; `part` counts from 0. */
  | { readonly kind: 'told'; readonly part: number; readonly items: readonly ParsedItem[] }
  /** How many items the steps from here on tell: they are taken all together or not at all. */
  | { readonly kind: 'announced'; readonly items: number }
  /** The last step: what was told before it stands, nothing more can be read. */
  | { readonly kind: 'refused'; readonly result: Refusal };

/** Reads a delivery piece by piece in bounded memory. However the bytes are cut, the steps are the same. */
export interface FormatStream {
  take(bytes: Uint8Array): Iterable<StreamStep>;
  /** The delivery came whole. Without this call nothing that stands at its end is told. */
  end(): Iterable<StreamStep>;
}

/** Why nothing of a body, or nothing more of a stream, can be read. */
export type Refusal = Exclude<ParseResult, { readonly outcome: 'items' }>;

/** One outcome word of the tool, what we make of it, and why: becomes the table on the format's page. */
export interface OutcomeWord {
  readonly theirs: string;
  readonly ours: string;
  readonly why: string;
}

export interface FormatLimits {
  readonly bodyBytes: number;
  readonly items: number;
  readonly lineBytes?: number;
  /** Of a delivery that is larger than `bodyBytes` and read as a stream; absent: none is taken. */
  readonly stream?: StreamLimits;
}

export interface StreamLimits {
  /** Counted as sent, and again after inflating. */
  readonly bytes: number;
  readonly items: number;
}

/** A small valid delivery, shown by `GET /v1/formats` and sent by the page's test push. */
export interface FormatSample {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An inbound format. Its parts never throw, whatever the bytes, and need time and memory linear in them. */
export interface Format {
  /** Also the file name: `<id>.format.ts`. */
  readonly id: string;
  readonly title: string;
  /** Media types without parameters. */
  readonly contentTypes: readonly string[];
  /** True when the headers make any content type right (CloudEvents in binary mode). */
  acceptsAnyContentType?(headers: Headers): boolean;
  readonly limits: FormatLimits;
  readonly authentication: readonly AuthenticationKind[];
  readonly words: readonly OutcomeWord[];
  readonly sample: FormatSample;
  handshake?(request: HandshakeRequest): HandshakeAnswer | undefined;
  parse(request: ParseRequest): ParseResult;
  /** Tells the same items as `parse`, of deliveries of any length; undefined for a content type that has to be read at once. */
  stream?(request: StreamRequest): FormatStream | undefined;
}

/** `Application/JSON; charset=utf-8` is `application/json`; empty when there is none. */
export function mediaTypeOf(contentType: string | undefined): string {
  const [media = ''] = (contentType ?? '').split(';', 1);
  return media.trim().toLowerCase();
}

export function acceptsContentType(format: Format, request: Pick<ParseRequest, 'headers' | 'contentType'>): boolean {
  if (format.acceptsAnyContentType?.(request.headers) === true) return true;
  return format.contentTypes.includes(mediaTypeOf(request.contentType));
}
