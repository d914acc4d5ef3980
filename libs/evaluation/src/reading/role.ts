import type { JsonObject } from '@tickmark/contracts';
import type { Expression } from '@tickmark/expressions';
import { orderOf } from '../order.js';
import type { Extraction, JudgedEvent } from '../model.js';
import type { Values } from './check-reader.js';

export interface Unreadable {
  readonly message: string;
  /** Which of the group's keys it is about, where that is known. */
  readonly value?: string;
}

export interface Facts {
  readonly facts: JsonObject;
  /** When it takes effect, where that is not the event's time. */
  readonly atMs?: number;
}

/** The part that events of one input play in a check. */
export interface Role {
  readonly role: string;
  readonly alias: string;
  readonly type: string;
  /** All must hold, else the event plays no part. */
  readonly selectors: readonly Expression[];
  /** What is out of scope: left out, or said to the kind. */
  readonly scopes: readonly Expression[];
  readonly outOfScope: 'dropped' | 'told';
  readonly key: Expression | ((event: JudgedEvent) => string);
  readonly system?: Expression;
  readonly retire?: Expression;
  readonly settleMs?: number;
  /** What the kind needs of the event. */
  facts(values: Values, event: JudgedEvent): Facts | Unreadable | 'not-selected' | 'key-absent';
}

const MAX_KEY_LENGTH = 500;

export const isUnreadable = (value: unknown): value is Unreadable => typeof value === 'object' && value !== null && 'message' in value;

/** True when all hold; the message of the first that cannot be evaluated. */
export function allHold(expressions: readonly Expression[], values: Values): boolean | Unreadable {
  for (const expression of expressions) {
    const outcome = expression.evaluate(values);
    if (!outcome.ok) return { message: messageOf(expression, outcome.message) };
    if (outcome.value !== true) return false;
  }
  return true;
}

export const messageOf = ({ source }: Expression, message: string): string => `${message} (in: ${source})`;

function valuesOf(event: JudgedEvent, alias: string, params: Values): Values {
  const { source, subject, timeMs, system, feedName: feed, data } = event;
  const attributes = { source, time: new Date(timeMs).toISOString(), system, feed, ...(subject === undefined ? {} : { subject }) };
  return { [alias]: data, event: attributes, params };
}

export function extractAs(role: Role, event: JudgedEvent, params: Values): Extraction {
  const values = valuesOf(event, role.alias, params);
  const selected = allHold(role.selectors, values);
  if (selected === false) return { kind: 'skipped', reason: 'not-selected' };
  const inScope = selected === true ? allHold(role.scopes, values) : selected;
  if (inScope === false && role.outOfScope === 'dropped') return { kind: 'skipped', reason: 'not-selected' };
  const group = keyOf(role, event, values);
  if (group === undefined) return { kind: 'skipped', reason: 'key-absent' };
  if (isUnreadable(group)) return { kind: 'error', message: group.message, atMs: event.timeMs };
  if (isUnreadable(inScope)) return pointOf(role, event, { group, facts: { error: inScope.message } });
  return inScope ? readIn(group, { role, event, values }) : pointOf(role, event, { group, ...common(role, event, values, { outcome: 'not-applicable' }) });
}

function readIn(group: string, { role, event, values }: { readonly role: Role; readonly event: JudgedEvent; readonly values: Values }): Extraction {
  const read = role.facts(values, event);
  if (read === 'not-selected' || read === 'key-absent') return { kind: 'skipped', reason: read };
  if (isUnreadable(read)) return pointOf(role, event, { group, facts: errorFacts(read) });
  const { facts } = common(role, event, values, read.facts);
  return pointOf(role, event, { group, facts, ...(read.atMs === undefined ? {} : { atMs: read.atMs }) });
}

function keyOf(role: Role, event: JudgedEvent, values: Values): string | Unreadable | undefined {
  if (typeof role.key === 'function') return role.key(event);
  return textOf(role.key, values);
}

/** Undefined: not there, or empty. */
export function textOf(expression: Expression, values: Values): string | Unreadable | undefined {
  const outcome = expression.evaluate(values);
  if (!outcome.ok) return outcome.absent ? undefined : { message: messageOf(expression, outcome.message) };
  if (typeof outcome.value !== 'string' || outcome.value === '') return undefined;
  const value = outcome.value;
  return value.length > MAX_KEY_LENGTH ? { message: messageOf(expression, `longer than ${MAX_KEY_LENGTH} characters`) } : value;
}

/** Facts that every kind knows of an event: its system, and whether it retires the key. */
function common(role: Role, event: JudgedEvent, values: Values, facts: JsonObject): { readonly facts: JsonObject } {
  const system = role.system === undefined ? event.system : textOf(role.system, values);
  if (isUnreadable(system)) return { facts: { ...valueOf(facts), error: system.message } };
  const retires = role.retire === undefined ? false : allHold([role.retire], values);
  if (isUnreadable(retires)) return { facts: { ...valueOf(facts), error: retires.message } };
  return { facts: { ...facts, system: system ?? event.system, ...(retires ? { retires } : {}) } };
}

const errorFacts = ({ message, value }: Unreadable): JsonObject => ({ error: message, ...(value === undefined ? {} : { value }) });

const valueOf = ({ value }: JsonObject): JsonObject => (value === undefined ? {} : { value });

function pointOf(
  role: Role,
  event: JudgedEvent,
  { group, facts, atMs = event.timeMs }: { readonly group: string; readonly facts: JsonObject; readonly atMs?: number },
): Extraction {
  const { evidenceId, receivedAtMs, feedId } = event;
  const settleMs = role.settleMs ?? event.settleMs;
  // What takes effect before it happened is told apart from what happened long ago.
  const told = atMs === event.timeMs ? facts : { ...facts, timeMs: event.timeMs };
  const point = { atMs, role: role.role, order: orderOf(event, role.role), evidenceId, receivedAtMs, settleMs, feedId, facts: told };
  return { kind: 'point', group, point };
}
