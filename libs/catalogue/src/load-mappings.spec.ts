import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { mappingJsonSchema } from './control-json-schema.js';
import { loadEventType } from './event-type-file.js';
import { loadMappings } from './load-mappings.js';
import type { CatalogueFault, EventType } from './model.js';

const TYPE = `id: hr.worker
title: State of a worker
subject: worker
schema:
  type: object
  additionalProperties: false
  required: [worker, status, since]
  properties:
    worker: {type: string, maxLength: 256}
    status: {type: string, enum: [active, left]}
    since: {type: string, format: date-time}
    hours: {type: integer}
    unit: {type: string, maxLength: 64}
examples: [{worker: w1, status: active, since: 2026-01-01T00:00:00Z}]
`;

const MAPPING = `id: own-hr
title: Workers
input:
  kind: csv
  columns: {worker: Employee ID, state: State, since: {header: Since, date: DD.MM.YYYY}, hours: Hours}
events:
  - type: hr.worker
    when: row.worker != "test"
    id: row.worker + "@" + row.since
    source: /hr
    subject: row.worker
    data:
      worker: row.worker
      status: {value: row.state, words: {A: active, L: left}}
      since: timestamp(row.since + "T00:00:00Z")
      hours: {value: int(row.hours), when: has(row.hours)}
tests:
  - name: one of each
    given: none
    expect:
      - {type: hr.worker, id: w1, data: {}}
      - {refused: /State}
`;

const faults: CatalogueFault[] = [];
const worker = loadEventType({ role: 'event-type', path: 'hr.worker.yaml', text: TYPE }, faults);
const types = new Map<string, EventType>(worker === undefined ? [] : [[worker.id, worker]]);
const load = (text: string, path = 'mappings/own-hr.yaml') => loadMappings([{ role: 'mapping', path, text }], types, new Set(['okta']));

