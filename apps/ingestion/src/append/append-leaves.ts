import { faultOf, runAppend } from '@tickmark/persistence';
import type { Database, SimulatedClock } from '@tickmark/persistence';
import { systemRandomness } from '@tickmark/platform';
import type { Logger, Randomness } from '@tickmark/platform';
import type { AppendGroup, GroupResult, PartOutcome } from './append-group.js';
import type { Addition, AppendOutcome, AppendRequest, KeptEvent } from './append-request.js';
import { refusalsOf } from './delivery-rows.js';
import { drainIntake, moveClock } from './drain-intake.js';
import { OpenDelivery } from './open-delivery.js';
import { additionsOf, groupSize, partsOf } from './parts.js';
import type { Part } from './parts.js';

/** What others hear of a commit: the relay sends it on, metrics count it. */
interface AppendListener {
  committed(result: GroupResult, seconds: number): void;
}

interface AppendOptions {
  readonly database: Database;
  readonly group: AppendGroup;
  readonly listener: AppendListener;
  readonly logger: Logger;
  /** After this time without a commit the caller is told that nothing is known. */
  readonly patienceMs?: number | undefined;
  /** Of the demo story alone: its ledger tells the time of the story. */
  readonly story?: { readonly clock: SimulatedClock; readonly randomness: Randomness } | undefined;
}

interface Waiting {
  readonly part: Part;
  readonly rest: readonly Part[];
  readonly settled: PartOutcome[];
  readonly untilMs: number;
  answer(outcome: AppendOutcome): void;
  fail(error: unknown): void;
}

const PATIENCE_MS = 10_000;
const SWEEP_MS = 250;
const CLOCK_MS = 1_000;
const MOST_WAITING = 10_000;
const MOST_WAITING_BYTES = 64 * 1024 * 1024;
const ATTEMPTS = 4;

/**
 * The one place that puts leaves into the ledger. Requests that wait while a transaction commits go into the next one
 * together; a group whose data Postgres refuses is run again, every request alone.
 */
export class AppendLeaves {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private inFlight: readonly Waiting[] = [];
  private working: Promise<void> | undefined;
  private sweeper: NodeJS.Timeout | undefined;
  private lastClockMs = 0;
  private clockDue = false;
  private stopping = false;

  constructor(private readonly options: AppendOptions) {}

