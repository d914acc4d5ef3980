import { longest, readingCost, searchCost } from './cost.js';
import type { ValueType } from './model.js';

/** What may be called. Everything else of the engine is refused: untyped (`dyn`), dependent on the machine, or costly. */
export interface CallRule {
  /** Types of receiver (methods only) and arguments in order; each entry lists what is taken. */
  readonly takes: readonly (readonly ValueType['kind'][])[];
  readonly example: string;
  result(args: readonly ValueType[]): ValueType;
  cost(args: readonly ValueType[]): number;
}

const BOOL: ValueType = { kind: 'bool' };
const INT: ValueType = { kind: 'int' };
const DOUBLE: ValueType = { kind: 'double' };
const NUMBER_LENGTH = 32;

const read = (args: readonly ValueType[]): number => args.reduce((sum, type) => sum + readingCost(type), 1);
const search = ([text, part]: readonly ValueType[]): number => (text && part ? searchCost(text, part) : 1);
const sameText = ([text]: readonly ValueType[]): ValueType => text ?? { kind: 'string' };

const asText = ([value]: readonly ValueType[]): ValueType => ({
  kind: 'string',
  maxLength: value?.kind === 'string' ? longest(value) : NUMBER_LENGTH,
});

const rule = (
  takes: CallRule['takes'],
  example: string,
  result: ValueType | CallRule['result'],
  cost: CallRule['cost'] = read,
): CallRule => ({ takes, example, result: typeof result === 'function' ? result : () => result, cost });

const ofText = (example: string): CallRule => rule([['string'], ['string']], example, BOOL);
const part = (kinds: readonly ValueType['kind'][], name: string): CallRule => rule([kinds], `x.${name}()`, INT);

export const FUNCTIONS: { readonly [name: string]: CallRule } = {
  size: rule([['string', 'list']], 'size(x)', INT),
  int: rule([['int', 'double', 'string']], 'int(x)', INT),
  double: rule([['int', 'double', 'string']], 'double(x)', DOUBLE),
  string: rule([['string', 'int', 'double', 'bool']], 'string(x)', asText),
  timestamp: rule([['string']], 'timestamp("2026-01-31T00:00:00Z")', { kind: 'timestamp' }),
  duration: rule([['string']], 'duration("24h")', { kind: 'duration' }),
};

export const METHODS: { readonly [name: string]: CallRule } = {
  size: rule([['string', 'list']], 'x.size()', INT),
  startsWith: ofText('x.startsWith("a")'),
  endsWith: ofText('x.endsWith("a")'),
  contains: rule([['string'], ['string']], 'x.contains("a")', BOOL, search),
  matches: rule([['string'], ['string']], 'x.matches("^a")', BOOL),
  lowerAscii: rule([['string']], 'x.lowerAscii()', sameText),
  upperAscii: rule([['string']], 'x.upperAscii()', sameText),
  trim: rule([['string']], 'x.trim()', sameText),
  getFullYear: part(['timestamp'], 'getFullYear'),
  getMonth: part(['timestamp'], 'getMonth'),
  getDate: part(['timestamp'], 'getDate'),
  getDayOfMonth: part(['timestamp'], 'getDayOfMonth'),
  getDayOfWeek: part(['timestamp'], 'getDayOfWeek'),
  getHours: part(['timestamp', 'duration'], 'getHours'),
  getMinutes: part(['timestamp', 'duration'], 'getMinutes'),
  getSeconds: part(['timestamp', 'duration'], 'getSeconds'),
  getMilliseconds: part(['timestamp', 'duration'], 'getMilliseconds'),
};

export const MACROS: { readonly [name: string]: string } = {
  all: 'x.all(item, item != "")',
  exists: 'x.exists(item, item == "a")',
  exists_one: 'x.exists_one(item, item == "a")',
  filter: 'x.filter(item, item != "")',
  map: 'x.map(item, item.name)',
};
