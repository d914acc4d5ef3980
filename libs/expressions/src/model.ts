/** Types of values in expressions, made from JSON Schemas of event types and from parameters. */
export type ValueType =
  | { readonly kind: 'bool' | 'int' | 'double' | 'timestamp' | 'duration' | 'dynamic' }
  /** `maxLength` in characters; absent: 1,024 is assumed when the cost is bounded. */
  | { readonly kind: 'string'; readonly maxLength?: number }
  | { readonly kind: 'list'; readonly items: ValueType; readonly maxItems: number }
  | { readonly kind: 'object'; readonly fields: { readonly [name: string]: FieldType } };

export interface FieldType {
  readonly type: ValueType;
  readonly optional: boolean;
}

export type ResultKind = 'bool' | 'string' | 'int' | 'double' | 'number' | 'timestamp' | 'duration' | 'any';

export interface CompileOptions {
  /** Root names that the expression may use (aliases, `event`, `params`, `result`). */
  readonly variables: { readonly [name: string]: ValueType };
  /** What its place wants. */
  readonly result: ResultKind;
  /** Only the whole of a `key` or `each`: an absent optional field means "not selected" instead of a fault at load. */
  readonly mayBeAbsent?: boolean;
}

export interface ExpressionFault {
  readonly message: string;
  /** What to write instead, where that can be said. */
  readonly hint?: string;
  /** Offset in the source, from 0. */
  readonly offset?: number;
}

/** The same shape as `Result` of contracts, which this lib may not import. */
export type Compilation =
  | { readonly ok: true; readonly value: Expression }
  | { readonly ok: false; readonly error: readonly ExpressionFault[] };

/**
 * Outcome of one evaluation. Strings, booleans and doubles as they are; int as number where that is exact, else bigint;
 * timestamps as UTC milliseconds (number), durations as milliseconds (number).
 */
export type Evaluation =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly absent: boolean; readonly message: string };

export interface Expression {
  readonly source: string;
  /** Root variables that it reads. */
  readonly uses: readonly string[];
  /** What it gives, as far as that is known before it is evaluated. */
  readonly type: ValueType;
  /** Of one evaluation in the worst case. */
  readonly steps: number;
  /** Fields that it reads, as steps from the root: to name the one that was missing. */
  readonly reads: readonly (readonly string[])[];
  /** Values by root name, as plain JSON (RFC 3339 strings for timestamps): conversion by type happens inside. */
  evaluate(values: { readonly [name: string]: unknown }): Evaluation;
}
