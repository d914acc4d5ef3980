import { valueTypeOfParams, type ValueType } from '@tickmark/expressions';
import type { ControlInput, EventType } from './model.js';

const text = (maxLength: number): ValueType => ({ kind: 'string', maxLength });
const always = (type: ValueType): { readonly type: ValueType; readonly optional: boolean } => ({ type, optional: false });

/** `event`: the attributes of the deciding event. */
export const EVENT_ATTRIBUTES: ValueType = {
  kind: 'object',
  fields: {
    time: always({ kind: 'timestamp' }),
    source: always(text(1_024)),
    subject: { type: text(1_024), optional: true },
    system: always(text(64)),
    feed: always(text(64)),
  },
};

/** Names that aliases cannot have. */
export const TAKEN_ALIASES: ReadonlySet<string> = new Set(['event', 'params', 'result']);

/** What an expression about one input may use: its data by its alias, `event` and `params`. */
export function variablesOf(
  input: ControlInput,
  params: { readonly [name: string]: unknown },
  types: ReadonlyMap<string, EventType>,
): { [name: string]: ValueType } {
  const type = types.get(input.type)?.valueType ?? { kind: 'dynamic' };
  return { [input.alias]: type, event: EVENT_ATTRIBUTES, params: valueTypeOfParams(params) };
}
