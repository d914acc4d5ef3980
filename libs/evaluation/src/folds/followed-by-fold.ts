import type { Json } from '@tickmark/contracts';
import { defined } from '../defined.js';
import type { Fold } from '../folding/fold.js';
import { dueAt, flag, isBackfill, systemOf, textOf, tieClasses } from '../folding/instants.js';
import type { Stand, Writer } from '../folding/stand.js';
import type { Due, Observation, Point } from '../model.js';
import { keptOf, type Condition } from '../reading/condition.js';
import { isUnreadable } from '../reading/role.js';
import { NO_OCCURRENCE, about, asItStands, evidenceOf, faultOf, lateWord, reasonOf, retiredStand, undemanded, withoutSince, type Answer, type Moment, type Obligation, type Outcome } from './obligation.js';

interface Rules {
  readonly each: boolean;
  readonly supersede: boolean;
  readonly condition: Condition;
}

interface Memory {
  readonly obligation?: Obligation;
  readonly answers: readonly Answer[];
  /** The group itself stands for the values that nobody knows. */
  readonly unnamed?: true;
  /** The latest A that occurred before the check was in force. */
  readonly early?: string;
}

const MAX_VALUES = 5_000;

export class FollowedByFold implements Fold {
  #obligation: Obligation | undefined;
  #answers = new Map<string, Answer>();
  #unnamed = false;
  #early: string | undefined;

  constructor(
    readonly group: string,
    readonly rules: Rules,
  ) {}

  start(): void {
    // Nothing is expected of a group before its first event.
  }

  load(saved: Json): void {
    const { obligation, answers, unnamed, early } = saved as unknown as Memory;
    this.#obligation = obligation;
    this.#answers = new Map(answers.map((answer) => [answer.value, answer]));
    this.#unnamed = unnamed === true;
    this.#early = early;
  }

