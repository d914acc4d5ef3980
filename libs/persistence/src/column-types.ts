import pg from 'pg';

type Parser = (value: string) => unknown;

const parserOfDriver = pg.types.getTypeParser as (oid: number, format: string) => Parser;

const TIMESTAMPTZ = 1184;
const INT8 = 20;
const ours: ReadonlyMap<number, Parser> = new Map([
  [TIMESTAMPTZ, instantFromColumn],
  [INT8, bigintFromColumn],
]);

/** The database's timestamps as UTC milliseconds, its bigints as numbers (all of ours stay below 2^53). */
export function parserFor(oid: number, format: 'text' | 'binary' = 'text'): Parser {
  const own = format === 'text' ? ours.get(oid) : undefined;
  return own ?? parserOfDriver(oid, format);
}

function bigintFromColumn(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`The number ${text} is beyond 2^53.`);
  return value;
}

/** `2026-01-02 03:04:05.678+00`, as a session in UTC writes it. */
function instantFromColumn(text: string): number {
  if (text.endsWith(' BC') || text.includes('infinity')) throw new Error(`The time ${text} is outside the years 1 to 9999.`);
  return Date.parse(`${text.replace(' ', 'T')}:00`);
}

/** An instant as a parameter or COPY column. */
export const instantToColumn = (ms: number): string => new Date(ms).toISOString();
export const optionalInstantToColumn = (ms: number | undefined): string | null => (ms === undefined ? null : instantToColumn(ms));
