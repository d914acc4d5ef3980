import { afterAll, expect } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { commitOf, outcomeOf } from './kept-check.ts';
import type { Outcome } from './kept-check.ts';
import { ProbeLoad } from './probe-load.ts';
import type { RunningSystem } from './running-system.ts';

export const IS_LONG = process.env['TICKMARK_TEST_LONG'] === '1';
/** Whether an outage may last as long as clients try again by themselves: too long for every `npm test`. */
export const IS_PATIENT = IS_LONG || process.env['TICKMARK_TEST_PATIENT'] === '1';
/** Of this run; `TICKMARK_TEST_SEED` runs another one again. */
export const SEED = Number(process.env['TICKMARK_TEST_SEED'] ?? Date.now() % 1_000_000);
/** In the short form and in the long one. */
export const times = (short: number, long: number): number => (IS_LONG ? long : short);

/** How long after a fault everything may take to be as if there had been none. */
export const BACK_MS = 60_000;
/** How long what was accepted may take to be judged and told, once all work again. A planted fault shows for good. */
const SETTLED_MS = Number(process.env['TICKMARK_TEST_SETTLED_MS'] ?? BACK_MS);

interface LoadChoices {
  readonly seed?: number;
  readonly downShare?: number;
}

/** Counts what was done to the system and what came of it; says so at the end of the file. */
export class FaultsRun {
  readonly #outcomes: Outcome[] = [];
  readonly #done = new Map<string, number>();

  constructor(
    private readonly title: string,
    private readonly system: () => RunningSystem,
    private readonly control: string,
  ) {
    afterAll(() => this.#sayAll());
  }

  load(name: string, { seed = SEED, ...choices }: LoadChoices = {}): Promise<ProbeLoad> {
    return ProbeLoad.start({ name, seed, post: (events) => this.system().post(events), ...choices });
  }

  did(what: string): void {
    this.#done.set(what, (this.#done.get(what) ?? 0) + 1);
  }

  say(text: string): void {
    process.stderr.write(`  ${this.title}: ${text}\n`);
  }

  /** Waits for the load to end, and fails with all that was lost, doubled or said wrongly; with the seed and the commit. */
  async nothingLostOrDoubled(load: ProbeLoad, seed = SEED): Promise<void> {
    await load.finish();
    const outcome = await outcomeOf({ system: this.system(), control: this.control, load, seed, limitMs: SETTLED_MS });
    this.#outcomes.push(outcome);
    const { name, acknowledged, refused, answers, deviations, faults } = outcome;
    this.say(`${name}: ${acknowledged} acknowledged, ${refused} refused, answers ${JSON.stringify(answers)}, ${deviations} deviations, ${faults.length} faults`);
    expect({ seed, commit: outcome.commit, faults }).toEqual({ seed, commit: outcome.commit, faults: [] });
  }

  #sayAll(): void {
    if (this.#outcomes.length === 0) return;
    const sum = (pick: (outcome: Outcome) => number): number => this.#outcomes.reduce((total, one) => total + pick(one), 0);
    const faults = (...kinds: readonly string[]): number => sum((one) => one.faults.filter(({ kind }) => kinds.includes(kind)).length);
    const done = [...this.#done].map(([what, count]) => `${count} ${what}`).join(', ');
    this.say(
      `${done}; ${sum((one) => one.acknowledged)} acknowledged, ${faults('lost')} lost, ${faults('doubled', 'judged twice')} doubled, ` +
        `${sum((one) => one.deviations)} deviations, ${faults('notice lost')} notices lost, ${sum((one) => one.faults.length)} faults in all; seed ${SEED}, commit ${commitOf()}`,
    );
  }
}

/** Waits a random time: at whatever the others are doing then. */
export const atRandom = (random: () => number, [least, most]: readonly [number, number]): Promise<void> => pause(least + random() * (most - least));
