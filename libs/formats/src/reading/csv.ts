import { CsvError, parse } from 'csv-parse/sync';
import type { InputFault, JsonObject } from '@tickmark/contracts';
import type { FormatLimits } from '../format.js';

export interface CsvRules {
  readonly delimiter: string;
  readonly limits: FormatLimits;
  /** Names that the header line must have for the body to be this tool's. */
  readonly columns: readonly string[];
}

export type CsvReading =
  | { readonly ok: true; readonly rows: readonly JsonObject[] }
  | { readonly ok: false; readonly fault: InputFault };

/** Rows keyed by the header line. A row with too few or too many fields makes the body unreadable: columns would shift. */
export function readCsv(text: string, rules: CsvRules): CsvReading {
  try {
    const rows: string[][] = parse(text, {
      delimiter: rules.delimiter,
      bom: true,
      skip_empty_lines: true,
      max_record_size: rules.limits.lineBytes ?? rules.limits.bodyBytes,
      // One more than allowed, so that too many are seen as such.
      to: rules.limits.items + 2,
    });
    return keyed(rows, rules.columns);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { ok: false, fault: { pointer: '', message: error.message.slice(0, 300) } };
  }
}

function keyed(rows: readonly string[][], columns: readonly string[]): CsvReading {
  const names = rows[0] ?? [];
  const absent = columns.find((column) => !names.includes(column));
  if (absent !== undefined) return { ok: false, fault: { pointer: '', message: `the header line has no column ${absent}` } };
  const twice = names.find((name, at) => names.indexOf(name) !== at || name === '__proto__');
  if (twice !== undefined) {
    return { ok: false, fault: { pointer: '', message: `the header line has the column ${twice.slice(0, 100)} twice, or it is refused` } };
  }
  const entries = (row: readonly string[]): [string, string][] => row.map((cell, at) => [names[at] ?? '', cell]);
  return { ok: true, rows: rows.slice(1).map((row) => Object.fromEntries(entries(row))) };
}
