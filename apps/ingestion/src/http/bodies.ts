import type { Format, FormatStream, StreamLimits } from '@tickmark/formats';
import { HttpProblem, retryAfter } from '@tickmark/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ReceiveUpload, Upload } from '../receive/receive-upload.js';
import { BodyStream, BrokenBody } from './body-stream.js';
import type { BodyBudget } from './body-budget.js';
import { encodingOf, largestBody, queryOf, refuseQuery } from './delivery-request.js';
import { readBody } from './read-body.js';
import { answerUpload } from './receipt-answer.js';
import type { UploadSlots } from './upload-slots.js';

export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** A body that may come as a stream. */
type Streamed = Upload & { readonly limits: StreamLimits };

const DISCARD_BYTES = 16 * 1024 * 1024;
/** So long what is left of a refused delivery is thrown away, before the connection is cut. */
const LINGER_MS = 30_000;
const RETRY_MS = 2_000;

/** The way of a body: small ones are read whole, large ones of formats that stream are kept part by part. */
export class Bodies {
  constructor(
    private readonly budget: BodyBudget,
    private readonly slots: UploadSlots,
    private readonly uploads: ReceiveUpload,
  ) {}

  /** `work` takes a body that was read whole. A large one is answered here; from a client that went away comes nothing. */
  take(body: Omit<Upload, 'stream'> & { readonly stream: FormatStream | undefined }, http: Exchange, work: (rawBody: Buffer) => Promise<void>): Promise<void> {
    const { format, stream } = body;
    const { limits } = format;
    return this.budget.spend(largestBody(http.request, limits.bodyBytes), async () => {
      if (stream !== undefined && limits.stream !== undefined) return this.streamed({ ...body, stream, limits: limits.stream }, http, work);
      const rawBody = await wholeBody(format, http);
      if (rawBody !== undefined) await work(rawBody);
      return undefined;
    });
  }

  private async streamed(body: Streamed, http: Exchange, work: (rawBody: Buffer) => Promise<void>): Promise<void> {
    const announced = Number(http.request.headers['content-length'] ?? 0);
    const source = new BodyStream(http.request.raw, { encoding: encodingOf(http.request), bytesMost: body.limits.bytes, stop: this.slots.stop });
    try {
      if (announced > body.limits.bytes) throw new BrokenBody('too-large');
      const head = await headOf(source, body.format.limits.bodyBytes);
      if (head.isWhole) await work(Buffer.concat(head.pieces));
      else await this.upload(body, andMore(head.pieces, source), http);
    } catch (error) {
      linger(source, http);
      if (!(error instanceof BrokenBody)) throw error;
      if (error.fault !== 'aborted') throw problemOf(error, body.limits);
    } finally {
      source.close();
    }
  }

  private upload(body: Streamed, pieces: AsyncIterable<Buffer>, { request, reply }: Exchange): Promise<void> {
    refuseQuery(queryOf(request));
    return this.slots.take(async () => answerUpload(reply, await this.uploads.execute(body, pieces)));
  }
}

interface Head {
  readonly pieces: Buffer[];
  readonly isWhole: boolean;
}

async function headOf(source: BodyStream, bytesMost: number): Promise<Head> {
  const pieces: Buffer[] = [];
  for (let bytes = 0; bytes <= bytesMost; ) {
    const piece = await source.next();
    if (piece === undefined) return { pieces, isWhole: true };
    pieces.push(piece);
    bytes += piece.length;
  }
  return { pieces, isWhole: false };
}

/** The head is let go of as it is read. */
async function* andMore(head: Buffer[], rest: BodyStream): AsyncGenerator<Buffer> {
  for (let piece = head.shift(); piece !== undefined; piece = head.shift()) yield piece;
  yield* rest;
}

/** Undefined when the client went away. */
async function wholeBody(format: Format, { request, reply }: Exchange): Promise<Buffer | undefined> {
  const limit = format.limits.bodyBytes;
  const body = await readBody(request.raw, encodingOf(request), { bytes: limit, discardBytes: DISCARD_BYTES });
  switch (body.outcome) {
    case 'read':
      return body.bytes;
    case 'aborted':
      return undefined;
    case 'bad-encoding':
      throw cannotInflate();
    case 'too-slow':
      void reply.header('Connection', 'close');
      throw tooSlow();
    case 'too-large':
      if (!body.drained) void reply.header('Connection', 'close');
      throw new HttpProblem(413, `The body is larger than ${limit} bytes, as sent or inflated; send it in several deliveries.`);
  }
}

function problemOf({ fault }: BrokenBody, { bytes }: StreamLimits): HttpProblem {
  switch (fault) {
    case 'bad-encoding':
      return cannotInflate();
    case 'too-large':
      return new HttpProblem(413, `The body is larger than ${bytes} bytes, as sent or inflated; send it in several deliveries. What came before that is kept.`);
    case 'too-slow':
      return tooSlow();
    default:
      return new HttpProblem(503, 'This process ends now; send the delivery again, repeats are recognised.', { headers: retryAfter(RETRY_MS) });
  }
}

const cannotInflate = (): HttpProblem =>
  new HttpProblem(400, 'The body cannot be inflated.', {
    errors: [{ pointer: '', message: 'is not gzip, or ends too early; compress it again, or send it without Content-Encoding' }],
  });

const tooSlow = (): HttpProblem => new HttpProblem(408, 'The rest of the body did not come in time; send it again, repeats are recognised.');

/** The sender is still sending: it may read its answer before the connection is cut. */
function linger(source: BodyStream, { request, reply }: Exchange): void {
  source.discard();
  reply.raw.once('finish', () => {
    const cut = setTimeout(() => request.raw.destroy(), LINGER_MS).unref();
    for (const event of ['end', 'close']) request.raw.once(event, () => clearTimeout(cut));
    if (request.raw.complete) clearTimeout(cut);
  });
}
