import type { Population } from '@tickmark/evaluation';
import { boundedKey, checksWithPoints, gapsOf, keyLives } from '@tickmark/persistence';
import type { KeyLife } from '@tickmark/persistence';
import { isShadow } from '../catalogue/live-catalogue.js';
import type { LiveCheck } from '../catalogue/live-catalogue.js';
import { foldGroups } from './fold-groups.js';
import type { JudgedGroup } from './group-deviations.js';
import type { GroupToJudge } from './group-plan.js';
import { idOf } from './group-plan.js';
import { intervalChanges } from './interval-gaps.js';
import { groupsToLookAtAgain } from './look-again.js';
import { applyGapChanges } from './unit.js';
import type { Unit } from './unit.js';

/** The groups that were asked for, and those whose population has changed since they counted it. */
export async function populationsToJudge(unit: Unit, asked: readonly GroupToJudge[], populated: ReadonlySet<number>): Promise<readonly GroupToJudge[]> {
  const touched = [...unit.catalogue.checks.values()].filter((check) => populated.has(countedCheck(unit, check)?.id ?? -1));
  if (touched.length === 0) return asked;
  const counting = await checksWithPoints(unit.transaction, touched.map(({ id }) => id));
  const again = touched.filter(({ id }) => counting.has(id));
  const names = await unit.keyNames.ids(again.map(nameOf));
  const groups = new Map(again.map((check): [string, GroupToJudge] => {
    const group = { checkId: check.id, groupId: names.get(nameOf(check)) ?? 0, group: nameOf(check), points: [], also: 'always' as const };
    return [idOf(group), group];
  }));
  for (const group of asked) groups.set(idOf(group), { ...group, ...(groups.has(idOf(group)) ? { also: 'always' } : {}) });
  return [...groups.values()];
}

const nameOf = ({ compiled }: LiveCheck): string => boundedKey(compiled.population ?? '');

/** The check that is counted: of the same control, in the same version. */
function countedCheck(unit: Unit, { compiled, control, activation, shadowId }: LiveCheck): LiveCheck | undefined {
  if (compiled.population === undefined) return undefined;
  return [...unit.catalogue.checks.values()].find(
    (other) =>
      other.control.id === control.id && other.activation === activation && other.shadowId === shadowId && other.compiled.name === compiled.population,
  );
}

/** While the source counts otherwise than we do, the check that is counted is blind. */
export async function judgePopulations(unit: Unit, groups: readonly GroupToJudge[]): Promise<readonly JudgedGroup[]> {
  if (groups.length === 0) return [];
  const checks = [...new Set(groups.flatMap(({ checkId }) => unit.catalogue.checks.get(checkId) ?? []))];
  const populations = new Map<number, Population>();
  for (const check of checks) {
    const counted = countedCheck(unit, check);
    if (counted !== undefined) populations.set(check.id, populationOf(await keyLives(unit.transaction, counted.id)));
  }
  const { judged } = await foldGroups(unit, groups, ({ id }) => populations.get(id));
  for (const one of judged) await blindCounted(unit, one);
  return judged;
}

async function blindCounted(unit: Unit, { plan, judgement }: JudgedGroup): Promise<void> {
  const counted = countedCheck(unit, plan.check);
  if (counted === undefined || isShadow(counted)) return;
  const idPrefix = `incomplete-population.${plan.check.id}.`;
  const known = await gapsOf(unit.transaction, { cause: 'incomplete-population', checks: [counted.ref], fromMs: -Infinity });
  const stored = known.filter(({ id, fromMs, toMs }) => id.startsWith(idPrefix) && toMs !== fromMs);
  const place = { cause: 'incomplete-population', control: counted.control.id, check: counted.compiled.name } as const;
  const changes = intervalChanges({ idPrefix, place, nowMs: unit.nowMs }, stored, judgement.incomplete);
  if (changes.length === 0) return;
  await applyGapChanges(unit, changes, () => ({ controls: [counted.control.id] }));
  await foldGroups(unit, await groupsToLookAtAgain(unit, changes, { stored, checkIds: [counted.id] }));
}

function populationOf(lives: readonly KeyLife[]): Population {
  return { liveAt: (ms) => lives.filter(({ beginMs, retiredAtMs = Infinity }) => beginMs <= ms && ms < retiredAtMs).length };
}
