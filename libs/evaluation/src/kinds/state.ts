import type { Json, State } from '@tickmark/contracts';
import type { Expression } from '@tickmark/expressions';
import { z } from 'zod';
import type { Fold } from '../folding/fold.js';
import { dueAt, flag, isBackfill, systemOf, tieClasses, worstOf } from '../folding/instants.js';
import type { Stand, Writer } from '../folding/stand.js';
import type { Due, Point } from '../model.js';
import { alias, commonFields, expressionText, keyField, lengthText, readKeys, SharedParts } from '../reading/common-fields.js';
import type { Values } from '../reading/check-reader.js';
import { EXPECTS_ROLE, expectsField, readExpects } from '../reading/expects.js';
import { kindOf } from '../reading/kind-of.js';
import { allHold, isUnreadable, type Facts, type Role, type Unreadable } from '../reading/role.js';

const schema = z.strictObject({
  ...commonFields,
  input: alias,
  key: keyField,
  assert: expressionText,
  unknownWhen: expressionText.optional(),
  validFor: lengthText,
  expects: expectsField.optional(),
});

/** Does each subject satisfy `assert` now? A pass fades by `validFor`, a fail stays until a pass. */
export const stateKind = kindOf({
  id: 'state',
  timing: 'time-based',
  schema,
  reachable: ['pass', 'fail', 'unknown', 'not-applicable', 'error'],
  prepare(reader, spec) {
    const expects = readExpects(reader, spec.expects);
    const shared = new SharedParts(reader, spec, [spec.input]);
    const key = readKeys(reader, spec.key, [spec.input])(spec.input);
    const place = { aliases: [spec.input], result: 'bool' } as const;
    const assert = reader.expression(['assert'], spec.assert, place);
    const unknownWhen = spec.unknownWhen === undefined ? undefined : reader.expression(['unknownWhen'], spec.unknownWhen, place);
    const validForMs = reader.fixedLength(['validFor'], spec.validFor);
    if (validForMs === 0) reader.fault(['validFor'], 'must be longer than nothing', 'write how long a result may be relied on, such as 26h');
    const input: Role = {
      role: 'input',
      ...shared.of(['input'], spec.input, { key, outOfScope: 'told' }),
      facts: (values) => outcomeOf(values, assert, unknownWhen),
    };
    return {
      roles: expects.role === undefined ? [input] : [input, expects.role],
      neededTypes: [input.type],
      expected: expects.keys,
      fold: (group) => new StateFold(group, { validForMs, expected: expects.keys.includes(group) }),
    };
  },
});

function outcomeOf(values: Values, assert: Expression, unknownWhen: Expression | undefined): Facts | Unreadable {
  const unknown = unknownWhen === undefined ? false : allHold([unknownWhen], values);
  if (isUnreadable(unknown)) return unknown;
  const holds = unknown || allHold([assert], values);
  if (isUnreadable(holds)) return holds;
  const outcome: State = unknown ? 'unknown' : holds ? 'pass' : 'fail';
  return { facts: { outcome } };
}

interface Memory {
  readonly fade?: Due;
  readonly heard?: true;
}

class StateFold implements Fold {
  #memory: Memory = {};

  constructor(
    readonly group: string,
    readonly rules: { readonly validForMs: number; readonly expected: boolean },
  ) {}

  start(writer: Writer): void {
    if (this.rules.expected) writer.begin(this.group, writer.effectiveFromMs, NEVER_REPORTED);
  }

  load(saved: Json): void {
    this.#memory = saved as Memory;
  }

  save(): Json {
    return this.#memory as Json;
  }

  points(atMs: number, points: readonly Point[], writer: Writer): void {
    for (const point of points.filter(({ role }) => role === EXPECTS_ROLE)) this.#expect(atMs, flag(point, 'expected'), writer);
    for (const tie of tieClasses(points.filter(({ role }) => role !== EXPECTS_ROLE))) {
      const point = worstOf(tie, effectOf);
      if (point !== undefined) this.#step(atMs, point, writer);
    }
  }

  unreadable(atMs: number, writer: Writer): void {
    writer.begin(this.group, atMs, { state: 'unknown', basis: 'absence', reason: 'unreadable', feedIds: [] });
  }

  next(afterMs: number): Due | undefined {
    const { fade } = this.#memory;
    return fade !== undefined && fade.atMs > afterMs ? fade : undefined;
  }

  timer(atMs: number, writer: Writer): void {
    writer.fade(this.group, atMs, 'stale');
    this.#memory = { heard: true };
  }

  #expect(atMs: number, expected: boolean, writer: Writer): void {
    const stand: Stand = expected ? NEVER_REPORTED : { ...NEVER_REPORTED, state: 'not-applicable', reason: 'not-expected' };
    if (expected) writer.begin(this.group, atMs, stand);
    if (this.#memory.heard !== true && writer.has(this.group)) writer.enter(this.group, atMs, stand);
  }

  #step(atMs: number, point: Point, writer: Writer): void {
    const state = effectOf(point);
    const retires = flag(point, 'retires');
    const { evidenceId, feedId } = point;
    const about = { system: systemOf(point), feedIds: [feedId], evidenceId } as const;
    const reason = REASONS[retires ? 'retired' : state];
    const stand: Stand = { state, basis: 'evidence', ...about, ...(reason === undefined ? {} : { reason }) };
    writer.begin(this.group, atMs, stand);
    writer.enter(this.group, atMs, stand);
    if (point.facts['outcome'] === 'pass') writer.recover(this.group, atMs, { basis: 'evidence', evidenceId });
    if (state === 'fail') {
      const { system, feedIds } = about;
      writer.fail(this.group, atMs, { basis: 'evidence', system, feedIds, evidenceIds: [evidenceId], backfill: isBackfill(point) });
    }
    if (retires) writer.retire(this.group, atMs);
    else writer.revive(this.group);
    this.#memory = state === 'pass' ? { heard: true, fade: dueAt(atMs + this.rules.validForMs, point) } : { heard: true };
  }
}

const NEVER_REPORTED: Stand = { state: 'unknown', basis: 'absence', reason: 'never-reported', feedIds: [] };

const REASONS: { readonly [state: string]: string | undefined } = {
  unknown: 'source-could-not-tell',
  'not-applicable': 'out-of-scope',
  retired: 'retired',
};

/** A key that has ended is judged no more. */
const effectOf = (point: Point): State => (flag(point, 'retires') ? 'not-applicable' : (point.facts['outcome'] as State));