  start(): void {
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS);
    this.clockDue = true;
    this.work();
  }

  /** Takes nothing more, finishes what waits. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.working;
    clearInterval(this.sweeper);
  }

  append(request: AppendRequest): Promise<AppendOutcome> {
    return this.appendParts(partsOf(this.deliveryOf(request)));
  }

  /** The same, of bytes of which more is told later. */
  async open(request: AppendRequest): Promise<{ readonly delivery: OpenDelivery; readonly outcome: AppendOutcome }> {
    const delivery = this.deliveryOf(request);
    return { delivery, outcome: await this.appendParts(partsOf(delivery)) };
  }

  /** More of a delivery that was kept. `weight`: the items that it brings in the end, where this is the first of them. */
  appendTo(delivery: OpenDelivery, addition: Addition, weight: number): Promise<AppendOutcome> {
    return this.appendParts(additionsOf(delivery, addition, weight));
  }

  private deliveryOf(request: AppendRequest): OpenDelivery {
    return new OpenDelivery(request, (this.options.story?.randomness ?? systemRandomness).slice(16));
  }

  private appendParts([part, ...rest]: readonly Part[]): Promise<AppendOutcome> {
    if (part === undefined) throw new Error('A delivery has at least one part.');
    if (this.stopping || this.waiting.length >= MOST_WAITING || this.waitingBytes + part.bytes > MOST_WAITING_BYTES) {
      return Promise.resolve({ outcome: 'unavailable' });
    }
    return new Promise((answer, fail) => {
      const untilMs = performance.now() + (this.options.patienceMs ?? PATIENCE_MS);
      this.enqueue({ part, rest, settled: [], untilMs, answer, fail });
      this.work();
    });
  }

  private enqueue(waiting: Waiting): void {
    this.waiting.push(waiting);
    this.waitingBytes += waiting.part.bytes;
  }

  private work(): void {
    this.working ??= this.workUntilIdle().finally(() => {
      this.working = undefined;
    });
  }

  private async workUntilIdle(): Promise<void> {
    while (this.waiting.length > 0 || this.clockDue) {
      if (this.clockDue) await this.keepClock();
      const size = groupSize(this.waiting);
      const group = this.waiting.slice(0, size);
      this.waiting = this.waiting.slice(size);
      for (const { part } of group) this.waitingBytes -= part.bytes;
      this.inFlight = group;
      if (group.length > 0) await this.runGroup(group, 1);
      this.inFlight = [];
    }
  }

  private async runGroup(group: readonly Waiting[], attempt: number): Promise<void> {
    try {
      const result = await this.commit(group.map(({ part }) => part));
      group.forEach((waiting, index) => this.settled(waiting, result, index));
    } catch (error) {
      await this.afterFault(group, attempt, error);
    }
  }

  private async commit(parts: readonly Part[]): Promise<GroupResult> {
    const { group, database, listener } = this.options;
    const startMs = performance.now();
    const sourceIdOf = await group.prepare(parts);
    const result = await runAppend(database, async (transaction) => {
      const appended = await group.append(transaction, parts, sourceIdOf);
      return { result: appended, head: appended.head };
    }, this.options.story?.clock);
    for (const part of parts) {
      if (part.first) part.delivery.wasKept(result.clockMs);
    }
    listener.committed(result, (performance.now() - startMs) / 1_000);
    return result;
  }

  /** Postgres away: nobody knows. A deadlock: once more. Refused data: each alone, so that neighbours are untouched. */
  private async afterFault(group: readonly Waiting[], attempt: number, error: unknown): Promise<void> {
    const fault = faultOf(error);
    if (fault === 'retry' && attempt < ATTEMPTS) return this.runGroup(group, attempt + 1);
    if (fault === 'unavailable' || fault === 'retry') {
      this.options.logger.warn({ err: error, requests: group.length }, 'postgres is away, requests are told to come back');
      for (const waiting of group) waiting.answer({ outcome: 'unavailable' });
      return undefined;
    }
    if (group.length > 1) {
      for (const waiting of group) await this.runGroup([waiting], 1);
      return undefined;
    }
    this.options.logger.error({ err: error, fault }, 'a request could not be stored');
    for (const waiting of group) {
      if (fault === 'data') waiting.answer({ outcome: 'unstorable' });
      else waiting.fail(error);
    }
    return undefined;
  }

  private settled(waiting: Waiting, result: GroupResult, index: number): void {
    const outcome = result.outcomes[index];
    if (outcome === undefined) throw new Error('A group has an outcome for each part.');
    const settled = [...waiting.settled, outcome];
    const [next, ...rest] = waiting.rest;
    if (outcome.outcome === 'over-quota') waiting.answer(outcome);
    else if (next === undefined) waiting.answer(keptOf(settled));
    else this.enqueue({ ...waiting, part: next, rest, settled });
  }

  /** Once a second, busy or not: the clock goes on, and records of other apps get their leaves. */
  private async keepClock(): Promise<void> {
    this.lastClockMs = performance.now();
    try {
      this.clockDue = await runAppend(this.options.database, (transaction) => drainIntake(transaction));
    } catch (error) {
      // Not tried again at once: while Postgres is away nothing may fall due, and the next second comes.
      this.clockDue = false;
      if (faultOf(error) === 'unavailable') this.options.logger.warn({ err: error }, 'the ledger clock could not be moved on');
      else await this.keepClockAlone(error);
    }
  }

  /** A record that cannot become a leaf holds up the records behind it, not the time of everything. */
  private async keepClockAlone(cause: unknown): Promise<void> {
    this.options.logger.error({ err: cause }, 'records of other apps cannot be put into the ledger');
    try {
      await runAppend(this.options.database, moveClock);
    } catch (error) {
      this.options.logger.warn({ err: error }, 'the ledger clock could not be moved on');
    }
  }

  private sweep(): void {
    const nowMs = performance.now();
    const late = (waiting: Waiting) => waiting.untilMs <= nowMs;
    for (const waiting of [...this.inFlight, ...this.waiting].filter(late)) waiting.answer({ outcome: 'unavailable' });
    this.waiting = this.waiting.filter((waiting) => !late(waiting));
    this.waitingBytes = this.waiting.reduce((sum, { part }) => sum + part.bytes, 0);
    if (nowMs - this.lastClockMs >= CLOCK_MS && !this.stopping) {
      this.clockDue = true;
      this.work();
    }
  }
}

function keptOf(parts: readonly PartOutcome[]): AppendOutcome {
  const settlements = parts.flatMap((part) => (part.outcome === 'settled' ? part.settlements : []));
  const events = settlements.flatMap((settlement): KeptEvent[] =>
    settlement.kind === 'new' || settlement.kind === 'repeat'
      ? [{ index: settlement.event.index, id: settlement.event.eventId, evidenceId: settlement.evidenceId }]
      : [],
  );
  const repeated = settlements.filter(({ kind }) => kind === 'repeat').length;
  return { outcome: 'kept', events, repeated, rejections: refusalsOf(settlements) };
}
