import { foldGroups } from './fold-groups.js';
import type { GroupPlan, GroupToJudge } from './group-plan.js';
import { judgePopulations, populationsToJudge } from './judge-populations.js';
import type { Unit } from './unit.js';

/**
 * The one way of judging: events, due times, silences and new logic all come through here. What counts other keys
 * (reconcile) is judged after them, also when only they have changed.
 */
export async function judgeGroups(unit: Unit, groups: readonly GroupToJudge[]): Promise<readonly GroupPlan[]> {
  const counts = ({ checkId }: GroupToJudge): boolean => unit.catalogue.checks.get(checkId)?.compiled.population !== undefined;
  const folded = await foldGroups(unit, groups.filter((group) => !counts(group)));
  const counting = await populationsToJudge(unit, groups.filter(counts), folded.populated);
  const counted = await judgePopulations(unit, counting);
  return [...folded.judged, ...counted].map(({ plan }) => plan);
}
