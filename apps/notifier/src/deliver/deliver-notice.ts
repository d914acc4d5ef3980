import { nextStep } from '@tickmark/alerting';
import type { AttemptOutcome, NextStep, Routing } from '@tickmark/alerting';
import type { OpenChannel } from '@tickmark/channels';
import type { JobQueue } from '@tickmark/jobs';
import { claimNotice, faultOf, recordAttempt } from '@tickmark/persistence';
import type { Attempt, ClaimedNotice, Database } from '@tickmark/persistence';
import type { Logger } from '@tickmark/platform';
import type { NotifierMetrics } from '../notifier.metrics.js';
import type { NotifierTuning } from '../tuning.js';

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

/** One attempt for one notice. Whatever happens in between, the row says what is to be done next. */
export class DeliverNotice {
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
    const notice = await claimNotice(this.database, id, tuning.leaseMs);
    if (notice === undefined) return;
    if (notice.attempt === 1) this.metrics.handedOver(notice.receivedAtMs, Date.now());
    const outcome = await this.#send(notice);
    const next = nextStep(outcome, { failures: notice.failures, chance: chance(), scheduleMs: tuning.retryScheduleMs });
    await this.#record({ notice, outcome, next });
    this.#say(notice, outcome, next);
    if (next.kind === 'again') await this.#enqueueNext(notice, next.afterMs);
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
  async #record(attempt: Attempt): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.database.transaction((transaction) => recordAttempt(transaction, attempt));
        return;
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
