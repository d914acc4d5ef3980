import { setTimeout as pause } from 'node:timers/promises';
import type { Received } from './answers.ts';
import { anEvent } from './events.ts';
import type { CloudEvent } from './events.ts';
import type { Answer } from './http-client.ts';

export interface Probe {
  readonly id: string;
  readonly service: string;
  readonly up: boolean;
  readonly atMs: number;
}

interface LoadOptions {
  readonly post: (events: readonly CloudEvent[]) => Promise<Answer<Received>>;
  /** Put before the names of services, so that several loads share one system. */
  readonly name: string;
  readonly seed: number;
  readonly lanes?: number;
  readonly batch?: number;
  readonly everyMs?: number;
  /** How often a service is down. */
  readonly downShare?: number;
}

const SERVICES_PER_LANE = 6;
const AGAIN_MS = 150;

/** mulberry32: the same seed gives the same services and outcomes. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Probes of services, sent in a few lanes. A lane sends its next batch when the last one was acknowledged, and sends the
 * same again until then, as an integration does. It keeps its own list of what was acknowledged.
 */
export class ProbeLoad implements AsyncDisposable {
  readonly sent: Probe[] = [];
  /** Evidence by event, as the 202 said. */
  readonly acknowledged = new Map<string, string>();
  /** How often each status was answered; 0: no answer at all. */
  readonly statuses = new Map<number, number>();
  readonly faults: string[] = [];
  readonly #options: Required<LoadOptions>;
  #stopping = false;
  #abandoned = false;
  #running: Promise<unknown> | undefined;
  #lastMs = 0;

  constructor(options: LoadOptions) {
    this.#options = { lanes: 4, batch: 3, everyMs: 150, downShare: 0.15, ...options };
  }

  start(): void {
    const { lanes } = this.#options;
    this.#running = Promise.all(Array.from({ length: lanes }, (_, lane) => this.#lane(lane)));
  }

  /** No new batches; resolves when everything that was begun is acknowledged. */
  async finish(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  /** Gives up what is not acknowledged: a test that failed must not go on sending. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#abandoned = true;
    await this.finish();
  }

  /** Everything once more, as after a restored backup of the sender: what the answers say. */
  async resend(): Promise<Map<string, string>> {
    const again = new Map<string, string>();
    for (let from = 0; from < this.sent.length; from += 500) {
      const { status, text, body } = await this.#options.post(this.sent.slice(from, from + 500).map(eventOf));
      if (status !== 202 || body.rejected.length > 0) throw new Error(`sent again, answered ${status}: ${text.slice(0, 500)}`);
      for (const { id, evidenceId } of body.events) again.set(id, evidenceId);
    }
    return again;
  }

  async #lane(lane: number): Promise<void> {
    const { batch, everyMs, seed } = this.#options;
    const random = randomFrom(seed * 1_000 + lane);
    while (!this.#stopping) {
      const probes = Array.from({ length: batch }, () => this.#probe(lane, random));
      this.sent.push(...probes);
      await this.#untilAcknowledged(probes);
      await pause(everyMs);
    }
  }

  #probe(lane: number, random: () => number): Probe {
    const { name, downShare } = this.#options;
    // Every instant once: a tie would be judged by its worse outcome.
    this.#lastMs = Math.max(this.#lastMs + 1, Date.now());
    const service = `${name}-${lane}-${Math.floor(random() * SERVICES_PER_LANE)}`;
    return { id: `${name}-${this.#lastMs}`, service, up: random() >= downShare, atMs: this.#lastMs };
  }

  async #untilAcknowledged(probes: readonly Probe[]): Promise<void> {
    const events = probes.map(eventOf);
    while (!this.#abandoned) {
      const answer = await this.#options.post(events).catch(() => undefined);
      this.#count(answer?.status ?? 0);
      if (answer !== undefined && this.#isSettled(answer)) return;
      await pause(AGAIN_MS);
    }
  }

  #count(status: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  /** 503 and 429 ask to come back; anything else but 202 is a fault of the system under test. */
  #isSettled({ status, text, body }: Answer<Received>): boolean {
    if (status === 503 || status === 429) return false;
    if (status !== 202) {
      this.faults.push(`${status}: ${text.slice(0, 300)}`);
      return true;
    }
    for (const { id, evidenceId } of body.events) this.acknowledged.set(id, evidenceId);
    for (const { pointer, message } of body.rejected) this.faults.push(`${pointer} ${message}`);
    return true;
  }
}

const eventOf = ({ id, service, up, atMs }: Probe): CloudEvent => anEvent('service.probed', { service, up }, { id, subject: service, atMs });
