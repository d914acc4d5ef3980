import { JudgeAnew } from '@tickmark/evaluation';
import type { Blindness, CompiledCheck, JudgedEvent, JudgingContext } from '@tickmark/evaluation';
import { unhurried } from './unhurried.js';

interface Life {
  readonly beginMs: number;
  readonly retiredAtMs?: number;
}

/**
 * What checks of kind reconcile say of the checks that they count. What is counted must be known whole before it can be
 * said when a count was wrong, so the evidence goes by once more before anything is compared.
 */
export class PopulationsAnew {
  readonly #counting: readonly CompiledCheck[];
  readonly #counts: JudgeAnew;
  readonly #lives = new Map<string, Life[]>();

  constructor(
    private readonly control: string,
    private readonly checks: readonly CompiledCheck[],
    clock: JudgingContext,
    nameOf: (name: string) => string,
  ) {
    this.#counting = checks.filter(({ population }) => population !== undefined);
    this.#counts = new JudgeAnew({ checks: this.#counting, clock, nameOf, wants: () => true });
  }

  get isNeeded(): boolean {
    return this.#counting.length > 0;
  }

  add(event: JudgedEvent): void {
    this.#counts.add(event);
  }

  /** The keys of what is counted, share by share. */
  async addLives(anew: JudgeAnew): Promise<void> {
    for (const name of new Set(this.#counting.map(({ population = '' }) => population))) {
      const counted = this.checks.find((check) => check.name === name);
      if (counted === undefined) continue;
      const lives = this.#lives.get(name) ?? [];
      this.#lives.set(name, lives);
      for await (const group of unhurried(anew.groupsOf(counted))) {
        for (const { beginMs, retiredAtMs } of anew.judge(counted, group).keys) lives.push({ beginMs, ...(retiredAtMs === undefined ? {} : { retiredAtMs }) });
      }
    }
  }

  /** Blindness of a check whose population was not complete. */
  blindnessOf(name: string): readonly Blindness[] {
    const lives = this.#lives.get(name) ?? [];
    const population = { liveAt: (ms: number) => lives.filter(({ beginMs, retiredAtMs = Infinity }) => beginMs <= ms && ms < retiredAtMs).length };
    const counting = this.#counting.filter((check) => check.population === name);
    const stretches = counting.flatMap((check) => this.#counts.groupsOf(check).flatMap((group) => this.#counts.judge(check, group, { population }).incomplete));
    return stretches.map((stretch) => ({ cause: 'incomplete-population', check: `${this.control}/${name}`, ...stretch }));
  }
}
