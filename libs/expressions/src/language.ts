import { LIMITS } from './cost.js';
import { FUNCTIONS, MACROS, METHODS, type CallRule } from './functions.js';
import type { ValueType } from './model.js';
import { inWords } from './words.js';

/** What may be called, in words. */
interface CallDescription {
  readonly name: string;
  /** Receiver first, for methods. */
  readonly takes: readonly string[];
  readonly gives: string;
  readonly example: string;
}

/** The part of CEL that loads here, for the reference page. */
interface LanguageDescription {
  readonly functions: readonly CallDescription[];
  readonly methods: readonly CallDescription[];
  readonly macros: readonly { readonly name: string; readonly example: string }[];
  readonly limits: typeof LIMITS;
}

const sampleOf = (kind: ValueType['kind']): ValueType => {
  if (kind === 'list') return { kind, items: { kind: 'dynamic' }, maxItems: 1 };
  return kind === 'object' ? { kind, fields: {} } : { kind };
};

const wordOf = (kind: ValueType['kind']): string => (kind === 'list' ? 'a list' : inWords(sampleOf(kind)));

function described([name, rule]: [string, CallRule]): CallDescription {
  const first = rule.takes.map(([kind = 'dynamic']) => sampleOf(kind));
  const takes = rule.takes.map((kinds) => kinds.map(wordOf).join(' or '));
  return { name, takes, gives: inWords(rule.result(first)), example: rule.example };
}

export function describeLanguage(): LanguageDescription {
  return {
    functions: Object.entries(FUNCTIONS).map(described),
    methods: Object.entries(METHODS).map(described),
    macros: Object.entries(MACROS).map(([name, example]) => ({ name, example })),
    limits: LIMITS,
  };
}
