import { formatDuration, toInstant, type Json } from '@tickmark/contracts';
import type { CheckDefinition, ControlDefinition, EventType } from '@tickmark/catalogue';
import type { Evaluation } from '@tickmark/expressions';
import { judgeFromPoints } from '../judge-from-points.js';
import type { CompiledCheck, Extraction, JudgedEvent, Judgement, JudgingContext, Kind, Point } from '../model.js';
import type { NamedExpression, Trace } from '../reading/trace.js';

/** A check of a version, as written. */
export interface WrittenCheck {
  readonly kind: Kind;
  readonly control: ControlDefinition;
  readonly check: CheckDefinition;
  readonly types: ReadonlyMap<string, EventType>;
}

/** An expression of the check and what it gave. */
export interface ExplainedExpression {
  readonly name: string;
  readonly source: string;
  /** Evidence that it read; none: it reads parameters, or a result that was worked out. */
  readonly evidenceIds: readonly string[];
  /** Without inputs of its own: the aggregate that `assert` of a threshold was asked about. */
  readonly result?: number;
  readonly value?: Json;
  readonly error?: string;
  /** The whole of a `key` or `each` that is not there: not selected. */
  readonly absent?: true;
  /** What came before it had decided already. */
  readonly notEvaluated?: true;
}

interface AsOf {
  readonly group: string;
  readonly points: readonly Point[];
  readonly atMs: number;
  readonly clock: JudgingContext;
}

const EXPLAINED_MAX = 500;

/**
 * Judges again from evidence, by the live code, and keeps what each expression gave for the evidence that it is about:
 * nothing is worked out a second way.
 */
export class Replay {
  readonly check: CompiledCheck;
  readonly #named = new Map<string, NamedExpression>();
  readonly #explained = new Map<string, ExplainedExpression>();
  /** What points keep of an event, so that joins can be traced to it. */
  readonly #owners = new WeakMap<object, string>();
  #reading: string | undefined;
  #listens = true;

  /** `about`: the evidence whose expressions are shown. */
  constructor(
    { kind, control, check, types }: WrittenCheck,
    private readonly about: ReadonlySet<string>,
  ) {
    const trace: Trace = {
      named: (expression) => void this.#named.set(`${expression.name} ${expression.source}`, expression),
      evaluated: (expression, values, outcome) => this.#heard(expression, values, outcome),
    };
    this.check = kind.compile(control, check, types, trace);
    this.#listens = false;
  }

  extract(event: JudgedEvent): readonly Extraction[] {
    this.#reading = event.evidenceId;
    this.#listens = this.about.has(event.evidenceId);
    const extractions = this.check.extract(event);
    this.#listens = false;
    this.#reading = undefined;
    for (const extraction of extractions) if (extraction.kind === 'point') this.#own(extraction.point);
    return extractions;
  }

  judge(group: string, points: readonly Point[], clock: JudgingContext): Judgement {
    return judgeFromPoints(this.check, group, points, clock);
  }

  /** What every expression gave for a verdict of that instant, those of joins and thresholds included. */
  expressionsAsOf({ group, points, atMs, clock }: AsOf): readonly ExplainedExpression[] {
    // Everything by then is settled, so that the last thing judged is what that instant was decided by.
    const settled = points.filter((point) => point.atMs <= atMs).map((point) => ({ ...point, receivedAtMs: Math.min(point.receivedAtMs, point.atMs), settleMs: 0 }));
    this.#listens = true;
    this.judge(group, settled, { ...clock, watermarkMs: atMs });
    this.#listens = false;
    const all = [...this.#explained.values()];
    const heard = new Set(all.map(({ name, source }) => `${name} ${source}`));
    const silent = [...this.#named].filter(([id]) => !heard.has(id)).map(([, { name, source }]): ExplainedExpression => ({ name, source, evidenceIds: [], notEvaluated: true }));
    return [...all, ...silent];
  }

  #own({ facts, evidenceId }: Point): void {
    for (const kept of Object.values(facts)) if (typeof kept === 'object' && kept !== null) this.#owners.set(kept, evidenceId);
  }

  #heard({ name, source, result: kind }: NamedExpression, values: { readonly [name: string]: unknown }, outcome: Evaluation): void {
    if (!this.#listens) return;
    const evidenceIds = this.#reading === undefined ? this.#ownersOf(values) : [this.#reading];
    if (evidenceIds.some((id) => !this.about.has(id))) return;
    const { result } = values;
    const input = typeof result === 'number' ? { result } : {};
    const explained: ExplainedExpression = { name, source, evidenceIds, ...input, ...shown(outcome, kind) };
    // Of a threshold the last one decided.
    const id = JSON.stringify([name, source, evidenceIds]);
    this.#explained.delete(id);
    if (this.#explained.size < EXPLAINED_MAX) this.#explained.set(id, explained);
  }

  #ownersOf(values: { readonly [name: string]: unknown }): readonly string[] {
    const owners = Object.values(values).map((value) => (typeof value === 'object' && value !== null ? this.#owners.get(value) : undefined));
    return [...new Set(owners.filter((id) => id !== undefined))];
  }
}

function shown(outcome: Evaluation, kind: NamedExpression['result']): Pick<ExplainedExpression, 'value' | 'error' | 'absent'> {
  if (!outcome.ok) return outcome.absent ? { absent: true } : { error: outcome.message };
  return { value: plain(outcome.value, kind) };
}

function plain(value: unknown, kind: NamedExpression['result']): Json {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && kind === 'timestamp') return toInstant(value);
  if (typeof value === 'number' && kind === 'duration') return formatDuration(value);
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}