describe('a mapping', () => {
  it('loads with its expressions, columns and words typed', () => {
    const { mappings, faults: found } = load(MAPPING);
    expect([faults, found]).toEqual([[], []]);
    expect(mappings.get('own-hr')).toMatchObject({
      input: { kind: 'csv', delimiter: ',', columns: [{ name: 'worker', header: 'Employee ID' }, {}, { name: 'since', header: 'Since', date: 'DD.MM.YYYY' }, {}] },
      events: [{ source: '/hr', type: { id: 'hr.worker' } }],
      tests: [{ name: 'one of each', line: 18, expect: [{ event: { type: 'hr.worker' } }, { refused: '/State' }] }],
    });
  });

  type Row = readonly [name: string, written: string, instead: string, line: number, message: string, hint: string | undefined];
  const REFUSED: readonly Row[] = [
    ['a column that is not read', 'id: row.worker', 'id: row.wroker', 9, 'events.0.id: row has no field "wroker"', 'did you mean "worker"?'],
    ['a root that is not there', 'id: row.worker', 'id: envelope.worker', 9, 'events.0.id: there is no "envelope" here', 'known here: feed, row; text stands in quotes: "envelope"'],
    ['an id that is no text', 'id: row.worker + "@" + row.since', 'id: 5', 9, 'events.0.id: it gives a whole number, its place wants text', 'write string(…) around it'],
    ['a condition that is none', 'when: row.worker != "test"', 'when: row.worker', 8, 'events.0.when: it gives text, its place wants true or false', 'compare it with something: … == "yes"'],
    ['text where the type wants a whole number', 'int(row.hours)', 'row.hours', 16, 'events.0.data.hours.value: it gives text, its place wants a whole number', 'write int(…) around it'],
    ['a number where the type wants a time', 'timestamp(row.since + "T00:00:00Z")', 'size(row.since)', 15, 'events.0.data.since: it gives a whole number, its place wants a time', 'write string(…) around it'],
    ['a word with a meaning that the type does not have', 'L: left', 'L: gone', 14, 'events.0.data.status.words.L: "gone" is not one of active, left', undefined],
    ['a default that does not fit', 'when: has(row.hours)', 'default: none', 16, 'events.0.data.hours.default: "none" is not a whole number', undefined],
    ['a field that is always there, but only sometimes here', 'words: {A: active, L: left}', 'when: has(row.state)', 14, 'events.0.data.status.when: the type always has this field', 'write "default: …" instead, or give the event a "when"'],
    ['a field that is missing', '      worker: row.worker\n', '', 12, '"worker" is required', 'write "worker: row.…"'],
    ['a field that the type does not have', 'hours: {value', 'huors: {value', 16, 'there is no field "huors" in this type', 'did you mean "hours"?'],
    ['a type that is not there', 'type: hr.worker\n', 'type: hr.wroker\n', 7, 'there is no event type "hr.wroker"', 'did you mean "hr.worker"?'],
    ['a misspelt key', 'subject: row.worker', 'subjct: row.worker', 11, 'there is no "subjct" here', 'did you mean "subject"?'],
    ['a name of a built-in format', 'id: own-hr', 'id: okta', 1, '"okta" is a format that is built in', 'choose another id'],
    ['an id that is not the file’s name', 'id: own-hr', 'id: own-hrs', 1, 'the id "own-hrs" is not the file\'s name', 'name the file own-hrs.yaml, or change the id'],
    ['a column that is read twice', 'hours: Hours}', 'hours: State}', 5, 'the column "State" is read twice, as state and hours', 'keep one of the two'],
    ['no test of an event', '{type: hr.worker, id: w1, data: {}}', '{ignored: none}', 17, 'no test expects an event of the type hr.worker', 'add a test with an expected line of "{type: …, id: …, data: {…}}"'],
    ['no test of a refusal', '{refused: /State}', '{ignored: none}', 17, 'no test expects an item to be refused', 'add a test with an expected line of "{refused: /field}"'],
    ['a date that cannot be read', 'date: DD.MM.YYYY', 'date: DD.MM.YY', 5, 'input.columns.since.date is not one of YYYY-MM-DD, YYYY/MM/DD, DD.MM.YYYY, DD/MM/YYYY, DD-MM-YYYY, MM/DD/YYYY', undefined],
    ['an attestation', 'type: hr.worker\n', 'type: attestation.given\n', 7, 'an attestation is given by a person at the console', 'map onto another type'],
  ];

  it.each(REFUSED)('is refused for %s', (...[, written, instead, line, message, hint]) => {
    expect(MAPPING).toContain(written);
    const found = load(MAPPING.replace(written, instead));
    expect(found.faults).toContainEqual(expect.objectContaining({ line, message, ...(hint === undefined ? {} : { hint }) }));
    expect(found.mappings.size).toBe(0);
  });

  it('is told everything that is wrong with it at once', () => {
    const text = MAPPING.replace('id: row.worker', 'id: row.wroker').replace('L: left', 'L: gone').replace('int(row.hours)', 'row.huors');
    expect(load(text).faults.map(({ line }) => line)).toEqual([9, 14, 16]);
  });

  it('is refused when one item could take too long', () => {
    const json = MAPPING.replace(/kind: csv\n.*\n/, 'kind: json\n');
    expect(load(json).faults).toEqual([]);
    expect(load(json.replace('row.worker != "test"', 'row.a.exists(one, one in row.b)')).faults[0]?.message).toMatch(/^events\.0\.when: could take \d+ steps, at most 200000 are allowed$/);
  });

  it('stands beside others, each under a name of its own', () => {
    const two = ['a/own-hr.yaml', 'b/own-hr.yaml'].map((path) => ({ role: 'mapping' as const, path, text: MAPPING }));
    const { mappings, faults: found } = loadMappings(two, types, new Set());
    expect([mappings.size, found.map(({ message }) => message)]).toEqual([1, ['"own-hr" is already defined in a/own-hr.yaml']]);
  });

  it('is completed and checked by editors with a JSON Schema made from what the loader uses', () => {
    const accepts = new Ajv2020({ strict: false }).compile(mappingJsonSchema());
    expect([accepts(parse(MAPPING)), accepts(parse(MAPPING.replace('subject:', 'subjct:')))]).toEqual([true, false]);
  });
});
