import type { JsonObject } from '@tickmark/contracts';
import type { Expression } from '@tickmark/expressions';
import type { Point } from '../model.js';
import type { Values } from './check-reader.js';
import { allHold, isUnreadable, type Unreadable } from './role.js';

/** The part of an event that a join needs again when the other event is known. */
export interface Kept {
  readonly data: JsonObject;
  readonly event?: JsonObject;
}

/**
 * A condition about one event, or about two. About one it is worked out when the event comes and only the answer is kept;
 * about two the fields that it reads are kept with both points.
 */
export class Condition {
  readonly joins: boolean;

  constructor(
    readonly expression: Expression,
    readonly own: string,
    readonly other: string,
    readonly params: Values,
  ) {
    this.joins = own !== other && expression.uses.includes(other);
  }

  /** Facts of the event that is judged: `{holds}`, or what is kept of it. */
  ownFacts(values: Values): JsonObject | Unreadable {
    if (this.joins) return { data: fieldsOf(this.expression, this.own, values[this.own]), ...this.#event(values) };
    const holds = allHold([this.expression], values);
    return isUnreadable(holds) ? holds : { holds };
  }

  /** Facts of the event that it is joined with. */
  otherFacts(values: Values): JsonObject {
    return this.joins ? { data: fieldsOf(this.expression, this.other, values[this.other]) } : {};
  }

  holds(own: Kept | boolean, other: Kept | undefined): boolean | Unreadable {
    if (typeof own === 'boolean') return own;
    if (other === undefined) return false;
    return allHold([this.expression], { [this.own]: own.data, [this.other]: other.data, event: own.event ?? {}, params: this.params });
  }

  #event(values: Values): JsonObject {
    return this.expression.uses.includes('event') ? { event: values['event'] as JsonObject } : {};
  }
}

/** What a point keeps for a condition: the answer, or the fields. */
export function keptOf({ facts }: Point): Kept | boolean {
  if (typeof facts['holds'] === 'boolean') return facts['holds'];
  const kept = { data: (facts['data'] ?? {}) as JsonObject };
  return facts['event'] === undefined ? kept : { ...kept, event: facts['event'] as JsonObject };
}

/** Only the fields that the expression names; all where it uses the event as a whole. */
function fieldsOf({ source }: Expression, name: string, data: unknown): JsonObject {
  const whole = data as JsonObject;
  const mentions = source.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
  const named = [...source.matchAll(new RegExp(`\\b${name}\\s*\\.\\s*([A-Za-z_]\\w*)`, 'g'))].map(([, field = '']) => field);
  if (named.length < mentions) return whole;
  return Object.fromEntries([...new Set(named)].flatMap((field) => (Object.hasOwn(whole, field) ? [[field, whole[field] ?? null]] : [])));
}
