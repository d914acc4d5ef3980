import { CsvError, parse } from 'csv-parse/sync';
import type { InputFault, JsonObject, Result } from '@tickmark/contracts';
import type { FormatLimits } from '../format.js';

export interface CsvRules {
  readonly delimiter: string;
  readonly limits: FormatLimits;
  /** Names that the header line must have for the body to be this tool's. */
  readonly columns: readonly string[];
}

/** A row keyed by the header line, or why it cannot be: with a field too few or too many its columns have shifted. */
type CsvRow = Result<JsonObject, InputFault>;

export type CsvReading =
  | { readonly ok: true; readonly rows: readonly CsvRow[] }
  | { readonly ok: false; readonly fault: InputFault };

export function readCsv(text: string, rules: CsvRules): CsvReading {
  try {
    const rows: string[][] = parse(text, {
      delimiter: rules.delimiter,
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: rules.limits.lineBytes ?? rules.limits.bodyBytes,
      // The header and one more than allowed, so that too many are seen as such.
      to: rules.limits.items + 2,
    });
    return keyed(rows, rules.columns);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return unreadable(error.message.slice(0, 300));
  }
}

function keyed(rows: readonly string[][], columns: readonly string[]): CsvReading {
  const names = rows[0] ?? [];
  const absent = columns.find((column) => !names.includes(column));
  if (absent !== undefined) return unreadable(`the header line has no column ${absent}`);
  const known = new Set(names);
  if (known.size < names.length || known.has('__proto__')) return unreadable('the header line has a column twice, or one that is refused');
  return { ok: true, rows: rows.slice(1).map((row) => keyedRow(row, names)) };
}

function keyedRow(row: readonly string[], names: readonly string[]): CsvRow {
  if (row.length === names.length) return { ok: true, value: Object.fromEntries(names.map((name, at) => [name, row[at] ?? ''])) };
  const message = `has ${row.length} fields, the header line ${names.length}; quote fields that hold the separator`;
  return { ok: false, error: { pointer: '', message } };
}

const unreadable = (message: string): CsvReading => ({ ok: false, fault: { pointer: '', message } });
