import type { Evaluation, Expression, ResultKind } from '@tickmark/expressions';

/** An expression of a check by its place: `assert`, `key.leaver`, `inputs.account.where`. */
export interface NamedExpression {
  readonly name: string;
  readonly source: string;
  readonly result: ResultKind;
}

/** Is told of every expression of a check when it is compiled, and of each of its evaluations: what was judged by is what is shown. */
export interface Trace {
  named(expression: NamedExpression): void;
  evaluated(expression: NamedExpression, values: { readonly [name: string]: unknown }, outcome: Evaluation): void;
}

/** The same expression, that tells what it does. */
export function traced(expression: Expression, { name, result }: Omit<NamedExpression, 'source'>, trace: Trace | undefined): Expression {
  if (trace === undefined) return expression;
  const named: NamedExpression = { name, source: expression.source, result };
  trace.named(named);
  return {
    ...expression,
    evaluate(values) {
      const outcome = expression.evaluate(values);
      trace.evaluated(named, values, outcome);
      return outcome;
    },
  };
}
