import { STATES } from '@tickmark/contracts';
import type { State } from '@tickmark/contracts';
import type { Segment } from '@tickmark/evaluation';

export interface SegmentRow {
  from_at: number;
  to_at: number | null;
  state: number;
  basis: number;
  reason: string | null;
  evidence_id: string | null;
  system: string | null;
  feed_ids: number[];
  occurrence: string | null;
}

export const SEGMENT_COLUMNS = 's.from_at, s.to_at, s.state, s.basis, s.reason, s.evidence_id, s.system, s.feed_ids, s.occurrence';
/** What a key is in at present: its open segment, unless it was retired. */
export const PRESENT = `s.to_at IS NULL AND NOT EXISTS
  (SELECT FROM key_span k WHERE k.check_id = s.check_id AND k.key_id = s.key_id AND k.retired_at IS NOT NULL)`;

export function stateOf(code: number): State {
  const state = STATES[code];
  if (state === undefined) throw new Error(`There is no state number ${code}; is this database of a newer version?`);
  return state;
}

export const codeOfState = (state: State): number => STATES.indexOf(state);

export function toSegment(row: SegmentRow): Segment {
  return {
    state: stateOf(row.state),
    fromMs: row.from_at,
    ...(row.to_at === null ? {} : { toMs: row.to_at }),
    basis: row.basis === 0 ? 'evidence' : 'absence',
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.evidence_id === null ? {} : { evidenceId: row.evidence_id }),
    ...(row.system === null ? {} : { system: row.system }),
    feedIds: row.feed_ids,
    ...(row.occurrence === null ? {} : { occurrence: row.occurrence }),
  };
}
