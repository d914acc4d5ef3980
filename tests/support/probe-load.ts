import { setTimeout as pause } from 'node:timers/promises';
import { AnswerJournal } from './answer-journal.ts';
import type { Answered } from './answer-journal.ts';
import type { Received } from './answers.ts';
import { anEvent } from './events.ts';
import type { CloudEvent } from './events.ts';
import type { Answer } from './http-client.ts';
import { randomFrom } from './random-from.ts';

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
  /** How often a batch carries, or is, something that cannot be kept. */
  readonly nonsenseShare?: number;
}

const SERVICES_PER_LANE = 6;
const AGAIN_MS = 150;

/**
 * Probes of services, sent in a few lanes. A lane sends its next batch when the last one was acknowledged, and sends the
 * same again until then, as an integration does. Every answer goes into a journal of its own before the lane goes on.
 */
export class ProbeLoad implements AsyncDisposable {
  readonly sent: Probe[] = [];
  /** How many events were acknowledged so far: for those who wait. What was, stands in the journal. */
  acknowledged = 0;
  /** How often each status was answered; 0: no answer at all. */
  readonly statuses = new Map<number, number>();
  /** Answers that nobody should ever give. */
  readonly faults: string[] = [];
  readonly #options: Required<LoadOptions>;
  readonly #hearing = new Set<() => void>();
  #stopping = false;
  #abandoned = false;
  #running: Promise<unknown> | undefined;
  #lastMs = 0;

  private constructor(
    options: LoadOptions,
    readonly journal: AnswerJournal,
  ) {
    this.#options = { lanes: 4, batch: 3, everyMs: 150, downShare: 0.15, nonsenseShare: 0.1, ...options };
  }

  static async start(options: LoadOptions): Promise<ProbeLoad> {
    const load = new ProbeLoad(options, await AnswerJournal.open(`${options.name}-${options.seed}`));
    const { lanes } = load.#options;
    load.#running = Promise.all(Array.from({ length: lanes }, (_, lane) => load.#lane(lane)));
    return load;
  }

  get name(): string {
    return this.#options.name;
  }

  /** The next 202, the moment it came and before anybody did anything about it. */
  nextAcknowledgement(): Promise<void> {
    return new Promise((resolve) => this.#hearing.add(resolve));
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
    await this.journal[Symbol.asyncDispose]();
  }

  /** Everything once more, as after a restored backup of the sender; the answers go into the journal too. */
  async resend(): Promise<void> {
    for (let from = 0; from < this.sent.length; from += 500) {
      const events = this.sent.slice(from, from + 500).map(eventOf);
      const answer = await this.#options.post(events);
      await this.#note(events, answer);
      if (answer.status !== 202) throw new Error(`sent again, answered ${answer.status}: ${answer.text.slice(0, 500)}`);
    }
  }

  async #lane(lane: number): Promise<void> {
    const { batch, everyMs, seed, nonsenseShare } = this.#options;
    const random = randomFrom(seed * 1_000 + lane);
    while (!this.#stopping) {
      const probes = Array.from({ length: batch }, () => this.#probe(lane, random));
      const extra = random() < nonsenseShare ? [this.#nonsense()] : [];
      this.sent.push(...probes);
      await this.#untilAcknowledged([...extra, ...probes.map(eventOf)]);
      if (extra.length > 0) await this.#once([this.#nonsense()]);
      await pause(everyMs);
    }
  }

  #instant(): number {
    // Every instant once: a tie would be judged by its worse outcome.
    this.#lastMs = Math.max(this.#lastMs + 1, Date.now());
    return this.#lastMs;
  }

  #probe(lane: number, random: () => number): Probe {
    const { name, downShare } = this.#options;
    const atMs = this.#instant();
    const service = `${name}-${lane}-${Math.floor(random() * SERVICES_PER_LANE)}`;
    return { id: `${name}-${atMs}`, service, up: random() >= downShare, atMs };
  }

  /** Its type does not allow it: whoever hears 4xx must never find it again. */
  #nonsense(): CloudEvent {
    const atMs = this.#instant();
    return anEvent('service.probed', { service: `${this.name}-nonsense`, up: 'perhaps' }, { id: `${this.name}-nonsense-${atMs}`, subject: 'nonsense', atMs });
  }

  async #once(events: readonly CloudEvent[]): Promise<void> {
    const answer = await this.#options.post(events).catch(() => undefined);
    await this.#note(events, answer);
  }

  async #untilAcknowledged(events: readonly CloudEvent[]): Promise<void> {
    while (!this.#abandoned) {
      const answer = await this.#options.post(events).catch(() => undefined);
      await this.#note(events, answer);
      if (answer !== undefined && answer.status !== 503 && answer.status !== 429) {
        if (answer.status !== 202) this.faults.push(`${answer.status}: ${answer.text.slice(0, 300)}`);
        return;
      }
      await pause(AGAIN_MS);
    }
  }

  async #note(events: readonly CloudEvent[], answer: Answer<Received> | undefined): Promise<void> {
    const status = answer?.status ?? 0;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    const answered = answeredOf(events.map(({ id }) => id), answer);
    if (answered.status === 202) this.#tellHearing();
    await this.journal.note(answered);
    this.acknowledged += Object.keys(answered.kept).length;
  }

  #tellHearing(): void {
    for (const resolve of this.#hearing) resolve();
    this.#hearing.clear();
  }
}

/** 503 and 429 ask to come back, as silence does; other 4xx refuse all; a 202 names what it kept and refused the rest. */
function answeredOf(ids: readonly string[], answer: Answer<Received> | undefined): Answered {
  if (answer?.status === 202) {
    const kept = Object.fromEntries(answer.body.events.map(({ id, evidenceId }) => [id, evidenceId]));
    return { status: 202, kept, refused: ids.filter((id) => kept[id] === undefined), open: [] };
  }
  const status = answer?.status ?? 0;
  const isRefusal = status >= 400 && status < 500 && status !== 429;
  return { status, kept: {}, refused: isRefusal ? ids : [], open: isRefusal ? [] : ids };
}

const eventOf = ({ id, service, up, atMs }: Probe): CloudEvent => anEvent('service.probed', { service, up }, { id, subject: service, atMs });
