import type { Database, NamedGroup } from '@tickmark/persistence';
import { dueGroups, faultOf, lockCheckStates, readJudgingWatermark, saveCheckStates } from '@tickmark/persistence';
import type { Logger } from '@tickmark/platform';
import type { GapChange } from '../judging/error-gaps.js';
import { judgeGroups } from '../judging/judge-groups.js';
import type { Judging } from '../judging/judging.js';
import { applyGapChanges } from '../judging/unit.js';
import type { Unit } from '../judging/unit.js';

export interface DueMetrics {
  /** When each decision became possible. */
  decided(readyMs: readonly number[]): void;
}

const GROUPS_AT_ONCE = 500;

/**
 * Decides what the watermark has passed, as of its own time. Candidates are picked without locks and looked at again
 * under them, so that several evaluators may do this at once.
 */
export class DecideDue {
  constructor(
    private readonly database: Database,
    private readonly judging: Judging,
    private readonly metrics: DueMetrics,
    private readonly logger: Logger,
  ) {}

  /** Says how many it decided; fewer than none are left when it is 0. */
  async run(): Promise<number> {
    const watermarkMs = await readJudgingWatermark(this.database);
    if (watermarkMs === undefined) return 0;
    let decided = 0;
    for (;;) {
      const groups = await dueGroups(this.database, watermarkMs, GROUPS_AT_ONCE);
      if (groups.length === 0) return decided;
      decided += await this.#decide(groups);
    }
  }

  async #decide(groups: readonly NamedGroup[]): Promise<number> {
    try {
      return await this.#judge(groups);
    } catch (error) {
      if (faultOf(error) === 'unavailable' || faultOf(error) === 'retry') throw error;
      this.logger.error({ err: error }, 'due groups cannot be judged together');
    }
    let decided = 0;
    for (const group of groups) {
      decided += await this.#judge([group]).catch(async (error: unknown) => {
        if (faultOf(error) === 'unavailable' || faultOf(error) === 'retry') throw error;
        await this.#giveUp(group, error);
        return 1;
      });
    }
    return decided;
  }

  async #judge(groups: readonly NamedGroup[]): Promise<number> {
    const ready = await this.judging.run(async (unit) => {
      const known = groups.filter(({ checkId }) => unit.catalogue.checks.has(checkId));
      const judged = await judgeGroups(unit, known.map((group) => ({ ...group, points: [], also: 'when-due' })));
      return judged.flatMap(({ dueMs }) => dueMs ?? []);
    });
    this.metrics.decided(ready);
    return groups.length;
  }

  /** One that cannot be judged must not hold the others: it is an error that everybody sees, until its next event. */
  async #giveUp(group: NamedGroup, error: unknown): Promise<void> {
    this.logger.error({ err: error, checkId: group.checkId }, 'a due group cannot be judged');
    await this.judging.run(async (unit) => {
      const [state] = await lockCheckStates(unit.transaction, [group]);
      if (state?.due === undefined) return;
      const { due, ...rest } = state;
      await saveCheckStates(unit.transaction, [rest]);
      await applyGapChanges(unit, [failedGap(unit, group, due.atMs)], ({ control }) => ({ controls: control === undefined ? [] : [control] }));
    });
  }
}

function failedGap(unit: Unit, group: NamedGroup, fromMs: number): GapChange {
  const check = unit.catalogue.checks.get(group.checkId);
  return {
    kind: 'opened',
    gap: {
      id: `check-error.${group.checkId}.${group.groupId}.due.${fromMs}`,
      revision: 1,
      cause: 'check-error',
      ...(check === undefined ? {} : { control: check.control.id, check: check.compiled.name }),
      key: group.group,
      fromMs,
      status: 'open',
      detail: 'the check could not be judged when it fell due',
      knownFromMs: unit.nowMs,
    },
  };
}
