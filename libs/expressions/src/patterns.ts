import { RE2JS } from 're2js';
import { LIMITS } from './cost.js';

/** A regular expression of RE2: linear in the text, whatever the pattern. */
export interface Pattern {
  readonly size: number;
  test(text: string): boolean;
}

export type PatternOutcome =
  | { readonly ok: true; readonly value: Pattern }
  | { readonly ok: false; readonly message: string; readonly hint: string };

export function compilePattern(source: string): PatternOutcome {
  if (source.length > LIMITS.patternLength) {
    return {
      ok: false,
      message: `the pattern is longer than ${LIMITS.patternLength} characters`,
      hint: 'use a shorter pattern, or startsWith, endsWith, contains',
    };
  }
  const compiled = compiledOrReason(source);
  if (typeof compiled === 'string') {
    return {
      ok: false,
      message: `the pattern cannot be read: ${compiled}`,
      hint: 'patterns are RE2: no look-around, no back-references, repeat counts up to 1000 altogether',
    };
  }
  const size = compiled.programSize();
  if (size > LIMITS.patternSize) {
    return { ok: false, message: `the pattern is too large (${size} steps of ${LIMITS.patternSize})`, hint: 'use smaller repeat counts' };
  }
  return { ok: true, value: { size, test: (text) => compiled.test(text) } };
}

function compiledOrReason(source: string): RE2JS | string {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    return error instanceof Error ? error.message.replace('error parsing regexp: ', '') : 'unknown reason';
  }
}
