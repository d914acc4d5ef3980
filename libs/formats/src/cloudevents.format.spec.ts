import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { cloudevents } from './cloudevents.format.js';
import type { Headers } from './format.js';
import { sampleFiles, sampleText, send, sendSample, shown } from './samples.testkit.js';

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
const cases = (file: string): Case[] => (JSON.parse(sampleText('cloudevents', file)) as { tests: Case[] }).tests;

function caseOf(file: string, id: string): Case {
  const found = cases(file).find((one) => one.id === id);
  if (found === undefined) throw new Error(`${file} has no case ${id}`);
  return found;
}

describe('valid-events.json of the conformance suite', () => {
  const EXPECTED: Record<string, object> = {
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

  it('has no case that is not written out here', () => {
    expect(cases('valid-events.json').map(({ id }) => id).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(Object.keys(EXPECTED))('%s is accepted', (id) => {
    const body = JSON.stringify(caseOf('valid-events.json', id).event);
    for (const contentType of [STRUCTURED, 'application/json', 'application/x-ndjson']) {
      expect(shown(send(cloudevents, body, { contentType }))).toEqual([{ index: 0, ...EXPECTED[id] }]);
    }
  });
});

describe('valid-batches.json of the conformance suite', () => {
  const EXPECTED: Record<string, object[]> = {
    validBatchEmpty: [],
    validBatchMinimal: [minimal],
    validBatchMinimal2: [minimal, minimal],
    validBatchMinimalAndAllCore: [minimal, allCore],
    validBatchMinimalAndAllExtensionTypes: [minimal, { ...minimal, id: 'allExtensionTypes' }],
  };

  it('has no case that is not written out here', () => {
    expect(cases('valid-batches.json').map(({ id }) => id).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(Object.keys(EXPECTED))('%s is accepted', (id) => {
    const body = JSON.stringify(caseOf('valid-batches.json', id).batch);
    const expected = (EXPECTED[id] ?? []).map((event, index) => ({ index, ...event }));
    expect(shown(send(cloudevents, body, { contentType: BATCH }))).toEqual(expected);
    expect(shown(send(cloudevents, body))).toEqual(expected);
  });
});

describe('invalid-events.json of the conformance suite', () => {
  const POINTERS: Record<string, string> = {
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

  it('has no case that is not written out here', () => {
    expect(cases('invalid-events.json').map(({ id }) => id).sort()).toEqual(Object.keys(POINTERS).sort());
  });

  it.each(Object.keys(POINTERS))('%s is refused with the path of its fault', (id) => {
    const { event } = caseOf('invalid-events.json', id);
    const rejected = { index: 0, rejected: POINTERS[id], message: expect.stringMatching(/\w/) as unknown as string };
    expect(shown(send(cloudevents, JSON.stringify(event), { contentType: STRUCTURED }))).toEqual([rejected]);
    expect(shown(send(cloudevents, JSON.stringify([event]), { contentType: BATCH }))).toEqual([rejected]);
  });
});

describe('http-protocol-binding.feature of the conformance suite', () => {
  const feature = sampleText('cloudevents', 'http-protocol-binding.feature');
  const someEvent = {
    index: 0,
    id: '1234-1234-1234',
    source: '/mycontext/subcontext',
    type: 'com.example.someevent',
    time: '2018-04-05T03:56:24.000Z',
    data: { message: 'Hello World!' },
  };

  /** The raw request of a scenario, as a server would see it. */
  function requestOf(scenario: string, contentType: string): { headers: Headers; body: string } {
    const block = feature.split(`Scenario Outline: ${scenario}`)[1]?.split('"""')[1] ?? '';
    const [head = '', body = ''] = block.replaceAll('<contentType>', contentType).replaceAll(/^ {8}/gm, '').trim().split('\n\n', 2);
    const lines = head.split('\n').slice(1);
    return { headers: Object.fromEntries(lines.map((line) => [line.split(': ')[0]?.toLowerCase(), line.split(': ')[1]])) as Headers, body };
  }

  it.each(['application/json', 'application/json; charset=utf-8'])('Binary content mode (%s)', (contentType) => {
    const { headers, body } = requestOf('Binary content mode', contentType);
    expect(headers['ce-source']).toBe('/mycontext/subcontext');
    expect(shown(send(cloudevents, body, { contentType, headers }))).toEqual([someEvent]);
  });

  it.each([STRUCTURED, `${STRUCTURED}; charset=utf-8`])('Structured content mode (%s)', (contentType) => {
    const { headers, body } = requestOf('Structured content mode', contentType);
    expect(shown(send(cloudevents, body, { contentType, headers }))).toEqual([someEvent]);
  });
});

describe('v1_minimum.yaml of the conformance suite', () => {
  interface Neutral {
    readonly ContextAttributes: Record<string, string | number>;
    readonly Data: string;
  }
  const documents = parseAllDocuments(sampleText('cloudevents', 'v1_minimum.yaml')).map((document) => document.toJS() as Neutral);
  const DATA: Record<string, object> = {
    'conformance-0001': { $text: 'Hello, World!\n' },
    'conformance-0002': { $text: 'Hello, 🌎!\n' },
    'conformance-0003': { $value: 'Hello, 🌎!' },
    'conformance-0004': { msg: 'Hello, 🌎!' },
    'conformance-0005': { $value: ['Hello', '🌎!'] },
    'conformance-0006': { $text: '<msg>Hello, 🌎!</msg>\n' },
  };
  const expected = (id: string): object => ({
    index: 0,
    id,
    source: '//github.com/cloudevents/cloudeventsconformance/yaml/v1.yaml',
    type: 'io.cloudevents.minimum',
    time: 'none given',
    data: DATA[id],
  });
  const documentOf = (id: string): Neutral => documents.find((one) => one.ContextAttributes.id === id) as Neutral;

  it('has no case that is not written out here', () => {
    expect(documents.map((one) => one.ContextAttributes.id)).toEqual(Object.keys(DATA));
  });

  it.each(Object.keys(DATA))('%s is accepted in binary mode', (id) => {
    const { ContextAttributes: given, Data } = documentOf(id);
    const headers = { 'ce-specversion': '1.0', 'ce-id': id, 'ce-type': String(given.type), 'ce-source': String(given.source) };
    expect(shown(send(cloudevents, Data, { contentType: String(given.datacontenttype), headers }))).toEqual([expected(id)]);
  });

  it.each(Object.keys(DATA))('%s is accepted in structured mode', (id) => {
    const { ContextAttributes: given, Data } = documentOf(id);
    const isJson = String(given.datacontenttype).startsWith('application/json');
    const event = { ...given, specversion: '1.0', data: isJson ? (JSON.parse(Data) as unknown) : Data };
    expect(shown(send(cloudevents, JSON.stringify(event), { contentType: STRUCTURED }))).toEqual([expected(id)]);
  });
});

describe('the samples', () => {
  it('has no file that this spec does not know', () => {
    expect(sampleFiles('cloudevents')).toEqual([
      'broken.batch.json',
      'http-protocol-binding.feature',
      'invalid-events.json',
      // Why nothing here reads this one stands in the README beside it.
      'kafka-protocol-binding.feature',
      'v1_minimum.yaml',
      'valid-batches.json',
      'valid-events.json',
    ]);
  });

  it('keeps the good part of a batch and refuses the event without a source at its path', () => {
    const leaver = (worker: string): object => ({ worker, lastDay: '2026-01-31T17:00:00Z' });
    const kept = { source: '/hr', type: 'hr.worker-left', time: '2026-01-31T12:00:00.000Z' };
    expect(shown(sendSample(cloudevents, 'broken.batch.json', { contentType: BATCH }))).toEqual([
      { index: 0, id: '1', subject: 'w1', ...kept, data: leaver('w1') },
      { index: 1, rejected: '/source', message: 'is missing; every event needs it' },
      { index: 2, id: '3', subject: 'w3', ...kept, data: leaver('w3') },
    ]);
  });
});
