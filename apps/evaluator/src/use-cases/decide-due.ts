import type { Database, NamedGroup } from '@tickmark/persistence';
import { dueGroups, faultOf, lockCheckStates, readJudgingWatermark, saveCheckStates } from '@tickmark/persistence';
import type { Logger } from '@tickmark/platform';
import { isShadow } from '../catalogue/live-catalogue.js';
import { noteDraftErrors } from '../judging/draft-errors.js';
import type { GapChange } from '../judging/error-gaps.js';
import { idOf } from '../judging/group-plan.js';
import { judgeGroups } from '../judging/judge-groups.js';
import type { Judging } from '../judging/judging.js';
import { tailOf } from '../judging/tail.js';
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

  async run(): Promise<void> {
    const watermarkMs = await readJudgingWatermark(this.database);
    if (watermarkMs === undefined) return;
    const decided = new Set<string>();
    for (;;) {
      const groups = await dueGroups(this.database, watermarkMs, GROUPS_AT_ONCE);
      if (groups.length === 0) return;
      const fresh = groups.filter((group) => !decided.has(idOf(group)));
      if (fresh.length > 0) await this.#decide(fresh);
      // Still due after it was decided: it would be so for ever.
      for (const group of groups) if (decided.has(idOf(group))) await this.#giveUp(group, new Error('it is still due after it was decided'));
      for (const group of fresh) decided.add(idOf(group));
    }
  }

  async #decide(groups: readonly NamedGroup[]): Promise<void> {
    try {
      await this.#judge(groups);
      return;
    } catch (error) {
      if (isAway(error)) throw error;
      this.logger.error({ err: error }, 'due groups cannot be judged together');
    }
    for (const group of groups) {
      await this.#judge([group]).catch(async (error: unknown) => {
        if (isAway(error)) throw error;
        await this.#giveUp(group, error);
      });
    }
  }

  async #judge(groups: readonly NamedGroup[]): Promise<void> {
    const ready = await this.judging.run(async (unit) => {
      const judged = await judgeGroups(unit, groups.map((group) => ({ ...group, points: [], also: 'when-due' })));
      return judged.flatMap(({ check, dueMs }) => (isShadow(check) ? [] : (dueMs ?? [])));
    });
    this.metrics.decided(ready);
  }

  /** One that cannot be judged must not hold the others: it is an error that everybody sees, until its next event. */
  async #giveUp(group: NamedGroup, error: unknown): Promise<void> {
    this.logger.error({ err: error, checkId: group.checkId }, 'a due group cannot be judged');
    await this.judging.run(async (unit) => {
      const [state] = await lockCheckStates(unit.transaction, [group]);
      if (state?.due === undefined) return;
      const { due, ...rest } = state;
      // The next event looks at the gap, and ends it.
      await saveCheckStates(unit.transaction, [{ ...rest, tail: { ...tailOf(state), erring: true } }]);
      const check = unit.catalogue.checks.get(group.checkId);
      if (check?.shadowId !== undefined) {
        await noteDraftErrors(unit, [{ check, atMs: due.atMs, evidenceId: `due ${group.groupId} ${due.atMs}`, message: 'the check could not be judged when it fell due' }]);
        return;
      }
      await applyGapChanges(unit, [failedGap(unit, group, due.atMs)], ({ control }) => ({ controls: control === undefined ? [] : [control] }));
    });
  }
}

const isAway = (error: unknown): boolean => ['unavailable', 'retry'].includes(faultOf(error));

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
