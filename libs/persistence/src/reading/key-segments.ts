import type { Segment } from '@tickmark/evaluation';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import { SEGMENT_COLUMNS, SEGMENT_SOURCE, WHILE_KEY_LIVED, toSegment } from './stored-segment.js';
import type { SegmentRow } from './stored-segment.js';

/** How many rows are in memory at once while a check's keys are read. */
const PAGE_ROWS = 5_000;

export interface KeySegments {
  readonly keyId: number;
  readonly key: string;
  readonly group: string;
  readonly segments: readonly Segment[];
}

export interface SegmentRange {
  readonly checkId: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Only this one. */
  readonly keyId?: number;
  /** False: names are left empty, which spares a look-up for each row. */
  readonly named: boolean;
}

interface Row extends SegmentRow {
  key_id: number;
  key: string;
  group: string;
}

/** Segments of a check that touch the range, key by key: only one key and one page are held at a time. */
export async function* readKeySegments(database: Queryable, range: SegmentRange): AsyncGenerator<KeySegments> {
  let key: (KeySegments & { readonly segments: Segment[] }) | undefined;
  for await (const row of segmentRows(database, range)) {
    if (key?.keyId !== row.key_id) {
      if (key !== undefined) yield key;
      key = { keyId: row.key_id, key: row.key, group: row.group, segments: [] };
    }
    key.segments.push(toSegment(row));
  }
  if (key !== undefined) yield key;
}

const NAMED = {
  columns: 'n.name AS key, g.name AS "group"',
  joins: 'JOIN key_name n ON n.id = s.key_id JOIN key_name g ON g.id = s.group_id',
};
const NAMELESS = { columns: `'' AS key, '' AS "group"`, joins: '' };

async function* segmentRows(database: Queryable, range: SegmentRange): AsyncGenerator<Row> {
  const { columns, joins } = range.named ? NAMED : NAMELESS;
  let after: Row | undefined;
  for (;;) {
    const { rows } = await database.query<Row>(
      `SELECT s.key_id, ${columns}, ${SEGMENT_COLUMNS} FROM ${SEGMENT_SOURCE} ${joins}
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

/** The numbers of keys and groups by their names; a name that was never seen has none. */
export async function readKeyIds(database: Queryable, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await database.query<{ id: number; name: string }>('SELECT id, name FROM key_name WHERE name = ANY($1)', [names]);
  return new Map(rows.map(({ id, name }) => [name, id]));
}
