import { Controller, Inject, Options, Param, Post, Req, Res } from '@nestjs/common';
import { acceptsContentType } from '@tickmark/formats';
import type { Format, FormatStream, HandshakeAnswer, Headers, SignedRequest } from '@tickmark/formats';
import { faultOf } from '@tickmark/persistence';
import { HttpProblem, retryAfter } from '@tickmark/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthoriseFeed } from '../receive/authorise-feed.js';
import type { Authorisation, Sender } from '../receive/authorise-feed.js';
import { KnownFormats } from '../receive/known-formats.js';
import { RateLimiter } from '../receive/rate-limiter.js';
import { ReceiveDelivery } from '../receive/receive-delivery.js';
import { Bodies } from './bodies.js';
import type { Exchange } from './bodies.js';
import { headersOf, queryOf, refuseQuery } from './delivery-request.js';
import { answerReceipt, unavailable } from './receipt-answer.js';

const CLOUDEVENTS = 'cloudevents';

type Admitted = Extract<Authorisation, { outcome: 'allowed' | 'signed' }>;

@Controller('v1/events')
export class EventsController {
  constructor(
    @Inject(AuthoriseFeed) private readonly authorise: AuthoriseFeed,
    @Inject(RateLimiter) private readonly rates: RateLimiter,
    @Inject(ReceiveDelivery) private readonly receive: ReceiveDelivery,
    @Inject(Bodies) private readonly bodies: Bodies,
    @Inject(KnownFormats) private readonly formats: KnownFormats,
  ) {}

  @Post()
  cloudEvents(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.deliver(this.formatOf(CLOUDEVENTS), () => this.authorise.byKey(request.headers.authorization), { request, reply });
  }

  @Post(':format')
  inFormat(@Param('format') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.deliver(this.formatOf(id), () => this.authorise.byKey(request.headers.authorization), { request, reply });
  }

  @Post(':format/:feed')
  webhook(@Req() request: FastifyRequest<{ Params: { format: string; feed: string } }>, @Res() reply: FastifyReply): Promise<void> {
    const format = this.formatOf(request.params.format);
    return this.deliver(format, () => this.authorise.byFeed(format, request.params.feed, request.headers.authorization), { request, reply });
  }

  @Options()
  askCloudEvents(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.ask(this.formatOf(CLOUDEVENTS), request, reply);
  }

  @Options(':format')
  askFormat(@Param('format') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.ask(this.formatOf(id), request, reply);
  }

  @Options(':format/:feed')
  askWebhook(@Param('format') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.ask(this.formatOf(id), request, reply);
  }

  /** A sender asks whether it may send here; says nothing about feeds. */
  private ask(format: Format, request: FastifyRequest, reply: FastifyReply): void {
    const answer = format.handshake?.({ method: 'OPTIONS', headers: headersOf(request), query: queryOf(request), rawBody: Buffer.alloc(0) });
    if (answer === undefined) void reply.status(204).header('Allow', 'POST, OPTIONS').send();
    else shakeHands(reply, answer);
  }

  private formatOf(id: string): Format {
    const format = this.formats.byId(id);
    if (format === undefined) throw new HttpProblem(404, 'There is no format of this name; GET /v1/formats lists them.');
    return format;
  }

  private async deliver(format: Format, authorise: () => Promise<Authorisation>, http: Exchange): Promise<void> {
    try {
      const admitted = admit(await authorise());
      if (admitted.outcome === 'allowed') this.limitRate(admitted.sender);
      const headers = headersOf(http.request);
      if (!acceptsContentType(format, { headers, contentType: headers['content-type'] })) throw wrongType(format);
      const { sender } = admitted;
      const body = { format, sender, headers, stream: streamOf(format, admitted, headers) };
      await this.bodies.take(body, http, (rawBody) => this.take({ format, admitted, headers, rawBody }, http));
    } catch (error) {
      throw faultOf(error) === 'unavailable' ? unavailable() : error;
    }
  }

  private async take({ format, admitted, headers, rawBody }: Taken, { request, reply }: Exchange): Promise<void> {
    const query = queryOf(request);
    const handshake = format.handshake?.({ method: 'POST', headers, query, rawBody });
    if (handshake?.authenticated === false) {
      shakeHands(reply, handshake);
      return;
    }
    if (handshake === undefined) refuseQuery(query);
    const confirmed = admitted.outcome === 'signed' ? await this.verify(admitted, { headers, rawBody, nowMs: Date.now() }) : undefined;
    answerReceipt(reply, await this.receive.execute({ format, sender: admitted.sender, headers, rawBody, handshake: confirmed ?? handshake }));
  }

  private async verify({ kind, sender }: Extract<Admitted, { outcome: 'signed' }>, signed: SignedRequest): Promise<HandshakeAnswer | undefined> {
    const proof = await this.authorise.verify(kind, sender.feed, signed);
    if (proof.outcome === 'refused') throw new HttpProblem(401, `The sender did not prove itself: ${proof.message}.`);
    if (proof.outcome === 'unavailable') throw untold(proof.message);
    this.limitRate(sender);
    const confirmation = await this.authorise.confirm(kind, sender.feed, signed);
    if (confirmation?.outcome === 'unavailable') throw untold(confirmation.message);
    return confirmation?.answer;
  }

  private limitRate({ feed }: Sender): void {
    const waitMs = this.rates.take(feed.id, feed.perSecond);
    if (waitMs === undefined) return;
    throw new HttpProblem(429, 'This feed sends more requests a second than it is allowed to; send several events in one request.', {
      headers: retryAfter(waitMs),
    });
  }
}

interface Taken {
  readonly format: Format;
  readonly admitted: Admitted;
  readonly headers: Headers;
  readonly rawBody: Buffer;
}

/** A signature is checked over all bytes before any of them is believed: what is signed is read whole. */
const streamOf = (format: Format, { outcome, sender }: Admitted, headers: Headers): FormatStream | undefined =>
  outcome === 'allowed'
    ? format.stream?.({ headers, contentType: headers['content-type'], feed: { name: sender.feed.name, system: sender.feed.system } })
    : undefined;

function admit(authorisation: Authorisation): Admitted {
  switch (authorisation.outcome) {
    case 'allowed':
    case 'signed':
      return authorisation;
    case 'unauthenticated':
      throw new HttpProblem(401, authorisation.message, { headers: { 'WWW-Authenticate': 'Bearer' } });
    case 'forbidden':
      throw new HttpProblem(403, authorisation.message);
    case 'unknown-feed':
      throw new HttpProblem(404, authorisation.message);
  }
}

const VENDOR_RETRY_MS = 5_000;

/** The vendor's own addresses gave no answer, so nothing is known against the sender. */
const untold = (message: string): HttpProblem =>
  new HttpProblem(503, `The sender could not be looked at now: ${message}; send it again.`, { headers: retryAfter(VENDOR_RETRY_MS) });

const wrongType = (format: Format): HttpProblem =>
  new HttpProblem(415, `The format ${format.id} takes ${format.contentTypes.join(', ')}; set Content-Type to what the body is.`, {
    headers: { 'Accept-Post': format.contentTypes.join(', ') },
  });

function shakeHands(reply: FastifyReply, answer: HandshakeAnswer): void {
  void reply.status(answer.status).headers(answer.headers).send(answer.body);
}
