import type { ProblemError } from '@tickmark/platform';
import type { z } from 'zod';

const escape = (part: PropertyKey): string => String(part).replaceAll('~', '~0').replaceAll('/', '~1');
export const pointerOf = (path: readonly PropertyKey[]): string => path.map((part) => `/${escape(part)}`).join('');

/** Faults by their place, in words that say what to do. Query parameters are named as members of one object. */
export function faultsOf(error: z.ZodError, where: 'query' | 'body'): readonly ProblemError[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerOf(issue.path), message: issue.message }];
    const what = where === 'query' ? 'query parameter' : 'field';
    return issue.keys.map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      message: `There is no ${what} ${key} here; leave it out (see /openapi.json).`,
    }));
  });
}
