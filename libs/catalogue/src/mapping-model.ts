import type { Expression } from '@tickmark/expressions';
import type { EventType } from './model.js';

/** A date as a tool writes it, read into `2026-01-31`. */
export type DateStyle = 'YYYY-MM-DD' | 'YYYY/MM/DD' | 'DD.MM.YYYY' | 'DD/MM/YYYY' | 'DD-MM-YYYY' | 'MM/DD/YYYY';

/** A column of a CSV file under the name that expressions use. */
export interface MappedColumn {
  readonly name: string;
  /** As it stands in the header line. */
  readonly header: string;
  readonly date?: DateStyle;
}

export type MappingInput =
  | { readonly kind: 'csv'; readonly delimiter: string; readonly columns: readonly MappedColumn[] }
  /** `list`: the fields that lead to the array; empty: the body itself is one item, an array or lines. */
  | { readonly kind: 'json'; readonly list: readonly string[] };

type Plain = string | number | boolean;

/** How a field of an event comes about. */
export type MappedField =
  | { readonly name: string; readonly fields: readonly MappedField[] }
  | {
      readonly name: string;
      readonly value: Expression;
      /** Wants text that is a time; a time that was computed is written out. */
      readonly isTime: boolean;
      /** Left out unless this is true. */
      readonly when?: Expression;
      /** Taken when a field that `value` reads is missing. */
      readonly fallback?: Plain;
      /** What each of the tool's words means; another word is refused. */
      readonly words?: ReadonlyMap<string, Plain>;
    };

export interface MappedEvent {
  readonly type: EventType;
  readonly when?: Expression;
  readonly id: Expression;
  readonly subject?: Expression;
  readonly time?: Expression;
  readonly source: string;
  readonly data: readonly MappedField[];
}

export interface MappingTest {
  readonly name: string;
  readonly given: string;
  readonly contentType?: string;
  readonly feed: { readonly name: string; readonly system: string };
  readonly expect: readonly MappingExpectation[];
  readonly line: number;
}

/** What one item gives: an event written out, or the item that is refused or ignored. */
export type MappingExpectation =
  | { readonly event: { readonly [attribute: string]: unknown } }
  | { readonly refused: string; readonly item?: number; readonly message?: string }
  | { readonly ignored: string; readonly item?: number };

/** What turns the files of a tool into events, without code. */
export interface MappingDefinition {
  readonly id: string;
  readonly title: string;
  readonly input: MappingInput;
  readonly ignore: readonly { readonly when: Expression; readonly reason: string }[];
  readonly events: readonly MappedEvent[];
  readonly tests: readonly MappingTest[];
  readonly file: string;
}
