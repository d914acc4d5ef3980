import type { StateChangeMessage } from '@tickmark/contracts';
import type { CompiledCheck, JudgedEvent } from '@tickmark/evaluation';
import { HOUR, anEvent, controlOf, hours } from '../../libs/evaluation/src/evaluation.testkit.js';
import { randomFrom } from '../support/random-from.ts';
import { SimulatedEvaluator, below } from './evaluator.ts';
import type { Entry } from './evaluator.ts';
import { SimulatedNotifier } from './notifier.ts';
import type { Random } from './random.ts';

const CHECKS: ReadonlyMap<string, CompiledCheck> = new Map([
  ['state', `
id: state
title: State
maps: {tsc: [CC6.1]}
inputs: {account: identity.account}
checks:
  it: {kind: state, input: account, key: account.account, retire: account.status == "disabled", assert: account.mfa, validFor: 26h}
`],
  ['followed', `
id: followed
title: Followed
maps: {tsc: [CC6.2]}
inputs: {leaver: hr.worker-left, account: identity.account}
checks:
  it:
    kind: followed-by
    when: leaver
    then: account
    key: {leaver: leaver.worker, account: account.worker}
    each: account.account
    where: account.status == "disabled"
    from: leaver.lastDay
    within: 24h
`],
].map(([id = '', yaml = '']) => [id, controlOf(yaml).check]));

const PARTITIONS = 3;
const END_MS = hours(1_000);

/** Some come late, some by more than a day. */
function happening(random: Random, index: number): JudgedEvent {
  const at = below(random, 80);
  const rest = { receivedAt: at + ([0, 0, 0, 1, 30][below(random, 5)] ?? 0), evidenceId: `e${index}`, eventId: `e${index}` };
  const worker = `w${below(random, 2)}`;
  if (random() < 0.2) return anEvent('hr.worker-left', at, { worker, lastDay: new Date(hours(at)).toISOString() }, rest);
  const status = random() < 0.25 ? 'disabled' : 'active';
  return anEvent('identity.account', at, { account: `a${below(random, 3)}`, system: 'okta', worker, status, admin: true, mfa: random() < 0.6, factors: [] }, rest);
}

/** As the relay writes them: by leaf, some of them again from an earlier place on, a tick behind everything before it. */
function logsOf(events: readonly JudgedEvent[], random: Random): Entry[][] {
  const logs = Array.from({ length: PARTITIONS }, (): Entry[] => []);
  const into = (leaf: number): void => {
    const event = events[leaf];
    if (event !== undefined) logs[leaf % PARTITIONS]?.push({ kind: 'evidence', leaf, event });
  };
  const tick = (clockMs: number): void => logs.forEach((log) => log.push({ kind: 'tick', clockMs }));
  for (const [leaf, event] of events.entries()) {
    into(leaf);
    // The relay was killed: it begins again behind the last leaf that it knows to be acknowledged.
    if (random() < 0.1) for (let again = below(random, leaf + 1); again <= leaf; again += 1) into(again);
    const nextMs = events[leaf + 1]?.receivedAtMs ?? END_MS;
    if (random() < 0.5 && nextMs - 1 > event.receivedAtMs) tick(nextMs - 1);
  }
  tick(END_MS);
  tick(END_MS + HOUR);
  return logs;
}

/** One history and one fate of all parts, by the seed. */
export class World {
  readonly checks = CHECKS;
  readonly events: readonly JudgedEvent[];
  readonly evaluator: SimulatedEvaluator;
  readonly notifier: SimulatedNotifier;
  readonly #topic: StateChangeMessage[] = [];
  readonly #logs: readonly (readonly Entry[])[];
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    const events = Array.from({ length: 4 + below(this.#random, 16) }, (_, index) => happening(this.#random, index));
    this.events = events.sort((one, other) => one.receivedAtMs - other.receivedAtMs);
    this.#logs = logsOf(this.events, this.#random);
    this.evaluator = new SimulatedEvaluator(CHECKS, this.#logs);
    this.notifier = new SimulatedNotifier(this.#topic);
  }

  /** Everything that may happen, in any order; then calm until nothing is left to do. */
  live(): void {
    for (let step = 0; step < 60; step += 1) this.#step();
    for (let partition = 0; partition < PARTITIONS; partition += 1) this.evaluator.judge(partition, this.evaluator.offsets[partition] ?? 0, Infinity);
    this.evaluator.decide();
    this.#relay(Infinity, false);
    this.notifier.plan(this.notifier.offset, Infinity, false);
    this.notifier.reconcile();
    while (this.notifier.jobs.length > 0) this.notifier.deliver(false);
  }

  #step(): void {
    const random = this.#random;
    const crashes = random() < 0.3;
    const most = 1 + below(random, 6);
    const acts = [
      () => this.#judge(most, crashes),
      () => this.#judge(most, crashes),
      () => this.evaluator.decide(),
      () => this.#relay(most, crashes),
      () => this.#plan(most, crashes),
      () => this.notifier.deliver(crashes),
      () => this.notifier.reconcile(),
      () => void (this.notifier.jobs = []), // Redis was emptied
    ];
    acts[below(random, acts.length)]?.();
  }

  /** A crash before the commit: nothing happened. After it: the same batch is handed over again. */
  #judge(most: number, crashes: boolean): void {
    const partition = below(this.#random, PARTITIONS);
    const from = this.evaluator.offsets[partition] ?? 0;
    if (crashes && this.#random() < 0.5) return;
    this.evaluator.judge(partition, from, most);
    if (crashes) this.evaluator.judge(partition, from, most);
  }

  /** Sent and then marked: what it crashed between is sent again. */
  #relay(most: number, crashes: boolean): void {
    const { evaluator } = this;
    const waiting = evaluator.outbox.slice(evaluator.sent, evaluator.sent + most);
    this.#topic.push(...waiting);
    if (!crashes) evaluator.sent += waiting.length;
  }

  #plan(most: number, crashes: boolean): void {
    const from = this.notifier.offset;
    if (crashes && this.#random() < 0.5) return;
    this.notifier.plan(from, most, crashes);
    if (crashes) this.notifier.plan(from, most, false);
  }
}
