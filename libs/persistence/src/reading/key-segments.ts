import type { Segment } from '@tickmark/evaluation';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import { SEGMENT_COLUMNS, SEGMENT_SOURCE, WHILE_KEY_LIVED, toSegment } from './stored-segment.js';
import type { SegmentRow } from './stored-segment.js';

/** How many rows are in memory at once while a check's keys are read. */
const PAGE_ROWS = 5_000;

export interface KeySegments {
  readonly keyId: number;
  readonly segments: readonly Segment[];
}

export interface SegmentRange {
  readonly checkId: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Only this one. */
  readonly keyId?: number;
}

interface Row extends SegmentRow {
  key_id: number;
}

/** Segments of a check that touch the range, key by key: only one key and one page are held at a time. */
export async function* readKeySegments(database: Queryable, range: SegmentRange): AsyncGenerator<KeySegments> {
  let key: { readonly keyId: number; readonly segments: Segment[] } | undefined;
  for await (const row of segmentRows(database, range)) {
    if (key?.keyId !== row.key_id) {
      if (key !== undefined) yield key;
      key = { keyId: row.key_id, segments: [] };
    }
    key.segments.push(toSegment(row));
  }
  if (key !== undefined) yield key;
}

async function* segmentRows(database: Queryable, range: SegmentRange): AsyncGenerator<Row> {
  let after: Row | undefined;
  for (;;) {
    const { rows } = await database.query<Row>(
      `SELECT s.key_id, ${SEGMENT_COLUMNS} FROM ${SEGMENT_SOURCE}
       WHERE s.check_id = $1 AND s.from_at < $3 AND (s.to_at IS NULL OR s.to_at > $2 OR (s.to_at = s.from_at AND s.to_at = $2))
         AND ${WHILE_KEY_LIVED} AND ($4::bigint IS NULL OR s.key_id = $4)
         AND ($5::bigint IS NULL OR (s.key_id, s.from_at) > ($5, $6))
       ORDER BY s.key_id, s.from_at LIMIT ${PAGE_ROWS}`,
      [
        range.checkId, instantToColumn(range.fromMs), instantToColumn(range.toMs), range.keyId ?? null,
        after?.key_id ?? null, after === undefined ? null : instantToColumn(after.from_at),
      ],
    );
    yield* rows;
    after = rows.at(-1);
    if (after === undefined || rows.length < PAGE_ROWS) return;
  }
}

/** The number of a key; undefined: no such key was ever seen. */
export async function readKeyId(database: Queryable, name: string): Promise<number | undefined> {
  const { rows } = await database.query<{ id: number }>('SELECT id FROM key_name WHERE name = $1', [name]);
  return rows[0]?.id;
}
