import type { Severity } from '@tickmark/contracts';
import type { ValueType } from '@tickmark/expressions';
import type { ZodType } from 'zod';

/** One of the five trust services categories; the common criteria (CC) apply whichever are in scope. */
export interface Category {
  readonly id: string;
  readonly name: string;
  readonly series: readonly string[];
}

export interface Criterion {
  readonly id: string;
  readonly category: string;
  readonly series: string;
  readonly title: string;
  readonly cosoPrinciple?: number;
  readonly machineEvidence: 'strong' | 'partial' | 'weak';
  readonly evidence: readonly string[];
}

export interface Objective {
  readonly id: string;
  readonly family: string;
  readonly title: string;
  readonly assertions: readonly string[];
  readonly tsc: readonly string[];
  readonly mapping: 'shared' | 'partial' | 'soc1-only';
  readonly evidence: readonly string[];
}

export interface EventType {
  readonly id: string;
  readonly title: string;
  /** What the subject is, in words. */
  readonly subject: string;
  /** JSON Schema of `data`. */
  readonly schema: { readonly [keyword: string]: unknown };
  readonly examples: readonly unknown[];
  readonly valueType: ValueType;
  readonly reserved: boolean;
}

export interface ControlInput {
  readonly alias: string;
  readonly type: string;
  readonly where?: string;
}

/** A check as written, validated by its kind's schema; `kind` names the kind. */
export interface CheckDefinition {
  readonly name: string;
  readonly kind: string;
  /** What stands beside `kind`, as the kind's schema gives it back. */
  readonly spec: { readonly [field: string]: unknown };
}

export interface ControlTest {
  readonly name: string;
  readonly startMs: number;
  readonly given: readonly unknown[];
  readonly expect: readonly unknown[];
  readonly line: number;
}

export interface ControlDefinition {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly owner: string;
  readonly severity: Severity;
  readonly execution: 'automated' | 'manual' | 'it-dependent-manual';
  readonly timing: 'preventive' | 'detective' | 'corrective';
  readonly frequency: string;
  readonly keyControl: boolean;
  /** Midnight UTC of the written date; a check with a `timezone` begins at midnight there. */
  readonly effectiveFrom: string;
  readonly maps: { readonly tsc: readonly string[]; readonly soc1: readonly string[] };
  readonly scope?: string;
  readonly params: { readonly [name: string]: unknown };
  readonly inputs: readonly ControlInput[];
  readonly checks: readonly CheckDefinition[];
  readonly tests: readonly ControlTest[];
  readonly file: string;
  readonly yaml: string;
  /** SHA-256 (hex) of the whole definition in canonical form. */
  readonly definitionHash: string;
  /** SHA-256 (hex) of inputs, scope, params, checks in canonical form: equal means that state carries over. */
  readonly logicHash: string;
}

/** A fault in a catalogue file: says file, line and what to write instead. */
export interface CatalogueFault {
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly hint?: string;
  readonly severity: 'error' | 'warning';
}

/** What a kind tells the loader: its YAML schema, and its own faults (expressions, durations, references). */
export interface KindDescriptor {
  readonly id: string;
  /** Of the fields beside `kind`; a strict object, so that unknown fields are faults. */
  readonly schema: ZodType;
  /** States that tests can reach with this kind; of pass, fail and unknown each of these needs an expected line a check. */
  readonly reachable: readonly string[];
  validate(control: ControlDefinition, check: CheckDefinition, types: ReadonlyMap<string, EventType>): readonly CheckFault[];
}

/** `path` leads from the check to the fault, so that the loader can find its line. */
export interface CheckFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
}

/** What a file is for is known by where it lies, see `readCatalogue` of platform. */
export type CatalogueFileRole = 'criteria' | 'objectives' | 'event-type' | 'control' | 'override' | 'mapping';

export interface CatalogueFile {
  readonly role: CatalogueFileRole;
  /** Path as shown in messages. */
  readonly path: string;
  readonly text: string;
}

export interface Catalogue {
  readonly categories: readonly Category[];
  readonly criteria: ReadonlyMap<string, Criterion>;
  readonly objectives: ReadonlyMap<string, Objective>;
  readonly eventTypes: ReadonlyMap<string, EventType>;
  readonly controls: ReadonlyMap<string, ControlDefinition>;
  /** SHA-256 (hex) over all definitions. */
  readonly hash: string;
}
