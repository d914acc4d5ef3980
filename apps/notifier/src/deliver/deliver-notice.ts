import { nextStep } from '@tickmark/alerting';
import type { AttemptOutcome, NextStep, Routing } from '@tickmark/alerting';
import type { OpenChannel } from '@tickmark/channels';
import type { JobQueue } from '@tickmark/jobs';
import { claimNotices, faultOf, recordAttempts } from '@tickmark/persistence';
import type { Attempt, ClaimedNotice, Database } from '@tickmark/persistence';
import type { Logger } from '@tickmark/platform';
import type { NotifierMetrics } from '../notifier.metrics.js';
import type { NotifierTuning } from '../tuning.js';
import { Together } from './together.js';

export interface Delivering {
  readonly routing: Routing;
  readonly channels: ReadonlyMap<string, OpenChannel>;
  readonly tuning: NotifierTuning;
  /** From 0 to 1, for the jitter of retries. */
  readonly chance: () => number;
  /** Aborted when the process ends. */
  readonly signal: AbortSignal;
}

const RECORD_TRIES = 5;
const AT_ONCE = 100;

/** One attempt for one notice. Whatever happens in between, the row says what is to be done next. */
export class DeliverNotice {
  readonly #claims = new Together((ids: readonly string[]) => this.#claim(ids), AT_ONCE);
  readonly #records = new Together((attempts: readonly Attempt[]) => this.#record(attempts), AT_ONCE);

  constructor(
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly delivering: Delivering,
    private readonly metrics: NotifierMetrics,
    private readonly logger: Logger,
  ) {}

  /** Does nothing when the notice is not due: another process has it, or it is sent already. */
  async deliver(id: string): Promise<void> {
    const { tuning, chance } = this.delivering;
    const notice = await this.#claims.do(id);
    if (notice === undefined) return;
    if (notice.attempt === 1) this.metrics.handedOver(notice.receivedAtMs, Date.now());
    const outcome = await this.#send(notice);
    const next = nextStep(outcome, { failures: notice.failures, chance: chance(), scheduleMs: tuning.retryScheduleMs });
    await this.#records.do({ notice, outcome, next });
    this.#say(notice, outcome, next);
    if (next.kind === 'again') await this.#enqueueNext(notice, next.afterMs);
  }

  async #claim(ids: readonly string[]): Promise<readonly (ClaimedNotice | undefined)[]> {
    const claimed = await claimNotices(this.database, ids, this.delivering.tuning.leaseMs);
    const byId = new Map(claimed.map((notice) => [notice.id, notice]));
    return ids.map((id) => byId.get(id));
  }

  #send(notice: ClaimedNotice): Promise<AttemptOutcome> {
    const { routing, channels, signal } = this.delivering;
    const receiver = routing.receivers.find(({ name }) => name === notice.receiver);
    const config = receiver?.channels[notice.channel];
    const channel = channels.get(notice.channel);
    if (config === undefined || channel === undefined) {
      const reason = `receiver ${notice.receiver} with channel ${notice.channel} is no longer configured`;
      return Promise.resolve({ kind: 'giveUp', reason });
    }
    return channel.deliver(notice.body, config, signal);
  }

  /** Another transaction may touch the same deviations: a deadlock is run again. */
  async #record(attempts: readonly Attempt[]): Promise<readonly undefined[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        await recordAttempts(this.database, attempts);
        return attempts.map(() => undefined);
      } catch (error) {
        if (tries === RECORD_TRIES || faultOf(error) !== 'retry') throw error;
      }
    }
  }

  #say({ id, channel, receiver, attempt, body }: ClaimedNotice, outcome: AttemptOutcome, next: NextStep): void {
    const fields = { notice: id, kind: body.kind, receiver, channel, attempt };
    const reason = outcome.kind === 'sent' ? outcome.note : outcome.reason;
    this.metrics.attempted(channel, next.kind === 'done' ? 'sent' : next.kind === 'again' ? 'retry' : 'undelivered');
    if (next.kind === 'exhausted') this.logger.error({ ...fields, reason }, 'a notice was not delivered and no attempt follows');
    else if (next.kind === 'again') this.logger.warn({ ...fields, reason, afterMs: next.afterMs }, 'a notice was not delivered yet');
    else this.logger.info({ ...fields, ...(reason === undefined ? {} : { reason }) }, 'a notice was delivered');
  }

  async #enqueueNext({ id, attempt }: ClaimedNotice, delayMs: number): Promise<void> {
    try {
      await this.queue.enqueue([{ rowId: id, turn: attempt + 1, delayMs }]);
    } catch (error) {
      this.logger.debug({ err: error, notice: id }, 'a retry could not be queued and waits for the reconciler');
    }
  }
}
