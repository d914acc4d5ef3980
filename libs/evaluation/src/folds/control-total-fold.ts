import type { Json, State } from '@tickmark/contracts';
import { defined } from '../defined.js';
import type { Fold } from '../folding/fold.js';
import { dueAt, flag, isBackfill, systemOf, tieClasses } from '../folding/instants.js';
import type { Stand, Writer } from '../folding/stand.js';
import type { Due, Point } from '../model.js';
import { keptOf, type Condition } from '../reading/condition.js';
import { bookingOf, compareTotals, isDoubled, sameValues, sentOf, type Booking, type Sent, type TotalRules } from './totals.js';

export interface ControlTotalRules extends TotalRules {
  readonly withinMs: number;
  readonly remedy: Condition | undefined;
}

interface Memory {
  readonly sent?: Sent;
  readonly bookings: readonly Booking[];
  /** The deadline of what was sent is decided. */
  readonly decided: boolean;
  /** What was sent has been judged once. */
  readonly judged: boolean;
  readonly doubled: boolean;
  /** Occurrences that fail at present; the first is the one that equality ends. */
  readonly failing: readonly string[];
}

const EMPTY: Memory = { bookings: [], decided: false, judged: false, doubled: false, failing: [] };
const MAX_BOOKINGS = 1_000;
const NO_OCCURRENCE: Stand = { state: 'no-occurrence', basis: 'absence', feedIds: [] };

/** Do sent and booked agree exactly, once? */
export class ControlTotalFold implements Fold {
  #memory = EMPTY;

  constructor(
    readonly group: string,
    readonly rules: ControlTotalRules,
  ) {}

  start(): void {
    // Nothing is expected of a key before its first event.
  }

  load(saved: Json): void {
    this.#memory = saved as unknown as Memory;
  }

  save(): Json {
    return this.#memory as unknown as Json;
  }

  points(atMs: number, points: readonly Point[], writer: Writer): void {
    writer.begin(this.group, atMs, NO_OCCURRENCE);
    const of = (role: string): readonly Point[] => points.filter((point) => point.role === role);
    for (const point of of('remedy')) this.#remedy(point, writer);
    for (const point of of('from')) this.#send(point, writer);
    for (const tie of tieClasses(of('to'))) this.#book(tie, writer);
    const retiring = points.find((point) => flag(point, 'retires'));
    if (retiring !== undefined) this.#retire(retiring, writer);
  }

  /** Booked without sent is told when what was sent before has had time to arrive. */
  next(afterMs: number): Due | undefined {
    const { sent, decided } = this.#memory;
    const alone = this.#bookedAlone();
    if (decided || (sent === undefined ? alone === undefined : !sent.inForce)) return undefined;
    const due = sent === undefined ? alone && dueAt(alone.atMs, alone) : dueAt(sent.atMs + this.rules.withinMs, sent);
    return due !== undefined && due.atMs > afterMs ? due : undefined;
  }

