import { toInstant } from '@tickmark/contracts';
import { HttpProblem } from '@tickmark/platform';
import { z } from 'zod';
import { isStorable } from './storable.js';

const LIMIT_MOST = 500;
const LIMIT_PRESET = 100;
const RFC3339 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** What the database and RFC 3339 can both say. */
export const EARLIEST_MS = Date.parse('0001-01-02T00:00:00Z');
const LATEST_MS = Date.parse('9999-12-30T00:00:00Z');

/** A query parameter given once. */
export const text = (most = 200) => z.string({ error: 'must be given once' }).min(1, { error: 'must not be empty' }).max(most);

export const instant = text()
  .regex(RFC3339, { error: 'must be an RFC 3339 time such as 2026-03-01T00:00:00.000Z, or a date (its midnight in UTC)' })
  .transform((value, context) => {
    const ms = Date.parse(value);
    if (ms >= EARLIEST_MS && ms <= LATEST_MS) return ms;
    context.addIssue('is no time of the calendar between the years 1 and 9999');
    return z.NEVER;
  })
  .meta({ format: 'date-time' });

const limit = text()
  .regex(/^\d{1,6}$/, { error: `must be a whole number from 1 to ${LIMIT_MOST}` })
  .transform(Number)
  .refine((value) => value >= 1 && value <= LIMIT_MOST, { error: `must be from 1 to ${LIMIT_MOST}` })
  .default(LIMIT_PRESET);

/** Of every list. */
export const paging = { limit, cursor: text(2_000).optional() };
/** Of every answer about what was judged: what was known then. */
export const knownAt = { knownAt: instant.optional() };

/** A page is at most `limit` items; `nextCursor` is null on the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export const pageOf = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
export const judgedPageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable(), judgedUntil: z.string().nullable() });

/** Parts of positions in cursors: whoever makes one up gets 400, not a fault of the database. */
export const smallId = z.int().min(0).max(2 ** 31 - 1);
export const bigId = z.int().min(0);
export const positionMs = z.int().min(EARLIEST_MS).max(LATEST_MS);
export const positionText = z.string().max(2_000).refine(isStorable);

/** Cursors are opaque to the client; they name their list, so that one of another list is refused. */
export function cursorOf<T>(list: string, position: z.ZodType<T>) {
  const whole = z.tuple([z.literal(list), position]);
  return {
    write: (at: T): string => Buffer.from(JSON.stringify([list, at])).toString('base64url'),
    read: (cursor: string | undefined): T | undefined => {
      if (cursor === undefined) return undefined;
      const parsed = whole.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString('utf8')));
      if (parsed.success) return parsed.data[1];
      throw new HttpProblem(400, 'The query is not valid; see errors.', {
        errors: [{ pointer: '/cursor', message: 'is not a cursor of this list; take nextCursor from its last answer, or leave it out' }],
      });
    },
  };
}

function jsonOf(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Rows were read with one more than asked: whether there is another page costs no second question. */
export function toPage<R, T>(rows: readonly R[], most: number, show: (row: R) => T, cursorAfter: (row: R) => string): Page<T> {
  const shown = rows.slice(0, most);
  const last = shown.at(-1);
  return {
    items: shown.map(show),
    nextCursor: rows.length > most && last !== undefined ? cursorAfter(last) : null,
  };
}

export const instantOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : toInstant(ms));
