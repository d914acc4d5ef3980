import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { noticeBody } from '@tickmark/alerting';
import type { NoticeBody } from '@tickmark/alerting';
import { Webhook } from 'standardwebhooks';
import { eventually } from './eventually.js';
import type { Patience } from './eventually.js';

export interface WebhookArrival {
  /** `webhook-id`: the notice's id. */
  readonly id: string;
  readonly atMs: number;
  /** What was answered; 0: nothing, or nobody was there to hear it. */
  readonly status: number;
  readonly notice: NoticeBody;
}

/** The status to answer; `hang` never answers. */
export type SinkAnswer = number | 'hang';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const TAKEN = 204;

/**
 * A receiver of notices on the loopback address. It verifies each signature as Standard Webhooks says and each body
 * against the schema: what does not fit is answered with 400 and stands in `faults`.
 */
export class WebhookSink implements AsyncDisposable {
  readonly secret = SECRET;
  readonly arrivals: WebhookArrival[] = [];
  readonly faults: string[] = [];
  /** How long an answer takes: what is under way when its sender is killed. */
  delayMs = 0;
  /** What is answered to a notice that fits. */
  answer: (notice: NoticeBody, earlier: number) => SinkAnswer = () => TAKEN;

  private constructor(private readonly server: Server) {}

  static async start(port = 0): Promise<WebhookSink> {
    const server = createServer();
    const sink = new WebhookSink(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void sink.#take(request, response));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return sink;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/notices`;
  }

  /** Each notice that was taken, once: repeats carry the same id. */
  get notices(): readonly NoticeBody[] {
    return [...new Map(this.taken.map(({ id, notice }) => [id, notice])).values()];
  }

  get taken(): readonly WebhookArrival[] {
    return this.arrivals.filter(({ status }) => status >= 200 && status < 300);
  }

  /** Waits until as many different notices were taken; of a kind, if one is named. */
  async waitFor(count: number, kind?: NoticeBody['kind'], patience?: Patience): Promise<readonly NoticeBody[]> {
    return eventually(() => {
      const found = this.notices.filter((notice) => kind === undefined || notice.kind === kind);
      if (found.length >= count) return found;
      throw new Error(`${found.length} of ${count} notices arrived: ${this.arrivals.map(({ notice }) => notice.kind).join(', ')}; ${this.faults.join('; ')}`);
    }, patience);
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const atMs = Date.now();
    try {
      const notice = noticeBody.parse(new Webhook(this.secret).verify(body, request.headers as Record<string, string>));
      const id = String(request.headers['webhook-id']);
      if (id !== notice.id) throw new Error(`webhook-id ${id} is not the id of the notice`);
      const answer = this.answer(notice, this.arrivals.filter((earlier) => earlier.id === id).length);
      if (this.delayMs > 0) await pause(this.delayMs);
      // A sender that is gone by now never learns that it was taken: it has to send again.
      const isHeard = answer !== 'hang' && !response.destroyed;
      this.arrivals.push({ id, atMs, status: isHeard ? answer : 0, notice });
      if (isHeard) response.writeHead(answer).end();
    } catch (error) {
      this.faults.push(error instanceof Error ? error.message : String(error));
      response.writeHead(400).end();
    }
  }
}