  #bookedAlone(): Booking | undefined {
    return this.#memory.bookings.find(({ inForce }) => inForce);
  }

  timer(atMs: number, writer: Writer): void {
    const { sent, judged } = this.#memory;
    const first = this.#bookedAlone();
    this.#memory = { ...this.#memory, decided: true };
    if (sent === undefined && first !== undefined) this.#bookedWithoutSent(first, writer);
    else if (sent !== undefined && !judged) this.#missing(sent, atMs, writer);
    else if (sent !== undefined && this.#comparison() === 'less') this.#failAgain({ atMs, evidenceId: sent.evidenceId, reason: 'incomplete', basis: 'absence' }, writer);
  }

  #comparison(): ReturnType<typeof compareTotals> {
    const { sent, bookings, doubled } = this.#memory;
    return sent === undefined ? 'less' : doubled ? 'differs' : compareTotals(sent, bookings, this.rules);
  }

  #send(point: Point, writer: Writer): void {
    const { sent: known, bookings, failing } = this.#memory;
    const sent = sentOf(point, writer.isInForce(point.atMs));
    if (known !== undefined) {
      if (!sameValues(known, sent) && known.inForce) this.#failAgain({ ...point, reason: 'sent-again', basis: 'evidence' }, writer);
      return;
    }
    // What was booked without it has been told, and is over; its own deadline is to be decided.
    for (const occurrence of failing) writer.recover(this.group, point.atMs, { basis: 'evidence', evidenceId: point.evidenceId, occurrence });
    this.#memory = { ...this.#memory, sent, decided: false, failing: [] };
    if (!sent.inForce) return;
    this.#pend(point.atMs, sent, writer);
    if (bookings.length > 0) this.#compare(point, writer);
  }

  /** Bookings of one instant are compared together: none of them came before the others. */
  #book(tie: readonly Point[], writer: Writer): void {
    for (const point of tie) {
      if (this.#memory.bookings.length >= MAX_BOOKINGS) {
        // A total that cannot be kept is no total: the batch is in error.
        writer.failedOn('bookings', this.group, { ...point, message: `more than ${MAX_BOOKINGS} bookings of one batch` });
        return;
      }
      const booking = bookingOf(point, writer.isInForce(point.atMs));
      const { sent, bookings, doubled } = this.#memory;
      const again = this.rules.once && isDoubled(booking, bookings, this.rules);
      this.#memory = { ...this.#memory, bookings: [...bookings, booking], doubled: doubled || again };
      if (sent === undefined) this.#pendBooking(booking, writer);
    }
    const last = tie.at(-1);
    if (last !== undefined && this.#memory.sent?.inForce === true) this.#compare(last, writer);
  }

  #pend(atMs: number, sent: Sent, writer: Writer): void {
    const { evidenceId, system, feedId } = sent;
    writer.enter(this.group, atMs, { ...NO_OCCURRENCE, reason: 'pending', evidenceId, system, feedIds: [feedId], occurrence: evidenceId });
    this.#observe(sent, { outcome: 'pending' }, writer);
  }

  #pendBooking(booking: Booking, writer: Writer): void {
    if (booking !== this.#bookedAlone()) return;
    const { atMs, evidenceId, system, feedId } = booking;
    writer.enter(this.group, atMs, { ...NO_OCCURRENCE, reason: 'pending', evidenceId, system, feedIds: [feedId], occurrence: evidenceId });
    writer.observe({ key: this.group, occurrence: evidenceId, atMs, outcome: 'pending', basis: 'absence', system, evidenceIds: [evidenceId] }, false);
  }

  #bookedWithoutSent(booking: Booking, writer: Writer): void {
    const { atMs, evidenceId, system, backfill } = booking;
    const reason = 'booked-without-sent';
    // Which feed ought to have sent it is not known: all that declare the type are needed.
    writer.enter(this.group, atMs, { state: 'fail', basis: 'absence', reason, evidenceId, system, feedIds: [], occurrence: evidenceId });
    writer.fail(this.group, atMs, { basis: 'absence', occurrence: evidenceId, reason, system, feedIds: [], evidenceIds: [evidenceId], backfill });
    writer.observe({ key: this.group, occurrence: evidenceId, atMs, outcome: 'fail', basis: 'absence', decidedAtMs: atMs, reason, system, evidenceIds: [evidenceId] }, true);
    this.#memory = { ...this.#memory, failing: [evidenceId] };
  }

  #missing(sent: Sent, atMs: number, writer: Writer): void {
    const reason = this.#memory.bookings.length === 0 ? 'not-booked' : 'incomplete';
    const { evidenceId } = sent;
    const system = this.#system(sent);
    writer.enter(this.group, atMs, { state: 'fail', basis: 'absence', reason, evidenceId, system, feedIds: this.#feeds(), occurrence: evidenceId });
    const backfill = sent.backfill && sent.receivedAtMs > atMs;
    writer.fail(this.group, atMs, { basis: 'absence', occurrence: evidenceId, reason, system, feedIds: this.#feeds(), evidenceIds: [evidenceId], backfill });
    this.#observe(sent, { outcome: 'fail', decidedAtMs: atMs, reason }, writer);
    this.#memory = { ...this.#memory, judged: true, failing: [...this.#memory.failing, evidenceId] };
  }

  /** After every booking: equal, less (more may come until the deadline), or wrong at once. */
  #compare(point: Point, writer: Writer): void {
    const { sent, judged, decided, failing } = this.#memory;
    if (sent === undefined) return;
    const { atMs, evidenceId } = point;
    const comparison = this.#comparison();
    if (comparison === 'equal') {
      this.#equal(sent, { atMs, evidenceId }, writer);
    } else if (comparison === 'less' && !decided) {
      if (judged && failing.length === 0) this.#pendAgain(atMs, sent, writer);
    } else if (judged) {
      this.#failAgain({ atMs, evidenceId, reason: this.#reason(comparison), basis: 'evidence' }, writer);
    } else {
      this.#wrong(sent, { atMs, evidenceId, reason: this.#reason(comparison), backfill: isBackfill(point) }, writer);
    }
  }

  #reason(comparison: 'less' | 'more' | 'differs'): string {
    if (this.#memory.doubled) return 'doubled';
    return { less: 'incomplete', more: 'more-than-sent', differs: 'differs' }[comparison];
  }

  #equal(sent: Sent, { atMs, evidenceId }: { readonly atMs: number; readonly evidenceId: string }, writer: Writer): void {
    const { failing, judged, decided } = this.#memory;
    const feedIds = this.#feeds();
    writer.enter(this.group, atMs, { state: 'pass', basis: 'evidence', evidenceId, system: this.#system(sent), feedIds, occurrence: sent.evidenceId });
    for (const occurrence of failing) writer.recover(this.group, atMs, { basis: 'evidence', evidenceId, occurrence });
    const late = !decided && atMs > sent.atMs + this.rules.withinMs;
    if (!judged) this.#observe(sent, late ? { outcome: 'pending' } : { outcome: 'pass', decidedAtMs: atMs, with: evidenceId }, writer);
    this.#memory = { ...this.#memory, failing: [], judged: judged || !late };
  }

  #pendAgain(atMs: number, sent: Sent, writer: Writer): void {
    const { evidenceId, system } = sent;
    writer.enter(this.group, atMs, { ...NO_OCCURRENCE, reason: 'pending', evidenceId, system, feedIds: this.#feeds(), occurrence: evidenceId });
  }

  #wrong(sent: Sent, { atMs, evidenceId, reason, backfill }: { readonly atMs: number; readonly evidenceId: string; readonly reason: string; readonly backfill: boolean }, writer: Writer): void {
    const system = this.#system(sent);
    const feedIds = this.#feeds();
    writer.enter(this.group, atMs, { state: 'fail', basis: 'evidence', reason, evidenceId, system, feedIds, occurrence: sent.evidenceId });
    writer.fail(this.group, atMs, { basis: 'evidence', occurrence: sent.evidenceId, reason, system, feedIds, evidenceIds: [sent.evidenceId, evidenceId], backfill });
    this.#observe(sent, { outcome: 'fail', decidedAtMs: atMs, reason, with: evidenceId }, writer);
    this.#memory = { ...this.#memory, judged: true, failing: [...this.#memory.failing, sent.evidenceId] };
  }

  /** What was judged before goes wrong: a failure of its own, unless one goes on. */
  #failAgain(cause: { readonly atMs: number; readonly evidenceId: string; readonly reason: string; readonly basis: Stand['basis'] }, writer: Writer): void {
    const { sent, failing } = this.#memory;
    if (sent === undefined) return;
    const { atMs, evidenceId, reason, basis } = cause;
    const [going] = failing;
    const occurrence = going ?? `${sent.evidenceId}/${evidenceId}`;
    const about = { system: this.#system(sent), feedIds: this.#feeds() };
    writer.enter(this.group, atMs, { state: 'fail', basis, reason, evidenceId, ...about, occurrence });
    const evidenceIds = [...new Set([sent.evidenceId, evidenceId])];
    writer.fail(this.group, atMs, { basis, occurrence, reason, ...about, evidenceIds, backfill: false });
    if (going !== undefined) return;
    writer.observe({ key: this.group, occurrence, atMs, outcome: 'fail', basis, decidedAtMs: atMs, reason, system: this.#system(sent), evidenceIds }, true);
    this.#memory = { ...this.#memory, judged: true, failing: [occurrence] };
  }

  #remedy(point: Point, writer: Writer): void {
    const { sent, failing } = this.#memory;
    if (this.rules.remedy?.holds(keptOf(point), sent === undefined ? undefined : { data: sent.kept }) !== true) return;
    const { atMs, evidenceId } = point;
    for (const occurrence of failing) writer.recover(this.group, atMs, { basis: 'evidence', evidenceId, occurrence });
    this.#memory = { ...this.#memory, failing: [] };
  }

  #retire(point: Point, writer: Writer): void {
    const { atMs, evidenceId, feedId } = point;
    writer.enter(this.group, atMs, { state: 'not-applicable', basis: 'evidence', reason: 'retired', evidenceId, feedIds: [feedId], system: systemOf(point) });
    writer.retire(this.group, atMs);
  }

  /** Of the latest booking; before there is one, of what was sent. */
  #system(sent: Sent): string {
    return this.#memory.bookings.at(-1)?.system ?? sent.system;
  }

  #feeds(): readonly number[] {
    return [...new Set(this.#memory.bookings.map(({ feedId }) => feedId))].sort((a, b) => a - b);
  }

  #observe(sent: Sent, { outcome, decidedAtMs, reason, with: other }: Outcome, writer: Writer): void {
    const evidenceIds = other === undefined || other === sent.evidenceId ? [sent.evidenceId] : [sent.evidenceId, other];
    const basis = other === undefined ? 'absence' : 'evidence';
    const told = { key: this.group, occurrence: sent.evidenceId, atMs: sent.atMs, outcome, basis, system: this.#system(sent), evidenceIds } as const;
    writer.observe({ ...told, ...defined({ decidedAtMs, reason }) }, outcome !== 'pending');
  }
}

interface Outcome {
  readonly outcome: State | 'pending';
  readonly decidedAtMs?: number;
  readonly reason?: string;
  readonly with?: string;
}
