import { afterAll, beforeEach, expect, it, jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLogger } from '@tickmark/platform';
import { EventTypes } from './event-types.js';

/** All shipped types are loaded each time. */
jest.setTimeout(60_000);

const made: string[] = [];
const logger = createLogger('spec', 'silent');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tickmark-types-'));
  made.push(folder);
  mkdirSync(path.join(folder, 'event-types'));
});
afterAll(() => made.forEach((one) => rmSync(one, { recursive: true, force: true })));

const write = (property: string): void =>
  writeFileSync(
    path.join(folder, 'event-types', 'own.badge.yaml'),
    `id: own.badge
title: A badge
subject: badge
schema:
  type: object
  additionalProperties: false
  required: [badge]
  properties:
    badge: ${property}
examples: [{badge: b1}]
`,
  );
const TEXT = '{type: string, maxLength: 8}';
const faults = (types: EventTypes, data: object): number => types.validate('own.badge', data as never).length;

it('hold events against what an installation added, and take it in again when it changes', async () => {
  write(TEXT);
  const types = await EventTypes.load(folder);
  expect([faults(types, { badge: 'b1' }), faults(types, { badge: 'b1', room: 'r' })]).toEqual([0, 1]);
  write(`${TEXT}\n    room: ${TEXT}`);
  await types.reload(logger);
  expect([faults(types, { badge: 'b1', room: 'r' }), types.trouble]).toEqual([0, undefined]);
});

it('stay what they were when a file is broken or gone, and say why until it is mended', async () => {
  write(TEXT);
  const types = await EventTypes.load(folder);
  write('{type: string}');
  await types.reload(logger);
  await types.reload(logger);
  expect([faults(types, { badge: 'b1' }), faults(types, { badge: 'far too long' })]).toEqual([0, 1]);
  expect(types.trouble).toMatch(/^the event types and mappings have 1 fault\(s\), the first in .*own\.badge\.yaml:9$/);
  rmSync(folder, { recursive: true });
  await types.reload(logger);
  expect([faults(types, { badge: 'far too long' }), types.trouble]).toEqual([1, expect.stringContaining('is not there')]);
  mkdirSync(path.join(folder, 'event-types'), { recursive: true });
  write(TEXT);
  await types.reload(logger);
  expect(types.trouble).toBeUndefined();
});

const writeMapping = (expression: string, name = 'own-badges'): void => {
  mkdirSync(path.join(folder, 'mappings'), { recursive: true });
  writeFileSync(
    path.join(folder, 'mappings', `${name}.yaml`),
    `id: ${name}
title: Badges
input: {kind: json}
events:
  - type: own.badge
    id: row.number
    source: /badges
    data: {badge: ${expression}}
tests:
  - name: a badge, and none
    given: '[{"number": "b1"}, {}]'
    expect: [{type: own.badge, id: b1, data: {badge: b1}}, {refused: /number}]
`,
  );
};

const badgeIn = (types: EventTypes): unknown => {
  const format = types.mapped.get('own-badges');
  const parsed = format?.parse({ headers: {}, rawBody: Buffer.from('{"number": "b1"}'), contentType: 'application/json', feed: { name: 'f', system: 's' } });
  return parsed?.outcome === 'items' ? parsed.items[0] : undefined;
};

it('come with mappings onto them, which are formats from then on and are taken in again when they change', async () => {
  write(TEXT);
  const types = await EventTypes.load(folder);
  expect([types.mapped.has('own-badges'), types.mapped.has('hr-export')]).toEqual([false, true]);
  writeMapping('row.number');
  await types.reload(logger);
  expect([badgeIn(types), types.trouble]).toMatchObject([{ kind: 'event', event: { type: 'own.badge', id: 'b1', data: { badge: 'b1' } } }, undefined]);
  writeMapping('row.number + "!"');
  await types.reload(logger);
  expect(badgeIn(types)).toMatchObject({ event: { data: { badge: 'b1!' } } });
  writeMapping('rwo.number');
  await types.reload(logger);
  expect([badgeIn(types), types.trouble]).toMatchObject([{ event: { data: { badge: 'b1!' } } }, expect.stringMatching(/own-badges\.yaml:8$/)]);
  rmSync(path.join(folder, 'mappings'), { recursive: true });
  writeMapping('row.number', 'okta');
  await types.reload(logger);
  expect(types.trouble).toMatch(/okta\.yaml:1$/);
});

it('that cannot be loaded stop the start, by file and line', async () => {
  write('{type: string}');
  await expect(EventTypes.load(folder)).rejects.toThrow(/own\.badge\.yaml:9 text needs a maxLength/);
});
