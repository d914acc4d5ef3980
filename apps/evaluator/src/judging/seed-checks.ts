import { boundedKey, evidenceByLeaf, insertPoints, lastLeaf } from '@tickmark/persistence';
import type { NamedGroup } from '@tickmark/persistence';
import { isShadow, liveCatalogue } from '../catalogue/live-catalogue.js';
import type { LiveCheck } from '../catalogue/live-catalogue.js';
import { noteDraftErrors } from './draft-errors.js';
import { instantErrorGaps } from './error-gaps.js';
import { extractPoints } from './extract-points.js';
import { idOf } from './group-plan.js';
import { addNewErrorGaps, groupsOf } from './judge-evidence.js';
import { judgeGroups } from './judge-groups.js';
import type { Unit } from './unit.js';

const LEAVES_AT_ONCE = 2_000;
const GROUPS_AT_ONCE = 2_000;

/**
 * Gives new checks all evidence on file, and judges each group once when all of its points are there: what lies between
 * is nobody's news.
 */
export async function seedChecks(unit: Unit, checks: readonly LiveCheck[]): Promise<void> {
  const groups = await seedPoints(unit, checks);
  const ids = await unit.keyNames.ids(checks.flatMap(({ compiled }) => compiled.expectedGroups().map(boundedKey)));
  for (const { id: checkId, compiled } of checks) {
    for (const group of compiled.expectedGroups().map(boundedKey)) {
      const expected = { checkId, groupId: ids.get(group) ?? 0, group };
      groups.set(idOf(expected), expected);
    }
  }
  const all = [...groups.values()];
  for (let at = 0; at < all.length; at += GROUPS_AT_ONCE) {
    // From the beginning of time, by the tables: the points are stored already.
    await judgeGroups(unit, all.slice(at, at + GROUPS_AT_ONCE).map((group) => ({ ...group, points: [], also: { fromMs: -Infinity } })));
  }
}

async function seedPoints(unit: Unit, checks: readonly LiveCheck[]): Promise<Map<string, NamedGroup>> {
  const catalogue = liveCatalogue(unit.catalogue.version, checks);
  const groups = new Map<string, NamedGroup>();
  const types = [...catalogue.byType.keys()];
  const throughLeaf = await lastLeaf(unit.transaction);
  for (let afterLeaf = -1; types.length > 0; ) {
    const page = await evidenceByLeaf(unit.transaction, { afterLeaf, throughLeaf, types, limit: LEAVES_AT_ONCE });
    const last = page.at(-1);
    if (last === undefined) break;
    afterLeaf = last.leafIndex;
    const { points, errors } = extractPoints(page, catalogue);
    const found = await groupsOf(unit, points);
    await insertPoints(unit.transaction, found.flatMap((group) => group.points));
    for (const { checkId, groupId, group } of found) groups.set(idOf({ checkId, groupId }), { checkId, groupId, group });
    await noteDraftErrors(unit, errors);
    const gaps = instantErrorGaps(errors.filter(({ check }) => !isShadow(check)), unit.nowMs);
    if (gaps.length > 0) await addNewErrorGaps(unit, gaps);
  }
  return groups;
}
