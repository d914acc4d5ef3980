import { isDeepStrictEqual } from 'node:util';
import type { MappingDefinition, MappingExpectation, MappingTest } from '@tickmark/catalogue';
import { parseInstant } from '@tickmark/expressions';
import type { ParsedItem, ParseResult } from '../format.js';
import { contentTypesOf, formatOfMapping } from './mapping-format.js';

/** One expected line beside what came out in its place. */
interface MappingLine {
  readonly expected: string | undefined;
  readonly got: string | undefined;
  readonly holds: boolean;
}

export interface MappingTestResult {
  readonly test: MappingTest;
  readonly holds: boolean;
  readonly lines: readonly MappingLine[];
}

/** What a mapping makes of the texts in its own tests, line by line, against what is written there. */
export function runMappingTests(mapping: MappingDefinition): readonly MappingTestResult[] {
  const format = formatOfMapping(mapping);
  return mapping.tests.map((test) => {
    const contentType = test.contentType ?? contentTypesOf(mapping.input)[0];
    return resultOf(test, format.parse({ headers: {}, rawBody: Buffer.from(test.given), contentType, feed: test.feed }));
  });
}

function resultOf(test: MappingTest, result: ParseResult): MappingTestResult {
  const got = linesOf(result);
  const count = Math.max(got.length, test.expect.length);
  const lines = Array.from({ length: count }, (_, index) => compared(test.expect[index], got[index]));
  return { test, holds: lines.every(({ holds }) => holds), lines };
}

type Got = ParsedItem | { readonly kind: 'body'; readonly pointer: string; readonly message: string };

/** A body that cannot be read at all is one refusal, of no item. */
function linesOf(result: ParseResult): readonly Got[] {
  if (result.outcome === 'items') return result.items;
  if (result.outcome === 'too-large') return [{ kind: 'body', pointer: '', message: result.message }];
  return result.faults.map((fault) => ({ kind: 'body', ...fault }));
}

function compared(expected: MappingExpectation | undefined, got: Got | undefined): MappingLine {
  const holds = expected !== undefined && got !== undefined && matches(expected, got);
  return { expected: expected === undefined ? undefined : expectedText(expected), got: got === undefined ? undefined : gotText(got), holds };
}

function matches(expected: MappingExpectation, got: Got): boolean {
  if ('event' in expected) return got.kind === 'event' && isDeepStrictEqual(written(expected.event), shown(got, expected.event));
  if (!isItem(expected.item, got)) return false;
  if ('ignored' in expected) return got.kind === 'ignored' && got.reason === expected.ignored;
  if (got.kind !== 'rejected' && got.kind !== 'body') return false;
  return got.pointer === expected.refused && (expected.message === undefined || got.message.includes(expected.message));
}

const isItem = (item: number | undefined, got: Got): boolean => item === undefined || ('index' in got && got.index === item);

type Attributes = { readonly [attribute: string]: unknown };

/** Instants are equal however they are written. */
const written = (event: Attributes): Attributes => {
  const ms = typeof event['time'] === 'string' ? parseInstant(event['time']) : undefined;
  return ms === undefined ? event : { ...event, time: new Date(ms).toISOString() };
};

/** The event as it would be written; `source` only where it is expected, since the mapping fixes it. */
function shown({ event: { timeMs, source, type, id, subject, data } }: Extract<ParsedItem, { kind: 'event' }>, expected: Attributes): Attributes {
  return {
    type,
    id,
    ...('source' in expected ? { source } : {}),
    ...(subject === undefined ? {} : { subject }),
    ...(timeMs === undefined ? {} : { time: new Date(timeMs).toISOString() }),
    data,
  };
}

const expectedText = (expected: MappingExpectation): string => JSON.stringify('event' in expected ? written(expected.event) : expected);

function gotText(got: Got): string {
  if (got.kind === 'event') return JSON.stringify(shown(got, {}));
  if (got.kind === 'ignored') return JSON.stringify({ ignored: got.reason, item: got.index });
  return JSON.stringify({ refused: got.pointer, ...('index' in got ? { item: got.index } : {}), message: got.message });
}
