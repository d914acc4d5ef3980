import { HttpProblem, retryAfter } from '@tickmark/platform';
import type { FastifyReply } from 'fastify';
import type { Receipt } from '../receive/receive-delivery.js';

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
  if (rejected.length > 0 && accepted === 0 && ignored === 0) {
    throw new HttpProblem(422, `None of the ${rejected.length} items could be accepted; correct what the errors name and send again.`, {
      errors: rejected.slice(0, MOST_ERRORS),
      extra: { deliveryId },
    });
  }
  void reply.status(202).send({ deliveryId, accepted, ignored, rejected, events });
}

function problemOf(receipt: Exclude<Receipt, { outcome: 'handshake' | 'received' }>): HttpProblem {
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
