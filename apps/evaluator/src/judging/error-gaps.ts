import { createHash } from 'node:crypto';
import type { ErrorStretch } from '@tickmark/evaluation';
import type { GapRevision, GroupId, Queryable } from '@tickmark/persistence';
import { gapsOf } from '@tickmark/persistence';
import type { LiveCheck } from '../catalogue/live-catalogue.js';
import type { ExtractionError } from './extract-points.js';

/** A change of a gap, for the row, the message and the ledger. */
export interface GapChange {
  readonly kind: 'opened' | 'closed' | 'revised';
  readonly gap: GapRevision;
}

export interface GroupErrors extends GroupId {
  readonly check: LiveCheck;
  readonly baseMs: number;
  readonly errors: readonly ErrorStretch[];
}

const prefixOf = ({ checkId, groupId }: GroupId): string => `check-error.${checkId}.${groupId}.`;
const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Stretches of errors of the judged groups against the gaps that are stored of them. */
export async function errorGapChanges(transaction: Queryable, groups: readonly GroupErrors[], nowMs: number): Promise<readonly GapChange[]> {
  if (groups.length === 0) return [];
  const stored = await gapsOf(transaction, {
    cause: 'check-error',
    checks: [...new Set(groups.map(({ check }) => check.ref))],
    fromMs: Math.min(...groups.map(({ baseMs }) => baseMs)),
  });
  return groups.flatMap((group) => changesOf(group, stored.filter(({ id }) => id.startsWith(prefixOf(group))), nowMs));
}

function changesOf(group: GroupErrors, stored: readonly GapRevision[], nowMs: number): readonly GapChange[] {
  const before = new Map(stored.filter(({ toMs }) => toMs === undefined || toMs >= group.baseMs).map((gap) => [gap.id, gap]));
  const changes = group.errors.flatMap((stretch) => {
    const id = `${prefixOf(group)}${short(`${stretch.evidenceId} ${stretch.key}`)}`;
    const old = before.get(id);
    before.delete(id);
    return changesOfStretch(group.check, stretch, { id, old, nowMs });
  });
  return [...changes, ...[...before.values()].map((gone) => withdrawnGap(gone, nowMs))];
}

interface Known {
  readonly id: string;
  readonly old: GapRevision | undefined;
  readonly nowMs: number;
}

function changesOfStretch(check: LiveCheck, { key, message, ...stretch }: ErrorStretch, { id, old, nowMs }: Known): readonly GapChange[] {
  const parts = { ...stretch, id, key, detail: message, nowMs };
  if (old === undefined) {
    const gap = gapOf(check, { ...parts, revision: 1 });
    return gap.toMs === undefined ? [{ kind: 'opened', gap }] : [{ kind: 'opened', gap }, { kind: 'closed', gap }];
  }
  if (old.fromMs === stretch.fromMs && old.toMs === stretch.toMs) return [];
  const gap = gapOf(check, { ...parts, revision: old.revision + 1 });
  return [{ kind: old.toMs === undefined && gap.toMs !== undefined ? 'closed' : 'revised', gap }];
}

/** Late evidence shows that the stretch never was: told as closed if it was open. */
function withdrawnGap(gone: GapRevision, nowMs: number): GapChange {
  const gap: GapRevision = { ...gone, toMs: gone.toMs ?? gone.fromMs, status: 'withdrawn', revision: gone.revision + 1, knownFromMs: nowMs };
  return { kind: gone.toMs === undefined ? 'closed' : 'revised', gap };
}

interface GapParts {
  readonly id: string;
  readonly key?: string;
  readonly revision: number;
  readonly detail: string;
  readonly fromMs: number;
  readonly toMs?: number;
  readonly nowMs: number;
}

function gapOf({ compiled, control }: LiveCheck, { id, key, revision, detail, fromMs, toMs, nowMs }: GapParts): GapRevision {
  return {
    id,
    revision,
    cause: 'check-error',
    control: control.id,
    check: compiled.name,
    ...(key === undefined ? {} : { key }),
    fromMs,
    ...(toMs === undefined ? {} : { toMs }),
    status: toMs === undefined ? 'open' : 'closed',
    detail: detail.replaceAll('\0', '\u{fffd}'),
    knownFromMs: nowMs,
  };
}

/** An expression failed before the key was known: the whole check is blind at that instant; it is listed, over at once. */
export function instantErrorGaps(errors: readonly ExtractionError[], nowMs: number): readonly GapRevision[] {
  const gaps = errors.map(({ check, atMs, evidenceId, message }) =>
    gapOf(check, { id: `check-error.${check.id}.${short(evidenceId)}`, revision: 1, detail: message, fromMs: atMs, toMs: atMs, nowMs }),
  );
  return [...new Map(gaps.map((gap) => [gap.id, gap])).values()];
}
