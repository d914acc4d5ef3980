import { isKeyHolder, scopeOfType } from '@tickmark/access';
import type { FeedDirectory, KeyAuthenticator, KeyHolder, VendorAddresses } from '@tickmark/access';
import { RESERVED_EVENT_TYPES } from '@tickmark/contracts';
import type { AuthenticationKind, Format, HandshakeAnswer, SignedRequest } from '@tickmark/formats';
import type { Feed } from '@tickmark/persistence';

export interface Sender {
  readonly feed: Feed;
  readonly allowedReserved: ReadonlySet<string>;
}

export type Authorisation =
  | { readonly outcome: 'allowed'; readonly sender: Sender }
  /** The vendor signs the body: it has to be read first. */
  | { readonly outcome: 'signed'; readonly sender: Sender; readonly kind: AuthenticationKind }
  | { readonly outcome: 'unauthenticated' | 'forbidden' | 'unknown-feed'; readonly message: string };

/** `unavailable`: what it takes to tell could not be had now. */
export type Proof = { readonly outcome: 'proven' } | { readonly outcome: 'refused' | 'unavailable'; readonly message: string };

/** Undefined when the vendor asked for nothing that may be done. */
export type Confirmation = { readonly outcome: 'confirmed'; readonly answer: HandshakeAnswer } | { readonly outcome: 'unavailable'; readonly message: string } | undefined;

const EVENTS_SCOPE = 'events';

/** Who may write which feed. */
export class AuthoriseFeed {
  constructor(
    private readonly keys: Pick<KeyAuthenticator, 'authenticate'>,
    private readonly feeds: Pick<FeedDirectory, 'byId' | 'byName' | 'secretsOf'>,
    private readonly vendor: Pick<VendorAddresses, 'read' | 'open'>,
  ) {}

  /** `POST /v1/events` and `/{format}`: the key names the feed. */
  async byKey(authorization: string | undefined): Promise<Authorisation> {
    const holder = await this.keys.authenticate(authorization);
    if (!isKeyHolder(holder)) return { outcome: 'unauthenticated', message: holder.message };
    if (holder.feedId === undefined || !holder.scopes.has(EVENTS_SCOPE)) {
      return { outcome: 'forbidden', message: `A key of the role ${holder.role} sends no events; use the key of a feed.` };
    }
    const feed = await this.feeds.byId(holder.feedId);
    if (feed === undefined) return { outcome: 'forbidden', message: 'The feed of this key is not there any more.' };
    return { outcome: 'allowed', sender: { feed, allowedReserved: reservedOf(holder) } };
  }

  /** `POST /v1/events/{format}/{feed}`: the feed fixes how its sender proves itself. */
  async byFeed(format: Format, name: string, authorization: string | undefined): Promise<Authorisation> {
    const feed = await this.feeds.byName(name);
    if (feed === undefined) return { outcome: 'unknown-feed', message: 'There is no feed of this name; register it at the console.' };
    const { kind } = feed.authentication;
    if (kind === 'bearer') return this.ownKey(feed, authorization);
    const way = format.authentication.find((known) => known.kind === kind);
    if (way?.verify !== undefined) {
      return { outcome: 'signed', sender: { feed, allowedReserved: new Set(RESERVED_EVENT_TYPES) }, kind: way };
    }
    return {
      outcome: 'forbidden',
      message: `This feed proves itself by "${kind}", which the format ${format.id} does not know; use the address of the feed's own format.`,
    };
  }

  async verify(kind: AuthenticationKind, feed: Feed, request: SignedRequest): Promise<Proof> {
    const secrets = await this.feeds.secretsOf(feed);
    const fetched = await this.fetched(kind, request, secrets);
    if ('outcome' in fetched) return fetched;
    const verification = kind.verify?.({ ...request, ...fetched }, secrets);
    if (verification?.verified === true) return { outcome: 'proven' };
    return { outcome: 'refused', message: verification?.message ?? 'this way of authentication is not known' };
  }

  /** After `verify`: opens the address by which the vendor learns that it may send here, if it asks and the feed lets it. */
  async confirm(kind: AuthenticationKind, feed: Feed, request: SignedRequest): Promise<Confirmation> {
    const url = feed.authentication.confirm === false ? undefined : kind.asksToOpen?.(request);
    if (url === undefined) return undefined;
    if (await this.vendor.open(url)) return { outcome: 'confirmed', answer: { status: 200, headers: {}, body: '', authenticated: true } };
    return { outcome: 'unavailable', message: 'the address that confirms the subscription could not be opened' };
  }

  private async fetched(kind: AuthenticationKind, request: SignedRequest, secrets: readonly string[]): Promise<{ fetched?: string } | Exclude<Proof, { outcome: 'proven' }>> {
    const need = kind.needs?.(request, secrets);
    if (need === undefined) return {};
    if (!need.needed) return { outcome: 'refused', message: need.message };
    const text = await this.vendor.read(need.url);
    return text === undefined ? { outcome: 'unavailable', message: 'what its vendor publishes for that could not be fetched' } : { fetched: text };
  }

  private async ownKey(feed: Feed, authorization: string | undefined): Promise<Authorisation> {
    const authorised = await this.byKey(authorization);
    if (authorised.outcome !== 'allowed' || authorised.sender.feed.id === feed.id) return authorised;
    return { outcome: 'forbidden', message: 'This key belongs to another feed; use the key of the feed in the address.' };
  }
}

const reservedOf = (holder: KeyHolder): ReadonlySet<string> =>
  new Set(RESERVED_EVENT_TYPES.filter((type) => holder.scopes.has(scopeOfType(type))));
