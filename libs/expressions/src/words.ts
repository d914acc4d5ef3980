import type { ResultKind, ValueType } from './model.js';

const IN_WORDS: { readonly [kind in ValueType['kind']]: string } = {
  bool: 'true or false',
  string: 'text',
  int: 'a whole number',
  double: 'a decimal number',
  timestamp: 'a time',
  duration: 'a duration',
  list: 'a list',
  object: 'an object',
  dynamic: 'a value of no known type',
};

export const inWords = (type: ValueType): string =>
  type.kind === 'list' ? `a list of ${inWords(type.items)}` : IN_WORDS[type.kind];

export const wanted = (kind: ResultKind): string => {
  if (kind === 'number') return 'a number';
  return kind === 'any' ? 'any value' : IN_WORDS[kind];
};
