import { z } from 'zod';

/** The mapping file; the JSON Schema that editors use is made from this. */

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
export const MAPPING_LIMITS = { columns: 200, events: 20, ignore: 20, words: 200, tests: 50, expect: 200, given: 20_000, steps: 1_000_000 } as const;
const DATES = ['YYYY-MM-DD', 'YYYY/MM/DD', 'DD.MM.YYYY', 'DD/MM/YYYY', 'DD-MM-YYYY', 'MM/DD/YYYY'] as const;

const name = z.string().max(48).regex(NAME, 'a name is words in small letters with hyphens: hr-leavers');
const plain = z.union([z.string().max(1_000), z.number(), z.boolean()], { error: 'write text, a number, true or false' });
/** A number or true and false stand for themselves. */
const expression = z.union([z.string().min(1).max(4_000), z.number(), z.boolean()], { error: 'an expression is text such as row.worker' });

const header = z.string().min(1).max(200);
const column = z.union([header, z.strictObject({ header, date: z.enum(DATES).optional() })], {
  error: 'a column is its header, or {header, date}',
});

const csv = z.strictObject({
  kind: z.literal('csv'),
  delimiter: z.enum([',', ';', '\t', '|']).default(','),
  columns: z.record(z.string().max(64), column),
});

const json = z.strictObject({
  kind: z.literal('json'),
  list: z.array(z.string().min(1).max(200)).max(10).default([]),
});

const detailed = z.strictObject({
  value: expression,
  when: expression.optional(),
  default: plain.optional(),
  words: z.record(z.string().max(200), plain).optional(),
});
export type WrittenField = z.infer<typeof expression> | z.infer<typeof detailed> | { readonly fields: { readonly [name: string]: WrittenField } };
const field: z.ZodType<WrittenField> = z.lazy(() =>
  z.union([expression, detailed, z.strictObject({ fields: z.record(z.string().max(100), field) })], {
    error: 'a field is an expression, {value, when, default, words}, or {fields}',
  }),
);

const event = z.strictObject({
  type: z.string().max(100),
  when: expression.optional(),
  id: expression,
  source: z.string().min(1).max(1_024),
  subject: expression.optional(),
  time: expression.optional(),
  data: z.record(z.string().max(100), field),
});

const item = z.number().int().min(0).max(10_000).optional();
const expectation = z.union(
  [
    z.strictObject({ refused: z.string().max(1_000), item, message: z.string().max(1_000).optional() }),
    z.strictObject({ ignored: z.string().max(200), item }),
    z.strictObject({
      type: z.string().max(100),
      id: z.string(),
      source: z.string().optional(),
      subject: z.string().optional(),
      time: z.string().optional(),
      data: z.record(z.string(), z.unknown()),
    }),
  ],
  { error: 'an expected line is an event {type, id, data, …}, {refused: "/pointer"}, or {ignored: reason}' },
);

const test = z.strictObject({
  name: z.string().min(1).max(200),
  given: z.string().max(MAPPING_LIMITS.given),
  contentType: z.string().max(200).optional(),
  feed: z.strictObject({ name: z.string().max(63), system: z.string().max(64) }).default({ name: 'test-feed', system: 'test-system' }),
  expect: z.array(expectation).max(MAPPING_LIMITS.expect),
});

export const mappingFile = z.strictObject({
  id: name,
  title: z.string().min(1).max(120),
  description: z.string().max(2_000).default(''),
  input: z.discriminatedUnion('kind', [csv, json], { error: 'an input is {kind: csv, columns: …} or {kind: json}' }),
  ignore: z.array(z.strictObject({ when: expression, reason: z.string().min(1).max(200) })).max(MAPPING_LIMITS.ignore).default([]),
  events: z.array(event).min(1).max(MAPPING_LIMITS.events),
  tests: z.array(test).max(MAPPING_LIMITS.tests).default([]),
});

export type MappingFile = z.infer<typeof mappingFile>;
export type WrittenExpression = z.infer<typeof expression>;
