import { expect } from '@jest/globals';

interface Told {
  readonly rule: string;
  readonly resource: string;
  readonly [name: string]: unknown;
}

const finding = (run: string, time: string, data: Told): object => ({
  index: 0,
  id: `${run}@${data.rule}@${data.resource}`,
  source: 'inspec',
  type: 'config.finding',
  subject: data.resource,
  time,
  data,
});

/** Its report says no time: a hash of it tells it from the next one. */
const withoutTime = (data: Told): object => ({
  ...finding('', 'none given', data),
  id: expect.stringMatching(/^[0-9a-f]{40}@.+@test-system$/) as unknown as string,
});

interface Scan {
  readonly scanner: string;
  readonly resource: string;
  readonly outcome: string;
  readonly covered: number;
  readonly at?: number;
}

const scan = (run: string, time: string, { scanner, resource, outcome, covered, at = 0 }: Scan): object => ({
  index: 0,
  id: `${run}@scan ${at}@${scanner}@${resource}`,
  source: 'inspec',
  type: 'scan.completed',
  subject: scanner,
  time,
  data: { scanner, outcome, covered, total: 1 },
});

const RHEL8 = 'redhat-enterprise-linux-8-stig-baseline';
const RHEL8_RUN = '2024-03-18T17:10:44+00:00/0.00533058';
const EMPTY = 'da39a3ee-5e6b-5b0d-b255-bfef95601890';
const rhel8 = (id: string, outcome: string, severity: string, title: string): object =>
  finding(RHEL8_RUN, '2024-03-18T17:10:44.000Z', { rule: `${RHEL8}/${id}`, resource: EMPTY, outcome, severity, title });

const RUN_DATA = '2018-01-05 11:43:04 -0500/0.039182';
const runData = (id: string, outcome: string, more: object = {}): object =>
  finding(RUN_DATA, '2018-01-05T16:43:04.000Z', { rule: `long_commands/${id}`, resource: 'test-system', outcome, severity: 'medium', ...more });

const S3_RUN = '2018-11-18T21:02:52-05:00/0.774471';
const OVERLAY = 'larkspur-overlay';
const MACHINE = '0c5a6ef1-9d6f-5d1a-8b5e-0a4f0a3f6a10';
const OVERLAY_RUN = '2026-01-31T12:00:05+00:00/1.5';
const laid = (id: string, time: string, data: object): object =>
  finding(OVERLAY_RUN, `2026-01-31T12:00:0${time}.000Z`, { rule: `${OVERLAY}/${id}`, resource: MACHINE, ...data });

const AUTOMATE = '6e1b5a0e-6b21-4f43-9b2b-5ae2e9f6f2d3/2026-01-31T12:00:10Z/2026-01-31 12:00:03 +0000/7.25';
const NODE = 'payroll-1.larkspur.example';
const CONVERTED = 'registry.larkspur.example/payroll:1.4';
const CONVERTED_RUN = 'Mon Feb  2 09:00:00 2026';

