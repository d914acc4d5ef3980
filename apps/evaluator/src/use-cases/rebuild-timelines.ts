import { forgetJudged, lockActivation, readActiveVersion } from '@tickmark/persistence';
import { isShadow } from '../catalogue/live-catalogue.js';
import type { LiveCheck } from '../catalogue/live-catalogue.js';
import type { LiveCatalogues } from '../catalogue/read-live-catalogue.js';
import { judgeHeartbeats } from '../judging/heartbeats.js';
import type { Judging } from '../judging/judging.js';
import { seedChecks } from '../judging/seed-checks.js';
import type { Unit } from '../judging/unit.js';

export interface RebuiltControl {
  readonly control: string;
  readonly checks: number;
  /** Deviations that were on record and are not said again, or the other way round: none, unless rows had been changed. */
  readonly corrected: number;
}

/**
 * Forgets points, timelines and observations, and judges them again from the ledger. Deviations keep their ids and the
 * times at which they were detected, told and verified; nobody is told anything, except where a deviation turns out
 * otherwise than it stood on record. Judging waits while a control is rebuilt, so that readers see it before or after.
 */
export class RebuildTimelines {
  constructor(
    private readonly judging: Judging,
    private readonly catalogues: LiveCatalogues,
  ) {}

  /** Controls one after the other, all versions of each; only those that are named, if any are. */
  async *run(only: readonly string[] = []): AsyncGenerator<RebuiltControl> {
    const wanted = await this.#controls();
    const unknown = only.filter((id) => !wanted.includes(id));
    if (unknown.length > 0) throw new Error(`no judged control is named ${unknown.join(', ')}; nothing was rebuilt`);
    for (const control of only.length === 0 ? wanted : wanted.filter((id) => only.includes(id))) yield await this.#rebuild(control);
  }

  #controls(): Promise<readonly string[]> {
    return this.judging.run(({ catalogue }) => Promise.resolve([...new Set(liveChecks(catalogue.checks).map(({ control }) => control.id))].sort()));
  }

  async #rebuild(control: string): Promise<RebuiltControl> {
    return this.judging.runWith(
      async (transaction) => {
        await lockActivation(transaction);
        const version = await readActiveVersion(transaction);
        if (version === undefined) throw new Error('no catalogue is active: there is nothing to rebuild');
        return this.catalogues.read(transaction, version);
      },
      async (unit) => {
        const checks = liveChecks(unit.catalogue.checks).filter((check) => check.control.id === control);
        await forgetJudged(unit.transaction, checks.map(({ id }) => id));
        await seedChecks(unit, checks);
        await judgeHeartbeats(unit);
        return { control, checks: checks.length, corrected: keepOnlyCorrections(unit) };
      },
    );
  }
}

const liveChecks = (checks: ReadonlyMap<number, LiveCheck>): readonly LiveCheck[] => [...checks.values()].filter((check) => !isShadow(check));

/** That states are what they were is nobody's news; that a deviation is not what it was must be told and on record. */
function keepOnlyCorrections({ messages, leaves }: Unit): number {
  const news = messages.filter(({ message: { kind } }) => typeof kind === 'string' && kind.startsWith('deviation-'));
  messages.splice(0, messages.length, ...news);
  leaves.splice(0, leaves.length, ...leaves.filter(({ kind }) => kind === 'deviation'));
  return news.length;
}
