import { gapsOf } from '@tickmark/persistence';
import type { GapRevision, Unreconciled } from '@tickmark/persistence';
import type { GapChange } from './error-gaps.js';
import { foldGroups } from './fold-groups.js';
import { groupsToLookAtAgain } from './look-again.js';
import { applyGapChanges } from './unit.js';
import type { Unit } from './unit.js';

/** A check that did not see some evidence knows nothing from the first of it on: one gap for each check, while it lasts. */
export async function openUnreconciledGaps(unit: Unit, lasting: readonly Unreconciled[]): Promise<number> {
  if (lasting.length === 0) return 0;
  const stored = await storedGaps(unit);
  const known = new Set(stored.filter(isOpen).map(refOf));
  const changes = [...Map.groupBy(lasting, ({ checkId }) => checkId)].flatMap(([checkId, rows]): readonly GapChange[] => {
    const check = unit.catalogue.checks.get(checkId);
    if (check === undefined || known.has(check.ref)) return [];
    const gap: GapRevision = {
      id: `unreconciled.${checkId}.${unit.nowMs}`,
      revision: 1,
      cause: 'unreconciled',
      control: check.control.id,
      check: check.compiled.name,
      fromMs: Math.min(...rows.map(({ atMs }) => atMs)),
      status: 'open',
      detail: `${rows.length} accepted event${rows.length === 1 ? ' was' : 's were'} not judged, the first of leaf ${Math.min(...rows.map(({ leafIndex }) => leafIndex))}`,
      knownFromMs: unit.nowMs,
    };
    return [{ kind: 'opened', gap }];
  });
  await apply(unit, changes, stored);
  return changes.length;
}

/** Checks whose gap was told by an earlier transaction. */
export async function toldUnreconciled(unit: Unit): Promise<ReadonlySet<string>> {
  return new Set((await storedGaps(unit)).filter((gap) => isOpen(gap) && gap.knownFromMs < unit.nowMs).map(refOf));
}

/** What was judged after all blinds no longer: the gap is filled, and stays listed. */
export async function fillUnreconciledGaps(unit: Unit, left: readonly Unreconciled[]): Promise<void> {
  const stored = await storedGaps(unit);
  const waiting = new Set(left.map(({ checkId }) => unit.catalogue.checks.get(checkId)?.ref));
  const changes = stored
    .filter((gap) => isOpen(gap) && !waiting.has(refOf(gap)))
    .map((gap): GapChange => ({
      kind: 'closed',
      gap: { ...gap, revision: gap.revision + 1, toMs: gap.fromMs, status: 'backfilled', knownFromMs: unit.nowMs },
    }));
  await apply(unit, changes, stored);
}

const storedGaps = (unit: Unit): Promise<readonly GapRevision[]> => gapsOf(unit.transaction, { cause: 'unreconciled', fromMs: -Infinity });
const isOpen = ({ status }: GapRevision): boolean => status === 'open';
const refOf = ({ control = '', check = '' }: GapRevision): string => `${control}/${check}`;

/** First the gaps, then the failures that they hide or no longer hide. */
async function apply(unit: Unit, changes: readonly GapChange[], stored: readonly GapRevision[]): Promise<void> {
  if (changes.length === 0) return;
  await applyGapChanges(unit, changes, ({ control }) => ({ controls: control === undefined ? [] : [control] }));
  const refs = new Set(changes.map(({ gap }) => refOf(gap)));
  const checkIds = [...unit.catalogue.checks.values()].filter(({ ref }) => refs.has(ref)).map(({ id }) => id);
  await foldGroups(unit, await groupsToLookAtAgain(unit, changes, { stored, checkIds }));
}
