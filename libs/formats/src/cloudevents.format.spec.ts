import { describe, expect, it } from '@jest/globals';
import { cloudevents } from './cloudevents.format.js';
import { CLOUDEVENTS_REQUESTS, INVALID_EVENTS, NEUTRAL, NEUTRAL_DATA, VALID_BATCHES, VALID_EVENTS, casesOf } from './cloudevents.samples.testkit.js';
import { catalogueFaults, sampleFiles, send, shown } from './samples.testkit.js';

describe('the requests of the conformance suite', () => {
  it.each(CLOUDEVENTS_REQUESTS)('$name gives what is written out', ({ contentType, headers, body, items }) => {
    expect(shown(send(cloudevents, body, { contentType, headers }))).toEqual(items);
  });

  it('carry their attributes in headers in binary mode', () => {
    const binary = CLOUDEVENTS_REQUESTS.find(({ name }) => name.startsWith('Binary content mode'));
    expect(binary?.headers['ce-source']).toBe('/mycontext/subcontext');
  });

  it('hold events that the catalogue takes', () => {
    const mixed = CLOUDEVENTS_REQUESTS.find(({ name }) => name.startsWith('a batch'));
    expect(mixed).toBeDefined();
    expect(catalogueFaults(send(cloudevents, mixed?.body ?? '', { contentType: mixed?.contentType ?? '' }))).toEqual([]);
  });
});

describe('the samples', () => {
  it.each([
    ['valid-events.json', Object.keys(VALID_EVENTS)],
    ['valid-batches.json', Object.keys(VALID_BATCHES)],
    ['invalid-events.json', Object.keys(INVALID_EVENTS)],
  ])('%s has no case that is not written out', (file, written) => {
    expect(casesOf(file).map(({ id }) => id).sort()).toEqual(written.sort());
  });

  it('v1_minimum.yaml has no case that is not written out', () => {
    expect(NEUTRAL.map((one) => one.ContextAttributes.id)).toEqual(Object.keys(NEUTRAL_DATA));
  });

  it('have no file that this spec does not know', () => {
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
});
