import { describe, expect, it } from '@jest/globals';
import { prowler } from './prowler.format.js';
import { derived, type FindingData, finding } from './prowler.testkit.js';
import { send, sendSample, shown } from './samples.testkit.js';

describe('the CSV files of Prowler 5', () => {
  const of = (source: string, clock: string, time: string) =>
    (index: number, rule: string, data: FindingData): object =>
      finding(index, { id: derived(`${rule}@2025-02-14 ${clock}`), source, time }, { rule, ...data, account: '<account_uid>', region: '<region>' });

  it('example_output_aws.csv has four findings', () => {
    const row = of('prowler/aws/%3Caccount_uid%3E', '14:27:03.913874', '2025-02-14T14:27:03.913Z');
    expect(shown(sendSample(prowler, 'example_output_aws.csv', { contentType: 'text/csv' }))).toEqual([
      row(0, 'accessanalyzer_enabled', {
        resource: '<resource_uid>',
        outcome: 'fail',
        severity: 'low',
        title: 'Check if IAM Access Analyzer is enabled',
      }),
      row(1, 'account_maintain_current_contact_details', {
        resource: '<resource_uid>',
        outcome: 'unknown',
        severity: 'medium',
        title: 'Maintain current contact details.',
      }),
      row(2, 'account_maintain_different_contact_details_to_security_billing_and_operations', {
        resource: '<resource_uid>',
        outcome: 'fail',
        severity: 'medium',
        title: 'Maintain different contact details to security, billing and operations.',
      }),
      row(3, 'account_security_contact_information_is_registered', {
        resource: '<resource_uid>:root',
        outcome: 'unknown',
        severity: 'medium',
        title: 'Ensure security contact information is registered.',
      }),
    ]);
  });

  it('example_output_gcp.csv has four findings, two of them alike', () => {
    const row = of('prowler/gcp/%3Caccount_uid%3E', '14:27:20.697446', '2025-02-14T14:27:20.697Z');
    const rdp = (index: number): object =>
      row(index, 'compute_firewall_rdp_access_from_the_internet_allowed', {
        resource: '<resource_uid>',
        outcome: 'pass',
        severity: 'critical',
        title: 'Ensure That RDP Access Is Restricted From the Internet',
      });
    expect(shown(sendSample(prowler, 'example_output_gcp.csv', { contentType: 'text/csv; charset=utf-8' }))).toEqual([
      row(0, 'apikeys_key_exists', {
        resource: '<account_uid>',
        outcome: 'pass',
        severity: 'medium',
        title: 'Ensure API Keys Only Exist for Active Services',
      }),
      row(1, 'artifacts_container_analysis_enabled', {
        resource: '<resource_uid>',
        outcome: 'fail',
        severity: 'medium',
        title: 'Ensure Image Vulnerability Analysis using AR Container Analysis or a third-party provider',
      }),
      rdp(2),
      rdp(3),
    ]);
  });

  it('broken.columns.csv loses the row whose columns have shifted', () => {
    expect(shown(sendSample(prowler, 'broken.columns.csv', { contentType: 'text/csv' }))).toEqual([
      finding(0, { id: 'f-1@2025-02-14 14:27:03.913874', source: 'prowler/aws/123456789012', time: '2025-02-14T14:27:03.913Z' }, {
        rule: 'accessanalyzer_enabled',
        resource: 'analyzer/1',
        outcome: 'fail',
        account: '123456789012',
      }),
      { index: 1, rejected: '', message: 'has 8 fields, the header line 9; quote fields that hold the separator' },
    ]);
  });

  it.each([
    ['a header of another tool', 'a;b\n1;2', 'the header line has no column CHECK_ID'],
    ['nothing', '', 'the header line has no column CHECK_ID'],
    ['a column twice', 'CHECK_ID;STATUS;STATUS\n1;2;3', 'the header line has a column twice, or one that is refused'],
    ['an open quote', 'CHECK_ID;STATUS\n"1;2', expect.stringContaining('Quote') as unknown as string],
  ])('a file with %s is malformed', (_what, body, message) => {
    expect(send(prowler, body, { contentType: 'text/csv' })).toEqual({ outcome: 'malformed', faults: [{ pointer: '', message }] });
  });

  it('MUTED True is an exception claimed upstream and never a pass', () => {
    const body = 'CHECK_ID;STATUS;MUTED;RESOURCE_UID\nc1;PASS;True;r1\nc1;FAIL;True;r2\nc1;PASS;False;r3';
    expect(shown(send(prowler, body, { contentType: 'text/csv' }))).toMatchObject([
      { data: { outcome: 'unknown', suppressed: true } },
      { data: { outcome: 'fail', suppressed: true } },
      { data: { outcome: 'pass' }, time: 'none given', source: 'prowler' },
    ]);
  });

  it('are refused in another charset or encoding, and too large beyond the limit', () => {
    expect(send(prowler, 'CHECK_ID;STATUS', { contentType: 'text/csv; charset=latin1' }).outcome).toBe('malformed');
    expect(send(prowler, Uint8Array.of(0xff), { contentType: 'text/csv' }).outcome).toBe('malformed');
    expect(send(prowler, `CHECK_ID;STATUS\n${'c;PASS\n'.repeat(20_001)}`, { contentType: 'text/csv' }).outcome).toBe('too-large');
  });
});
