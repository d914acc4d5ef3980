import { z } from 'zod';
import type { Interval } from '../intervals.js';
import type { Judgement, JudgingContext, Point } from '../model.js';
import { compareKeyOrder, sequenceOf } from '../order.js';
import { dueAt } from '../folding/instants.js';
import { alias, commonFields, expressionText, SharedParts } from '../reading/common-fields.js';
import { kindOf } from '../reading/kind-of.js';
import { messageOf, type Facts, type Role, type Unreadable } from '../reading/role.js';
import type { Expression } from '@tickmark/expressions';
import type { Values } from '../reading/check-reader.js';

const schema = z.strictObject({
  ...commonFields,
  input: alias,
  count: expressionText,
  asOf: expressionText,
  population: z.string().min(1).max(64).meta({ description: 'Another check of this control, whose live keys are counted' }),
  tolerance: z.int().min(0).max(1_000_000).default(0),
});

/**
 * Is the population complete? It has no timeline of its own: while the source counts otherwise than we do, the check that it
 * names is blind. The caller gives what is counted, and asks again when late members arrive.
 */
export const reconcileKind = kindOf({
  id: 'reconcile',
  timing: 'monitor',
  schema,
  reachable: [],
  prepare(reader, spec) {
    const { input, population, tolerance } = spec;
    const others = reader.control.checks.filter(({ name }) => name !== reader.check.name).map(({ name }) => name);
    if (!others.includes(population)) reader.fault(['population'], `there is no other check "${population}"`, `the others are: ${others.join(', ')}`);
    const shared = new SharedParts(reader, spec, [input]);
    const count = reader.expression(['count'], spec.count, { aliases: [input], result: 'number' });
    const asOf = reader.expression(['asOf'], spec.asOf, { aliases: [input], result: 'timestamp' });
    const role: Role = { role: 'input', ...shared.of(['input'], input, { key: () => population }), facts: (values) => snapshotOf(values, count, asOf) };
    return { roles: [role], neededTypes: [role.type], population, judgeAll: (points, clock) => reconciled(points, clock, tolerance) };
  },
});

function snapshotOf(values: Values, count: Expression, asOf: Expression): Facts | Unreadable {
  const [counted, as] = [count.evaluate(values), asOf.evaluate(values)];
  if (!counted.ok) return { message: messageOf(count, counted.message) };
  if (!as.ok) return { message: messageOf(asOf, as.message) };
  return { facts: { count: Number(counted.value), asOfMs: Number(as.value) } };
}

interface Counted {
  readonly asOfMs: number;
  readonly equal: boolean;
  readonly point: Point;
}

function reconciled(points: readonly Point[], { watermarkMs = -Infinity, effectiveFromMs, population }: JudgingContext, tolerance: number): Judgement {
  const waiting = points.map((point) => ({ point, due: dueAt(point.atMs, point) }));
  const decided = waiting
    .filter(({ point, due }) => due.readyMs <= watermarkMs && point.facts['error'] === undefined)
    .map(({ point }): Counted => {
      const asOfMs = Math.max(Number(point.facts['asOfMs']), effectiveFromMs);
      return { asOfMs, equal: Math.abs((population?.liveAt(asOfMs) ?? 0) - Number(point.facts['count'])) <= tolerance, point };
    })
    .sort(byWord);
  const incomplete = population === undefined ? [] : unequal(decided);
  const [due] = waiting.map((one) => one.due).filter(({ readyMs }) => readyMs > watermarkMs).sort((a, b) => a.readyMs - b.readyMs);
  return { keys: [], errors: [], incomplete, snapshots: [], ...(due === undefined ? {} : { due }) };
}

/** Of counts of one instant the one that was made last holds; of several made at once the worse. */
function byWord(a: Counted, b: Counted): number {
  if (a.asOfMs !== b.asOfMs) return a.asOfMs - b.asOfMs;
  const isTie = a.point.atMs === b.point.atMs && sequenceOf(a.point.order) === sequenceOf(b.point.order);
  return isTie ? Number(b.equal) - Number(a.equal) : compareKeyOrder(a.point, b.point);
}

/** From a count that we do not reach to the next one that we do. */
function unequal(counts: readonly Counted[]): readonly Interval[] {
  const stretches: Interval[] = [];
  let fromMs: number | undefined;
  for (const { asOfMs, equal } of counts) {
    if (!equal) {
      fromMs ??= asOfMs;
    } else if (fromMs !== undefined) {
      if (fromMs < asOfMs) stretches.push({ fromMs, toMs: asOfMs });
      fromMs = undefined;
    }
  }
  return fromMs === undefined ? stretches : [...stretches, { fromMs }];
}