  save(): Json {
    const memory: Memory = {
      ...(this.#obligation === undefined ? {} : { obligation: this.#obligation }),
      answers: [...this.#answers.values()],
      ...(this.#unnamed ? { unnamed: true } : {}),
      ...defined({ early: this.#early }),
    };
    return memory as unknown as Json;
  }

  points(atMs: number, points: readonly Point[], writer: Writer): void {
    for (const tie of tieClasses(points)) {
      for (const point of tie.filter(({ role }) => role === 'when')) this.#take(atMs, point, writer);
      const answers = Map.groupBy(tie.filter(({ role }) => role === 'then'), (point) => textOf(point, 'value') ?? '');
      for (const [value, tied] of answers) this.#hear(value, { atMs, tied }, writer);
    }
  }

  next(afterMs: number): Due | undefined {
    const o = this.#obligation;
    if (o === undefined || o.decided) return undefined;
    if (!o.started && o.startMs > afterMs) return dueAt(o.startMs, o);
    return o.deadlineMs > afterMs ? dueAt(o.deadlineMs, o) : undefined;
  }

  timer(atMs: number, writer: Writer): void {
    const o = this.#obligation;
    if (o === undefined) return;
    if (!o.started) this.#begin(atMs, o, writer);
    else this.#expire(atMs, o, writer);
  }

  #key(value: string): string {
    return this.rules.each ? `${this.group}/${value}` : this.group;
  }

  /** An A: the first one stands; another one only before the deadline, by `supersede` or with an earlier deadline. */
  #take(atMs: number, point: Point, writer: Writer): void {
    const { startMs, deadlineMs } = point.facts as { readonly startMs: number; readonly deadlineMs: number };
    if (flag(point, 'retires')) {
      this.#drop(atMs, 'retired', writer);
      return;
    }
    // What occurred before or after the check was in force is judged by what was in force then.
    if (!writer.isInForce(startMs)) {
      this.#passOver(atMs, point, writer);
      return;
    }
    const known = this.#obligation;
    if (known !== undefined && !(atMs < known.deadlineMs && (this.rules.supersede || deadlineMs < known.deadlineMs))) return;
    if (known !== undefined) this.#drop(atMs, 'superseded', writer);
    const { evidenceId, receivedAtMs, settleMs } = point;
    const kept = keptOf(point);
    const taken = {
      ...{ evidenceId, startMs, deadlineMs, receivedAtMs, settleMs, system: systemOf(point), backfill: isBackfill(point) },
      ...{ kept: typeof kept === 'boolean' ? { data: {} } : kept, started: false, decided: false },
    };
    this.#obligation = taken;
    if (startMs <= atMs) this.#begin(atMs, taken, writer);
  }

  /** An A for which the check came too late: its keys say so, since nothing that was accepted goes unseen. */
  #passOver(atMs: number, { facts, evidenceId }: Point, writer: Writer): void {
    if (Number(facts['startMs']) >= writer.effectiveFromMs) return;
    this.#early = evidenceId;
    for (const { value } of this.#answers.values()) this.#assess(value, atMs, writer);
  }

  #drop(atMs: number, reason: string, writer: Writer): void {
    const o = this.#obligation;
    this.#obligation = undefined;
    if (o === undefined) return;
    for (const { judged: _judged, failing: _failing, sinceMs: _sinceMs, ...answer } of this.#answers.values()) {
      if (o.started && !o.decided) this.#observe(o, answer, { outcome: 'not-applicable', reason, decidedAtMs: atMs }, writer);
      this.#answers.set(answer.value, answer);
      writer.enter(this.#key(answer.value), atMs, answer.retired ? retiredStand(answer) : NO_OCCURRENCE);
    }
    if (this.#unnamed && !o.decided) this.#observeGroup(o, { outcome: 'not-applicable', reason, decidedAtMs: atMs }, writer);
    if (this.#unnamed) writer.enter(this.group, atMs, NO_OCCURRENCE);
    this.#unnamed = false;
  }

  #begin(atMs: number, obligation: Obligation, writer: Writer): void {
    const o = { ...obligation, started: true };
    this.#obligation = o;
    if (!this.rules.each && this.#answers.size === 0) {
      this.#answers.set('', { value: '', knownMs: atMs, kept: false, holds: false, feedIds: [], receivedAtMs: o.receivedAtMs, backfill: false });
      writer.begin(this.group, atMs, NO_OCCURRENCE);
    }
    if (this.#answers.size === 0) {
      this.#unnamed = true;
      const stand: Stand = { ...NO_OCCURRENCE, reason: 'pending', system: o.system, occurrence: o.evidenceId };
      writer.begin(this.group, atMs, stand);
      writer.enter(this.group, atMs, stand);
      this.#observeGroup(o, { outcome: 'pending' }, writer);
    }
    for (const answer of [...this.#answers.values()]) {
      if (this.rules.condition.joins) this.#answers.set(answer.value, { ...answer, holds: this.#holds(answer, atMs, writer) });
      this.#assess(answer.value, atMs, writer);
    }
  }

  /** A B, or several that are a tie: the one that does not hold stands. */
  #hear(value: string, { atMs, tied }: { readonly atMs: number; readonly tied: readonly Point[] }, writer: Writer): void {
    const before = this.#answers.get(value);
    if (before === undefined && this.#answers.size >= MAX_VALUES) {
      // What cannot be kept is not judged: the group is in error, and nothing of it passes.
      for (const point of tied) writer.failedOn('values', this.group, { ...point, message: `more than ${MAX_VALUES} values` });
      return;
    }
    const heard = tied.map((point) => this.#answerOf(value, point, { before, writer }));
    const [first] = heard;
    const answer = heard.find(({ holds }) => !holds) ?? first;
    if (answer === undefined) return;
    this.#answers.set(value, answer);
    const key = this.#key(value);
    writer.begin(key, atMs, undemanded(this.#early));
    if (answer.retired !== true) writer.revive(key);
    if (this.#unnamed) this.#nameKnown(atMs, writer);
    this.#assess(value, atMs, writer);
    if (answer.retired === true) writer.retire(key, atMs);
  }

  #answerOf(value: string, point: Point, { before, writer }: { readonly before: Answer | undefined; readonly writer: Writer }): Answer {
    const { evidenceId, feedId, receivedAtMs, atMs } = point;
    const heard: Answer = {
      ...{ value, knownMs: before?.knownMs ?? Math.max(atMs, writer.effectiveFromMs), kept: keptOf(point), holds: before?.holds ?? false },
      ...{ evidenceId, feedIds: [feedId], system: systemOf(point), receivedAtMs, backfill: isBackfill(point) },
      ...(flag(point, 'retires') ? { retired: true } : {}),
      ...(before?.judged === true ? { judged: true } : {}),
      ...defined({ failing: before?.failing, sinceMs: before?.sinceMs }),
    };
    return { ...heard, holds: this.#holds(heard, atMs, writer) };
  }

  #holds(answer: Answer, atMs: number, writer: Writer): boolean {
    const holds = this.rules.condition.holds(answer.kept, this.#obligation?.kept);
    const slot = `where/${answer.value}`;
    if (!isUnreadable(holds)) {
      writer.readOn(slot, atMs);
      return holds;
    }
    writer.failedOn(slot, this.#key(answer.value), { message: holds.message, atMs, evidenceId: answer.evidenceId ?? '' });
    return answer.holds;
  }

  #nameKnown(atMs: number, writer: Writer): void {
    const o = this.#obligation;
    this.#unnamed = false;
    writer.enter(this.group, atMs, { ...NO_OCCURRENCE, state: 'not-applicable', reason: 'values-known' });
    if (o !== undefined && !o.decided) this.#observeGroup(o, { outcome: 'not-applicable', reason: 'values-known', decidedAtMs: atMs }, writer);
  }

  /** What holds of a value now, by what is known of it. */
  #assess(value: string, atMs: number, writer: Writer): void {
    const answer = this.#answers.get(value);
    const o = this.#obligation;
    if (answer === undefined) return;
    const key = this.#key(value);
    if (o === undefined || !o.started) {
      writer.enter(key, atMs, answer.retired ? retiredStand(answer) : undemanded(o === undefined ? this.#early : undefined));
    } else if (answer.holds) {
      this.#pass(answer, { o, atMs, key }, writer);
    } else {
      this.#assessNot(withoutSince(answer), { o, atMs, key }, writer);
    }
  }

  #assessNot(answer: Answer, { o, atMs, key }: Moment, writer: Writer): void {
    this.#answers.set(answer.value, answer);
    if (answer.retired) {
      writer.enter(key, atMs, retiredStand(answer));
      if (answer.judged !== true) this.#observe(o, answer, { outcome: 'not-applicable', reason: 'retired', ...(o.decided ? { decidedAtMs: atMs } : {}) }, writer);
    } else if (o.decided) {
      this.#fail(answer, { o, atMs, key }, writer);
    } else {
      writer.enter(key, atMs, { ...about(o, answer), state: 'no-occurrence', basis: 'absence', reason: 'pending' });
      this.#observe(o, answer, { outcome: 'pending' }, writer);
    }
  }

  #pass(answer: Answer, { o, atMs, key }: Moment, writer: Writer): void {
    const { evidenceId, failing: occurrence, sinceMs = atMs } = answer;
    writer.enter(key, atMs, answer.retired ? retiredStand(answer) : { ...about(o, answer), state: 'pass', basis: 'evidence' });
    if (occurrence !== undefined) writer.recover(key, atMs, { basis: 'evidence', occurrence, ...defined({ evidenceId }) });
    // Too late, though the deadline itself is not decided yet.
    const late = !o.decided && sinceMs > o.deadlineMs;
    if (answer.judged !== true) this.#observe(o, answer, late ? { outcome: 'pending' } : { outcome: 'pass', decidedAtMs: sinceMs }, writer);
    const { failing: _failing, ...rest } = answer;
    this.#answers.set(answer.value, { ...rest, sinceMs, ...(o.decided ? { judged: true } : {}) });
  }

  /** After the deadline every moment in which it does not hold fails, on evidence. */
  #fail(answer: Answer, { o, atMs, key }: Moment, writer: Writer): void {
    const occurrence = answer.failing ?? (answer.judged === true ? `${o.evidenceId}/${answer.evidenceId ?? ''}` : o.evidenceId);
    const reason = reasonOf(o, answer, occurrence);
    const again = answer.failing !== undefined;
    writer.enter(key, atMs, { ...about(o, answer), state: 'fail', basis: 'evidence', occurrence, reason });
    writer.fail(key, atMs, { ...faultOf(o, answer), basis: 'evidence', occurrence, reason, backfill: answer.backfill || lateWord(o, atMs) });
    if (!again) this.#observe(o, answer, { outcome: 'fail', decidedAtMs: atMs, reason, occurrence }, writer);
    this.#answers.set(answer.value, { ...answer, judged: true, failing: occurrence });
  }

  /** The deadline: what does not hold fails for want of a B in time. */
  #expire(atMs: number, obligation: Obligation, writer: Writer): void {
    const o = { ...obligation, decided: true };
    this.#obligation = o;
    if (this.#unnamed) {
      writer.enter(this.group, atMs, { state: 'unknown', basis: 'absence', reason: 'no-value-known', feedIds: [], system: o.system, occurrence: o.evidenceId });
      this.#observeGroup(o, { outcome: 'unknown', reason: 'no-value-known', decidedAtMs: atMs }, writer);
    }
    for (const answer of [...this.#answers.values()]) {
      const judged: Answer = { ...answer, judged: true };
      const fails = !answer.holds && answer.retired !== true;
      this.#answers.set(answer.value, fails ? { ...judged, failing: o.evidenceId } : judged);
      this.#observe(o, answer, fails ? { outcome: 'fail', decidedAtMs: atMs, reason: 'not-in-time' } : asItStands(answer, atMs), writer);
      if (fails) this.#failInAbsence(answer, { o, atMs, key: this.#key(answer.value) }, writer);
    }
  }

  #failInAbsence(answer: Answer, { o, atMs, key }: Moment, writer: Writer): void {
    const reason = 'not-in-time';
    writer.enter(key, atMs, { ...about(o, answer), state: 'fail', basis: 'absence', reason });
    const backfill = lateWord(o, atMs) || (answer.receivedAtMs > atMs && answer.backfill);
    writer.fail(key, atMs, { ...faultOf(o, answer), basis: 'absence', occurrence: o.evidenceId, reason, backfill });
  }

  #observe(o: Obligation, answer: Answer, { outcome, occurrence = o.evidenceId, ...rest }: Outcome, writer: Writer): void {
    const own = occurrence === o.evidenceId;
    const observation: Observation = {
      key: this.#key(answer.value),
      occurrence,
      atMs: own ? Math.max(o.startMs, answer.knownMs) : (rest.decidedAtMs ?? o.startMs),
      outcome,
      basis: outcome === 'pass' || !own ? 'evidence' : 'absence',
      ...rest,
      system: answer.system ?? o.system,
      evidenceIds: evidenceOf(o, answer),
    };
    writer.observe(observation, o.decided || this.#obligation !== o);
  }

  #observeGroup(o: Obligation, outcome: Outcome, writer: Writer): void {
    const { evidenceId, startMs, system } = o;
    const observation: Observation = { key: this.group, occurrence: evidenceId, atMs: startMs, basis: 'absence', ...outcome, system, evidenceIds: [evidenceId] };
    writer.observe(observation, o.decided || !this.#unnamed || this.#obligation !== o);
  }
}
