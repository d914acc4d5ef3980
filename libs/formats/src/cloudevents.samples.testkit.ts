import { expect } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import type { Headers } from './format.js';
import { sampleText } from './samples.testkit.js';

/** One request of the conformance suite and what comes out, as `shown` writes items. */
export interface CloudeventsRequest {
  readonly name: string;
  readonly contentType: string;
  readonly headers: Headers;
  readonly body: string;
  readonly items: readonly object[];
}

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

const minimal = { id: 'minimal', source: 'https://cloudevents.io', type: 'io.cloudevents.test', time: 'none given', data: {} };
const withTime = { ...minimal, id: 'minimalWithTime', time: '2018-04-05T17:31:00.000Z' };
const allCore = { ...minimal, id: 'allCore', subject: 'tests', time: '2018-04-05T17:31:00.000Z' };

interface Case {
  readonly id: string;
  readonly event?: unknown;
  readonly batch?: unknown;
}

export const casesOf = (file: string): Case[] => (JSON.parse(sampleText('cloudevents', file)) as { tests: Case[] }).tests;

function caseOf(file: string, id: string): Case {
  const found = casesOf(file).find((one) => one.id === id);
  if (found === undefined) throw new Error(`${file} has no case ${id}`);
  return found;
}

const request = (name: string, contentType: string, body: unknown, items: readonly object[]): CloudeventsRequest => ({
  name: `${name} as ${contentType}`,
  contentType,
  headers: {},
  body: JSON.stringify(body),
  items,
});

export const VALID_EVENTS: Readonly<Record<string, object>> = {
  validMinimal: minimal,
  validMinimalWithNullForOptional: minimal,
  validAllCoreAttributes: allCore,
  validMinimalWithTimeUtc: withTime,
  validMinimalWithTimeToNanosecondsUtc: withTime,
  validMinimalWithTimeUsingPositiveOffset: withTime,
  validMinimalWithTimeUsingNegativeOffset: withTime,
  validRelativeSource: { ...minimal, id: 'minimalWithRelativeSource', source: '#fragment' },
  validSimpleTextData: { ...minimal, id: 'simpleTextData', data: { $text: 'Simple text' } },
  validAllExtensionTypes: { ...minimal, id: 'allExtensionTypes' },
};

const validEvents = Object.entries(VALID_EVENTS).flatMap(([id, event]) =>
  [STRUCTURED, 'application/json', 'application/x-ndjson'].map((contentType) =>
    request(id, contentType, caseOf('valid-events.json', id).event, [{ index: 0, ...event }]),
  ),
);

export const VALID_BATCHES: Readonly<Record<string, readonly object[]>> = {
  validBatchEmpty: [],
  validBatchMinimal: [minimal],
  validBatchMinimal2: [minimal, minimal],
  validBatchMinimalAndAllCore: [minimal, allCore],
  validBatchMinimalAndAllExtensionTypes: [minimal, { ...minimal, id: 'allExtensionTypes' }],
};

const validBatches = Object.entries(VALID_BATCHES).flatMap(([id, events]) =>
  [BATCH, 'application/json'].map((contentType) =>
    request(id, contentType, caseOf('valid-batches.json', id).batch, events.map((event, index) => ({ index, ...event }))),
  ),
);

/** Where each of them is at fault. */
export const INVALID_EVENTS: Readonly<Record<string, string>> = {
  invalidNoSpecVersion: '/specversion',
  invalidNoId: '/id',
  invalidNoType: '/type',
  invalidNoSource: '/source',
  invalidTimeGarbage: '/time',
  invalidTimeToMinute: '/time',
  invalidTimeOffsetX: '/time',
  invalidTimeOffsetOutOfRange: '/time',
  invalidTimeOffsetNonInteger: '/time',
  invalidTimeOffsetHourOnly: '/time',
  invalidEmptyId: '/id',
  invalidEmptyType: '/type',
  invalidEmptySource: '/source',
  invalidEmptySpecVersion: '/specversion',
  invalidUnknownSpecVersion: '/specversion',
  invalidNonRfc2046DataContentType: '/datacontenttype',
  invalidEmptyDataContentType: '/datacontenttype',
  invalidEmptyDataSchema: '/dataschema',
  invalidEmptySubject: '/subject',
  invalidNumericId: '/id',
  invalidObjectId: '/id',
  invalidCapitalizedExtension: '/MyExtension',
  invalidPunctuatedExtension: '/my.extension',
  invalidNonIntegerExtensionValue: '/my.extension',
  invalidBothDataAndDataBase64: '/data_base64',
};

