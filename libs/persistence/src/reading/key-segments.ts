import type { Segment } from '@tickmark/evaluation';
import { instantToColumn } from '../column-types.js';
import { rowPages } from '../cursor.js';
import type { Queryable } from '../database.js';
import { SEGMENT_COLUMNS, toSegment } from './stored-segment.js';
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
  group_id: number;
}

/** Segments of a check that touch the range, key by key: only one key and one page are held at a time. In a transaction. */
export async function* readKeySegments(transaction: Queryable, range: SegmentRange): AsyncGenerator<KeySegments> {
  let key: (KeySegments & { readonly segments: Segment[] }) | undefined;
  for await (const page of segmentPages(transaction, range)) {
    const names = range.named ? await namesOf(transaction, page) : NO_NAMES;
    const ends = await endsOf(transaction, range.checkId, page);
    for (const row of page) {
      if (key?.keyId !== row.key_id) {
        if (key !== undefined) yield key;
        key = { keyId: row.key_id, key: names.get(row.key_id) ?? '', group: names.get(row.group_id) ?? '', segments: [] };
      }
      key.segments.push(...untilEnd(toSegment(row), ends.get(row.key_id)));
    }
  }
  if (key !== undefined) yield key;
}

const segmentPages = (transaction: Queryable, range: SegmentRange): AsyncGenerator<readonly Row[]> =>
  rowPages<Row>(transaction, {
    text: `SELECT key_id, group_id, ${SEGMENT_COLUMNS} FROM segment s
     WHERE check_id = $1 AND from_at < $3 AND (to_at IS NULL OR to_at > $2) AND ($4::bigint IS NULL OR key_id = $4)
     ORDER BY key_id, from_at`,
    values: [range.checkId, instantToColumn(range.fromMs), instantToColumn(range.toMs), range.keyId ?? null],
    pageRows: PAGE_ROWS,
  });

const NO_NAMES: ReadonlyMap<number, string> = new Map();

/* Looked up page by page through primary keys: a join over a whole check is planned badly where statistics are old. */
async function namesOf(transaction: Queryable, page: readonly Row[]): Promise<ReadonlyMap<number, string>> {
  const ids = [...new Set(page.flatMap((row) => [row.key_id, row.group_id]))];
  const { rows } = await transaction.query<{ id: number; name: string }>('SELECT id, name FROM key_name WHERE id = ANY($1)', [ids]);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

async function endsOf(transaction: Queryable, checkId: number, page: readonly Row[]): Promise<ReadonlyMap<number, number>> {
  const { rows } = await transaction.query<{ key_id: number; retired_at: number }>(
    'SELECT key_id, retired_at FROM key_span WHERE check_id = $1 AND key_id = ANY($2) AND retired_at IS NOT NULL',
    [checkId, [...new Set(page.map((row) => row.key_id))]],
  );
  return new Map(rows.map((row) => [row.key_id, row.retired_at]));
}

/** A key that ended has no segment after its end. */
function untilEnd(segment: Segment, endMs: number | undefined): readonly Segment[] {
  if (endMs === undefined || (segment.toMs ?? Infinity) <= endMs) return [segment];
  return segment.fromMs < endMs ? [{ ...segment, toMs: endMs }] : [];
}

/** The numbers of keys and groups by their names; a name that was never seen has none. */
export async function readKeyIds(database: Queryable, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await database.query<{ id: number; name: string }>('SELECT id, name FROM key_name WHERE name = ANY($1)', [names]);
  return new Map(rows.map(({ id, name }) => [name, id]));
}
