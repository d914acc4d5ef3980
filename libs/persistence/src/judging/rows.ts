import type { QueryResultRow } from 'pg';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';

/** The rows' columns as arrays, for `unnest($1::int[], …)`: one statement whatever the number of rows. */
export function columnsOf<T>(rows: readonly T[], columns: readonly ((row: T) => unknown)[]): unknown[][] {
  return columns.map((column) => rows.map(column));
}

/** An array within a row: `unnest` would flatten arrays of arrays, so it travels as its literal. */
export const arrayLiteral = (items: readonly (string | number)[]): string => `{${items.join(',')}}`;

/** Present, as a column: null when absent. */
export const optional = <T>(value: T | undefined): T | null => value ?? null;

/** Without an instant: before every one. */
export const instantOrEver = (ms: number | undefined): string => (ms === undefined ? '-infinity' : instantToColumn(ms));

/** One statement over many rows; none without rows. */
export async function writeAll<T>(
  transaction: Queryable,
  statement: string,
  rows: readonly T[],
  columns: readonly ((row: T) => unknown)[],
): Promise<void> {
  if (rows.length > 0) await transaction.query(statement, columnsOf(rows, columns));
}

/** The same, with what the statement returns. */
export async function returnedRows<Row extends QueryResultRow, T>(
  transaction: Queryable,
  statement: string,
  rows: readonly T[],
  columns: readonly ((row: T) => unknown)[],
): Promise<readonly Row[]> {
  if (rows.length === 0) return [];
  return (await transaction.query<Row>(statement, columnsOf(rows, columns))).rows;
}
