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
  expect(types.trouble).toMatch(/^the event types have 1 fault\(s\), the first in .*own\.badge\.yaml:9$/);
  rmSync(folder, { recursive: true });
  await types.reload(logger);
  expect([faults(types, { badge: 'far too long' }), types.trouble]).toEqual([1, expect.stringContaining('is not there')]);
  mkdirSync(path.join(folder, 'event-types'), { recursive: true });
  write(TEXT);
  await types.reload(logger);
  expect(types.trouble).toBeUndefined();
});

it('that cannot be loaded stop the start, by file and line', async () => {
  write('{type: string}');
  await expect(EventTypes.load(folder)).rejects.toThrow(/own\.badge\.yaml:9 text needs a maxLength/);
});
