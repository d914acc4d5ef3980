import type { ProblemError } from '@tickmark/platform';
import type { z } from 'zod';

const escape = (part: PropertyKey): string => String(part).replaceAll('~', '~0').replaceAll('/', '~1');
export const pointerOf = (path: readonly PropertyKey[]): string => path.map((part) => `/${escape(part)}`).join('');

/** Faults by their place, in words that say what to do. Query parameters are named as members of one object. */
export function faultsOf(error: z.ZodError, where: 'query' | 'body'): readonly ProblemError[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerOf(issue.path), message: messageOf(issue) }];
    const what = where === 'query' ? 'query parameter' : 'field';
    return issue.keys.map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      message: `There is no ${what} ${key} here; leave it out (see /openapi.json).`,
    }));
  });
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text', record: 'an object', object: 'an object', array: 'a list', boolean: 'true or false', number: 'a number', int: 'a whole number',
};

/** zod's own words say what was found, not what to write; a schema that brings its own words is left alone. */
const OWN_WORDS = /^(Invalid (input|option): expected |Too (small|big): )/;

function messageOf(issue: z.core.$ZodIssue): string {
  if (!OWN_WORDS.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return typeMessage(issue.expected, issue.message.endsWith('received undefined'));
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `${measureOf(issue.origin)} at least ${issue.minimum}`;
    case 'too_big':
      return `${measureOf(issue.origin)} at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function typeMessage(expected: string, isMissing: boolean): string {
  if (expected === 'undefined') return 'nothing is expected here; send no body';
  const noun = NOUNS[expected] ?? expected;
  return isMissing ? `is missing; it must be ${noun}` : `must be ${noun}`;
}

function measureOf(origin: string): string {
  if (origin === 'string') return 'must have a length of';
  return origin === 'array' || origin === 'set' ? 'must hold' : 'must be';
}
