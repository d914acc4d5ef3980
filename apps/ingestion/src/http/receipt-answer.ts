import { Readable } from 'node:stream';
import type { Rejection } from '@tickmark/persistence';
import { HttpProblem, retryAfter } from '@tickmark/platform';
import type { FastifyReply } from 'fastify';
import type { Receipt } from '../receive/receive-delivery.js';
import type { UploadReceipt } from '../receive/upload-receipt.js';

const RETRY_MS = 2_000;
const MOST_ERRORS = 1_000;

/** Postgres is away or silent: whoever sends again settles it. */
export const unavailable = (): HttpProblem =>
  new HttpProblem(503, 'The delivery could not be kept now; send it again, repeats are recognised.', { headers: retryAfter(RETRY_MS) });

/** The one place where receipts become answers. */
export function answerReceipt(reply: FastifyReply, receipt: Receipt): void {
  if (receipt.outcome === 'handshake') {
    void reply.status(receipt.answer.status).headers(receipt.answer.headers).send(receipt.answer.body);
    return;
  }
  if (receipt.outcome !== 'received') throw problemOf(receipt);
  const { deliveryId, accepted, ignored, rejected, events } = receipt;
  if (rejected.length > 0 && accepted === 0 && ignored === 0) throw noneAccepted(deliveryId, rejected.length, rejected.slice(0, MOST_ERRORS));
  void reply.status(202).send({ deliveryId, accepted, ignored, rejected, events });
}

/** The same for an answer that is as long as its delivery: written item by item. */
export function answerUpload(reply: FastifyReply, receipt: UploadReceipt): void {
  if (receipt.outcome !== 'uploaded') throw problemOf(receipt);
  const { deliveryId, accepted, ignored, rejected } = receipt;
  if (rejected.length > 0 && accepted === 0 && ignored === 0) throw noneAccepted(deliveryId, rejected.length, rejected.first(MOST_ERRORS));
  void reply.status(202).type('application/json; charset=utf-8').send(Readable.from(receiptText(receipt), { objectMode: false }));
}

function* receiptText({ deliveryId, accepted, ignored, rejected, events }: Extract<UploadReceipt, { outcome: 'uploaded' }>): Generator<string> {
  yield `${JSON.stringify({ deliveryId, accepted, ignored }).slice(0, -1)},"rejected":[`;
  yield* rejected.json();
  yield '],"events":[';
  yield* events.json();
  yield ']}';
}

const noneAccepted = (deliveryId: string, count: number, errors: readonly Rejection[]): HttpProblem =>
  new HttpProblem(422, `None of the ${count} items could be accepted; correct what the errors name and send again.`, { errors, extra: { deliveryId } });

function problemOf(receipt: Exclude<UploadReceipt, { outcome: 'uploaded' }>): HttpProblem {
  switch (receipt.outcome) {
    case 'malformed':
      return new HttpProblem(400, 'The body cannot be read; correct what the errors name and send again.', { errors: receipt.faults });
    case 'too-large':
      return new HttpProblem(413, receipt.message);
    case 'over-quota':
      return new HttpProblem(429, 'The daily quota of this feed is used up; it begins anew at midnight UTC.', {
        headers: retryAfter(receipt.retryAfterMs),
      });
    case 'unavailable':
      return unavailable();
    case 'unstorable':
      return new HttpProblem(422, 'The delivery holds data that cannot be stored; send its events one by one to find which.', {
        errors: [{ pointer: '', message: 'cannot be stored' }],
      });
  }
}
