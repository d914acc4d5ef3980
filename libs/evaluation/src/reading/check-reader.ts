import { parseDuration } from '@tickmark/contracts';
import { compileExpression, suggestion, valueTypeOfParams, type Expression, type ResultKind, type ValueType } from '@tickmark/expressions';
import { EVENT_ATTRIBUTES, type CheckDefinition, type CheckFault, type ControlDefinition, type ControlInput, type EventType } from '@tickmark/catalogue';
import type { ZodType } from 'zod';
import { traced, type Trace } from './trace.js';

export type Path = readonly (string | number)[];
export interface Values {
  readonly [name: string]: unknown;
}

/** A length of time that is fixed, or differs from event to event. */
export type Length = number | Expression;

export interface Place {
  /** Inputs that it may read. */
  readonly aliases: readonly string[];
  readonly result: ResultKind;
  readonly mayBeAbsent?: boolean;
  /** Further names, such as `result`. */
  readonly also?: { readonly [name: string]: ValueType };
}

/** Reads what a check says, against the control that it stands in; collects everything wrong with it. */
export class CheckReader {
  readonly faults: CheckFault[] = [];
  readonly #params: ValueType;
  readonly #inputs: ControlInput[];

  constructor(
    readonly control: ControlDefinition,
    readonly check: CheckDefinition,
    readonly types: ReadonlyMap<string, EventType>,
    private readonly trace?: Trace,
  ) {
    this.#params = valueTypeOfParams(control.params);
    this.#inputs = [...control.inputs];
  }

  fault(path: Path, message: string, hint?: string): void {
    this.faults.push({ path, message, ...(hint === undefined ? {} : { hint }) });
  }

  spec<Spec>(schema: ZodType<Spec>): Spec | undefined {
    const parsed = schema.safeParse(this.check.spec);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) this.fault(path.map((part) => (typeof part === 'symbol' ? '' : part)), message);
    return undefined;
  }

  /** An input that a kind has by itself. */
  addInput(input: ControlInput): void {
    if (!this.#inputs.some(({ alias }) => alias === input.alias)) this.#inputs.push(input);
  }

  input(path: Path, alias: string): ControlInput {
    const found = this.#inputs.find((input) => input.alias === alias);
    if (found !== undefined) return found;
    const known = this.#inputs.map((input) => input.alias).join(', ');
    this.fault(path, `"${alias}" is no input of this control`, known === '' ? 'add it under inputs' : `its inputs are: ${known}`);
    return { alias, type: '' };
  }

  /** What the catalogue has looked at already: the `where` of an input, the scope of a control. */
  checked(path: Path, source: string, aliases: readonly string[]): Expression {
    const before = this.faults.length;
    const expression = this.expression(path, source, { aliases, result: 'bool' });
    this.faults.length = before;
    return expression;
  }

  typeOf(alias: string): ValueType {
    const input = this.#inputs.find((one) => one.alias === alias);
    return this.types.get(input?.type ?? '')?.valueType ?? { kind: 'dynamic' };
  }

  expression(path: Path, source: string, { aliases, result, mayBeAbsent = false, also = {} }: Place): Expression {
    const inputs = Object.fromEntries(aliases.map((alias) => [alias, this.typeOf(alias)]));
    const variables = { ...inputs, event: EVENT_ATTRIBUTES, params: this.#params, ...also };
    const compiled = compileExpression(source, { variables, result, mayBeAbsent });
    if (compiled.ok) return traced(compiled.value, { name: path.join('.'), result }, this.trace);
    for (const { message, hint } of compiled.error) this.fault(path, `${message} (in: ${source})`, hint);
    return unusable(source);
  }

  /** `24h`, or an expression that gives a duration; one that needs no event is worked out here. */
  length(path: Path, source: string, aliases: readonly string[] = []): Length {
    const written = parseDuration(source);
    if (written !== undefined) return written;
    const before = this.faults.length;
    const expression = this.expression(path, source, { aliases, result: 'duration' });
    if (this.faults.length > before) return 0;
    if (expression.uses.some((name) => name !== 'params')) {
      if (aliases.length === 0) this.fault(path, 'the length must not depend on an event', 'write 24h, or params.<name>');
      return expression;
    }
    return this.#constant(path, expression);
  }

  fixedLength(path: Path, source: string): number {
    const length = this.length(path, source);
    return typeof length === 'number' ? length : 0;
  }

  /** A field of an input, by its name: it must be there in every event, and of one of these sorts. */
  field(path: Path, alias: string, name: string): ValueType['kind'] {
    const type = this.typeOf(alias);
    if (type.kind !== 'object') return 'dynamic';
    const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
    if (field === undefined) this.fault(path, `${alias} has no field "${name}"`, suggestion(name, Object.keys(type.fields)));
    else if (field.optional) this.fault(path, `${alias}.${name} may be absent`, 'name fields that every event has');
    return field?.type.kind ?? 'dynamic';
  }

  /** What an expression over the parameters gives, as they are written. */
  list(path: Path, source: string): readonly string[] {
    const before = this.faults.length;
    const expression = this.expression(path, source, { aliases: [], result: 'any' });
    if (this.faults.length > before) return [];
    const outcome = expression.evaluate({ params: this.control.params });
    const value = outcome.ok ? outcome.value : undefined;
    if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string' && item !== '')) return [...new Set(value)];
    this.fault(path, 'must give a list of names', 'such as params.systems, with params: {systems: [erp, crm]}');
    return [];
  }

  #constant(path: Path, expression: Expression): number {
    const outcome = expression.evaluate({ params: this.control.params });
    if (outcome.ok && typeof outcome.value === 'number' && outcome.value >= 0) return outcome.value;
    this.fault(path, 'gives no length of time', 'write 24h, or a parameter that is one');
    return 0;
  }
}

/** Stands in for an expression that does not compile, so that reading goes on and finds the other faults. */
function unusable(source: string): Expression {
  return { source, uses: [], type: { kind: 'dynamic' }, steps: 0, reads: [], evaluate: () => ({ ok: false, absent: false, message: 'the expression does not compile' }) };
}