const invalidEvents = Object.entries(INVALID_EVENTS).flatMap(([id, rejected]) => {
  const { event } = caseOf('invalid-events.json', id);
  const items = [{ index: 0, rejected, message: expect.stringMatching(/\w/) as unknown as string }];
  return [request(id, STRUCTURED, event, items), request(`${id} in a batch`, BATCH, [event], items)];
});

const someEvent = {
  index: 0,
  id: '1234-1234-1234',
  source: '/mycontext/subcontext',
  type: 'com.example.someevent',
  time: '2018-04-05T03:56:24.000Z',
  data: { message: 'Hello World!' },
};

/** The raw request of a scenario, as a server would see it. */
function scenario(name: string, contentType: string): CloudeventsRequest {
  const feature = sampleText('cloudevents', 'http-protocol-binding.feature');
  const block = feature.split(`Scenario Outline: ${name}`)[1]?.split('"""')[1] ?? '';
  const [head = '', body = ''] = block.replaceAll('<contentType>', contentType).replaceAll(/^ {8}/gm, '').trim().split('\n\n', 2);
  const lines = head.split('\n').slice(1).filter((line) => line.startsWith('ce-'));
  const headers = Object.fromEntries(lines.map((line) => [line.split(': ')[0], line.split(': ')[1]])) as Headers;
  return { name: `${name} (${contentType})`, contentType, headers, body, items: [someEvent] };
}

const httpBinding = [
  scenario('Binary content mode', 'application/json'),
  scenario('Binary content mode', 'application/json; charset=utf-8'),
  scenario('Structured content mode', STRUCTURED),
  scenario('Structured content mode', `${STRUCTURED}; charset=utf-8`),
];

interface Neutral {
  readonly ContextAttributes: Record<string, string | number>;
  readonly Data: string;
}

export const NEUTRAL = parseAllDocuments(sampleText('cloudevents', 'v1_minimum.yaml')).map((document) => document.toJS() as Neutral);

export const NEUTRAL_DATA: Readonly<Record<string, object>> = {
  'conformance-0001': { $text: 'Hello, World!\n' },
  'conformance-0002': { $text: 'Hello, 🌎!\n' },
  'conformance-0003': { $value: 'Hello, 🌎!' },
  'conformance-0004': { msg: 'Hello, 🌎!' },
  'conformance-0005': { $value: ['Hello', '🌎!'] },
  'conformance-0006': { $text: '<msg>Hello, 🌎!</msg>\n' },
};

function neutral({ ContextAttributes: given, Data }: Neutral): readonly CloudeventsRequest[] {
  const id = String(given.id);
  const contentType = String(given.datacontenttype);
  const source = '//github.com/cloudevents/cloudeventsconformance/yaml/v1.yaml';
  const items = [{ index: 0, id, source, type: 'io.cloudevents.minimum', time: 'none given', data: NEUTRAL_DATA[id] }];
  const headers = { 'ce-specversion': '1.0', 'ce-id': id, 'ce-type': String(given.type), 'ce-source': String(given.source) };
  const data = contentType.startsWith('application/json') ? (JSON.parse(Data) as unknown) : Data;
  return [
    { name: `${id} in binary mode`, contentType, headers, body: Data, items },
    request(id, STRUCTURED, { ...given, specversion: '1.0', data }, items),
  ];
}

const leaver = (worker: string): object => ({ worker, lastDay: '2026-01-31T17:00:00Z' });
const kept = { source: '/hr', type: 'hr.worker-left', time: '2026-01-31T12:00:00.000Z' };

const broken: CloudeventsRequest = {
  name: 'a batch with an event without a source keeps its good part',
  contentType: BATCH,
  headers: {},
  body: sampleText('cloudevents', 'broken.batch.json'),
  items: [
    { index: 0, id: '1', subject: 'w1', ...kept, data: leaver('w1') },
    { index: 1, rejected: '/source', message: 'is missing; every event needs it' },
    { index: 2, id: '3', subject: 'w3', ...kept, data: leaver('w3') },
  ],
};

/** Every HTTP and JSON case of the samples. */
export const CLOUDEVENTS_REQUESTS: readonly CloudeventsRequest[] = [
  ...validEvents,
  ...validBatches,
  ...invalidEvents,
  ...httpBinding,
  ...NEUTRAL.flatMap(neutral),
  broken,
];
