import { describe, expect, it } from '@jest/globals';
import type { ParseResult } from './format.js';
import { prowler } from './prowler.format.js';
import { sampleText, send, sendSample, shown } from './samples.testkit.js';

describe('findings of Prowler', () => {
  type Body = Record<string, unknown>;
  const changed = (change: Body): unknown => {
    const [first] = JSON.parse(prowler.sample.body) as [Body];
    return shown(send(prowler, JSON.stringify([{ ...first, ...change }])))[0];
  };
  const idsOf = (result: ParseResult): string[] => shown(result).map((item) => ('id' in item ? item.id : 'none'));

  it.each(['example_output_aws.ocsf.json', 'example_output_gcp.ocsf.json', 'example_output_aws.csv', 'example_output_gcp.csv'])(
    '%s: no id stands twice, and the file sent again has the same ones',
    (file) => {
      const contentType = file.endsWith('.csv') ? 'text/csv' : 'application/json';
      const ids = idsOf(sendSample(prowler, file, { contentType }));
      expect(new Set(ids).size).toBe(ids.length);
      expect(idsOf(sendSample(prowler, file, { contentType }))).toEqual(ids);
    },
  );

  it('that repeat the uid of another one get an id of their own', () => {
    const [first] = JSON.parse(prowler.sample.body) as [Body];
    const ids = idsOf(send(prowler, JSON.stringify([first, { ...first, status_code: 'PASS' }, first, first])));
    expect(ids[0]).toBe('prowler-aws-iam_root_mfa_enabled-123456789012-us-east-1-root@1769860800');
    expect(ids[1]).toMatch(/^iam_root_mfa_enabled@1769860800#[0-9a-f]{32}$/);
    expect(ids[3]).toBe(`${ids[2] ?? ''}#2`);
    expect(new Set(ids).size).toBe(4);
  });

  it.each([
    ['PASS', 'pass'],
    ['pass', 'pass'],
    ['FAIL', 'fail'],
    ['MANUAL', 'unknown'],
    ['INFO', 'unknown'],
    ['NOT_AVAILABLE', 'unknown'],
    ['ok', 'unknown'],
  ])('with the word %s are %s', (theirs, ours) => {
    expect(changed({ status_code: theirs })).toMatchObject({ data: { outcome: ours } });
  });

  it.each([
    [{ status: 'Suppressed' }],
    [{ status_id: 3 }],
    [{ muted: true }],
    [{ unmapped: { muted: true } }],
    [{ status_code: 'MUTED' }],
    [{ status_code: 'WARNING' }],
  ])('that are muted by %j are suppressed and no pass', (mark) => {
    expect(changed({ status_code: 'PASS', ...mark })).toMatchObject({ data: { outcome: 'unknown', suppressed: true } });
  });

  it('take seconds, milliseconds and digits as text for the same instant', () => {
    for (const time of [1_769_860_800, 1_769_860_800_000, '1769860800', '2026-01-31T12:00:00', '2026-01-31T13:00:00+01:00']) {
      expect(changed({ time })).toMatchObject({ time: '2026-01-31T12:00:00.000Z' });
    }
  });

  it('with a time that cannot be read are refused, without one they have the time of receipt', () => {
    expect(changed({ time: 'yesterday' })).toMatchObject({ rejected: '/time' });
    expect(changed({ time: -5 })).toMatchObject({ rejected: '/time' });
    expect(changed({ time: undefined })).toMatchObject({ time: 'none given' });
  });

  it('of several resources are one event each', () => {
    const resources = [{ uid: 'r1' }, { uid: 'r2', region: 'eu-west-1' }];
    const [first] = JSON.parse(prowler.sample.body) as [Body];
    expect(shown(send(prowler, JSON.stringify([{ ...first, resources }])))).toMatchObject([
      { index: 0, subject: 'r1', data: { region: 'us-east-1' } },
      { index: 0, subject: 'r2', data: { region: 'eu-west-1' } },
    ]);
  });

  it('without any resource or account belong to nothing and are refused', () => {
    expect(changed({ resources: [], cloud: null })).toMatchObject({ rejected: '/resources/0/uid' });
    expect(changed({ resources: [] })).toMatchObject({ subject: '123456789012' });
  });

  it('of a provider without a cloud account are read as well', () => {
    const kubernetes = { cloud: null, unmapped: { provider: 'kubernetes', provider_uid: 'prod' }, resources: [{ uid: 'pod-1' }], severity: 'Informational' };
    expect(changed(kubernetes)).toMatchObject({ source: 'prowler/kubernetes/prod', subject: 'pod-1', data: { account: 'prod', severity: 'informational' } });
  });

  it('that are no record of Prowler are refused at what is missing', () => {
    expect(changed({ metadata: {} })).toMatchObject({ rejected: '/metadata/event_code' });
    expect(shown(send(prowler, '[{"CheckID":"c1"}]'))).toMatchObject([{ rejected: '/Status' }]);
    expect(shown(send(prowler, '[{"Control":"c1","Timestamp":""}]'))).toMatchObject([{ rejected: '/Status' }]);
    expect(shown(send(prowler, '[{"Control":"c1","Status":"PASS","Timestamp":"redacted","Resource ID":"r"}]'))).toMatchObject([{ rejected: '/Timestamp' }]);
    expect(shown(send(prowler, '[{"CheckID":"c1","Status":"FAIL","AssessmentStartTime":1769860800,"ResourceId":"","ResourceName":"vm-1","ProjectId":"p"}]'))).toMatchObject([{ subject: 'vm-1' }]);
    expect(shown(send(prowler, '[{"CheckID":"c1","Status":"PASS","AssessmentStartTime":1769860800}]'))).toMatchObject([{ rejected: '/ResourceId' }]);
    expect(shown(send(prowler, 'CHECK_ID;STATUS\n;PASS', { contentType: 'text/csv' }))).toMatchObject([{ rejected: '/CHECK_ID' }]);
  });

  it('of an empty result are none: nothing is a pass', () => {
    expect(send(prowler, '[]')).toEqual({ outcome: 'items', items: [] });
    expect(send(prowler, '', { contentType: 'application/x-ndjson' })).toEqual({ outcome: 'items', items: [] });
  });

  it('keep the number of a control whose name has no brackets (Prowler 2)', () => {
    const line = sampleText('prowler', 'v2.many_vuln.json').split('\n')[0]?.replace('[check11] Avoid the use of the root account', 'root use') ?? '';
    expect(shown(send(prowler, line))).toMatchObject([{ data: { rule: 'root use' } }]);
  });
});
