import { describe, expect, it } from '@jest/globals';
import { prowler } from './prowler.format.js';
import { PROWLER_SAMPLES } from './prowler.samples.testkit.js';
import { sampleFiles, sendSample, shown } from './samples.testkit.js';

describe('the samples of Prowler', () => {
  it('are all written out', () => {
    expect(PROWLER_SAMPLES.map(({ file }) => file).sort()).toEqual(sampleFiles('prowler'));
  });

  it.each(PROWLER_SAMPLES)('$file holds $holds', ({ file, contentType, items }) => {
    expect(shown(sendSample(prowler, file, { contentType }))).toEqual(items);
  });

  it('give the same when JSON lines are called that', () => {
    const asLines = sendSample(prowler, 'v2.many_vuln.json', { contentType: 'application/x-ndjson' });
    expect(asLines).toEqual(sendSample(prowler, 'v2.many_vuln.json'));
  });

  it('give the same when a table names its charset', () => {
    const named = sendSample(prowler, 'example_output_gcp.csv', { contentType: 'text/csv; charset=utf-8' });
    expect(named).toEqual(sendSample(prowler, 'example_output_gcp.csv', { contentType: 'text/csv' }));
  });
});