/** What each sample must give. */
export const EXPECTED: Record<string, object[]> = {
  'attestations_jsonFormat.json': [{ index: 0, ignored: 'an attestation: a person said it, no tool found it' }],
  'aws-s3-baseline.json': [
    finding(S3_RUN, '2018-11-19T02:02:51.000Z', {
      rule: 'aws-s3-baseline/s3-buckets-no-public-access',
      resource: 'test-system',
      outcome: 'fail',
      severity: 'high',
      title: 'Ensure there are no publicly accessible S3 buckets',
    }),
    finding(S3_RUN, '2018-11-19T02:02:52.000Z', {
      rule: 'aws-s3-baseline/s3-objects-no-public-access',
      resource: 'test-system',
      outcome: 'fail',
      severity: 'high',
      title: 'Ensure there are no publicly accessible S3 objects',
    }),
    scan(S3_RUN, '2018-11-19T02:02:52.000Z', { scanner: 'inspec/aws-s3-baseline', resource: 'test-system', outcome: 'success', covered: 1 }),
  ],
  'minimal-hdf.json': [
    finding('2022-09-27T21:58:28-04:00/0.032271', '2022-09-28T01:58:28.000Z', {
      rule: 'test_inspec_profile/test',
      resource: 'af9cc1ad-9583-5403-8a69-79a34daa9792',
      outcome: 'fail',
      severity: 'high',
      title: 'Returns a fail',
    }),
    scan('2022-09-27T21:58:28-04:00/0.032271', '2022-09-28T01:58:28.000Z', {
      scanner: 'inspec/test_inspec_profile',
      resource: 'af9cc1ad-9583-5403-8a69-79a34daa9792',
      outcome: 'success',
      covered: 1,
    }),
  ],
  'rhel8_sample_oneOfEachControlStatus.json': [
    rhel8('SV-230221', 'pass', 'high', 'RHEL 8 must be a vendor-supported release.'),
    rhel8('SV-230222', 'fail', 'medium', 'RHEL 8 vendor packaged system security patches and updates must be installed and up to date.'),
    rhel8('SV-230223', 'not-applicable', 'informational', expect.stringMatching(/^RHEL 8 must implement NIST FIPS-validated cryptography/) as unknown as string),
    rhel8('SV-230328', 'unknown', 'medium', 'A separate RHEL 8 filesystem must be used for user home directories\n(such as /home or an equivalent).'),
    scan(RHEL8_RUN, '2024-03-18T17:10:44.000Z', { scanner: `inspec/${RHEL8}`, resource: EMPTY, outcome: 'success', covered: 1 }),
  ],
  'rhel_cve_vulnerability_scan_baseline_with_failures.json': [
    finding('2018-11-18T20:13:54-05:00/0.029956', '2018-11-19T01:13:54.000Z', {
      rule: 'rhel_cve_vulnerability_scan_baseline/cve-scan',
      resource: 'test-system',
      outcome: 'fail',
      severity: 'medium',
      title: 'CVE vulnerabilities - all packages must be up to date on security\n    patches',
    }),
    scan('2018-11-18T20:13:54-05:00/0.029956', '2018-11-19T01:13:54.000Z', {
      scanner: 'inspec/rhel_cve_vulnerability_scan_baseline',
      resource: 'test-system',
      outcome: 'success',
      covered: 1,
    }),
  ],
  'run_data.json': [
    runData('(generated from example.rb:7 871cd54043069c5c4f6e382fd5627830)', 'pass'),
    runData('tmp-1.0', 'pass', { severity: 'high', title: 'Create /tmp directory' }),
    runData('(generated from example.rb:21 2ff474c5357e7070f4c3efa932032dcb)', 'fail'),
    runData('(generated from run_command.rb:5 a411d4ded1530b2f48170840e1127584)', 'pass'),
  ],
  'overlay.json': [
    laid('os-01', '0', { outcome: 'unknown', severity: 'critical', title: 'Trusted hosts' }),
    laid('os-02', '5', { outcome: 'pass', severity: 'low', title: 'Shadow file' }),
    laid('os-03', '0', { outcome: 'not-applicable', severity: 'informational', title: 'Journal is kept' }),
    laid('os-04', '2', { outcome: 'fail', suppressed: true, severity: 'high', title: 'PATH has no dot' }),
    laid('os-05', '0', { outcome: 'unknown', suppressed: true, severity: 'high', title: 'login.defs' }),
    laid('os-06', '0', { outcome: 'error', severity: 'critical', title: 'No unknown SUID' }),
    laid('os-07', '5', { outcome: 'error', severity: 'medium', title: 'Unique ids' }),
    scan(OVERLAY_RUN, '2026-01-31T12:00:05.000Z', { scanner: `inspec/${OVERLAY}`, resource: MACHINE, outcome: 'success', covered: 1 }),
  ],
  'json-min.json': [
    withoutTime({ rule: 'linux-baseline/os-02', resource: 'test-system', outcome: 'fail' }),
    withoutTime({ rule: 'linux-baseline/os-03', resource: 'test-system', outcome: 'unknown' }),
    withoutTime({ rule: '(generated from example.rb:7 871cd540)', resource: 'test-system', outcome: 'pass' }),
  ],
  'json-automate.json': [
    finding(AUTOMATE, '2026-01-31T12:00:03.000Z', { rule: 'linux-baseline/os-01', resource: NODE, outcome: 'pass', severity: 'critical', title: 'Trusted hosts' }),
    scan(AUTOMATE, '2026-01-31T12:00:10.000Z', { scanner: 'inspec/linux-baseline', resource: NODE, outcome: 'success', covered: 1 }),
    scan(AUTOMATE, '2026-01-31T12:00:10.000Z', { scanner: 'inspec/windows-baseline', resource: NODE, outcome: 'failure', covered: 0, at: 1 }),
  ],
  'converted.hdf.json': [
    finding(CONVERTED_RUN, '2026-02-02T09:00:00.000Z', {
      rule: 'Some Scanner/CVE-2026-0417',
      resource: CONVERTED,
      outcome: 'fail',
      severity: 'critical',
      title: 'A library is vulnerable',
    }),
    finding(CONVERTED_RUN, '2026-02-02T09:00:00.000Z', {
      rule: 'Some Scanner/INFO-1',
      resource: CONVERTED,
      outcome: 'not-applicable',
      severity: 'informational',
      title: 'The scanner ran',
    }),
    finding(CONVERTED_RUN, '2026-02-02T09:00:00.000Z', {
      rule: 'Some Scanner/V-2',
      resource: CONVERTED,
      outcome: 'unknown',
      severity: 'medium',
      title: 'Reviewed by a person',
    }),
    scan(CONVERTED_RUN, '2026-02-02T09:00:00.000Z', { scanner: 'inspec/Some Scanner', resource: CONVERTED, outcome: 'success', covered: 1 }),
  ],
  'profile.json': [{ index: 0, ignored: 'a profile, not a report: nothing was evaluated' }],
  'broken.control.json': [
    finding('at noon/0.5', '2026-01-31T12:00:00.000Z', { rule: 'linux-baseline/os-01', resource: 'm1', outcome: 'pass', severity: 'critical' }),
    { index: 0, rejected: '/profiles/0/controls/2/results/0/start_time', message: 'is no time that can be read' },
    { index: 0, rejected: '/profiles/0/controls/1/id', message: 'expected string, but it is missing' },
    { index: 0, rejected: '/profiles/0/controls/3/results', message: 'expected array, received string' },
    { index: 0, rejected: '/profiles/1/controls', message: 'expected array, received object' },
  ],
};
