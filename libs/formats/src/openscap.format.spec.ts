import { describe, expect, it } from '@jest/globals';
import { openscap } from './openscap.format.js';
import { OCP4, POD, RHEL7 } from './openscap.samples.testkit.js';
import { sampleFiles, send, sendSample, shown, type Shown } from './samples.testkit.js';

const XML = { contentType: 'application/xml' };
const YAML = { contentType: 'application/yaml' };
const NOT_SELECTED = 'notselected: the profile leaves this rule out, so it was not evaluated';
const SSG = 'xccdf_org.ssgproject.content_rule_';
const OSCAP = 'xccdf_org.open-scap_testresult_';
const ROKS = 'kube-c18ler8d06m877hrn7jg-roks8-default-00000319.iks.mycorp';

interface Told {
  readonly rule: string;
  readonly resource: string;
  readonly [name: string]: unknown;
}

const finding = (index: number, scan: string, time: string, data: Told): object => ({
  index,
  id: `${scan}@${data.rule}@${data.resource}`,
  source: 'openscap',
  type: 'config.finding',
  subject: data.resource,
  time,
  data,
});

interface Scan {
  readonly rules: readonly (readonly [name: string, word: string, severity: string])[];
  readonly nameOf: (name: string) => string;
  readonly resource: string;
  readonly time: string;
}

/** Whole scans: `index` stays where a document of YAML is one item. */
const scanned = ({ rules, nameOf, resource, time }: Scan, indexOf = (at: number): number => at): object[] =>
  rules.map(([name, word, severity], at) =>
    word === 'notselected'
      ? { index: indexOf(at), ignored: NOT_SELECTED }
      : { index: indexOf(at), type: 'config.finding', subject: resource, time, data: { rule: nameOf(name), resource, outcome: word, severity } },
  );

const ADVISORIES: readonly (readonly [number, string, string])[] = [
  [20060015, 'medium', 'RHSA-2006:0015: initscripts security update (Moderate)'],
  [20060016, 'medium', 'RHSA-2006:0016: initscripts security update (Moderate)'],
  [20060044, 'low', 'RHSA-2006:0044: openssh security update (Low)'],
  [20060045, 'medium', 'RHSA-2006:0045: squid security update (Moderate)'],
  [20060052, 'medium', 'RHSA-2006:0052: squid security update (Moderate)'],
  [20060101, 'high', 'RHSA-2006:0101: kernel security update (Important)'],
  [20060117, 'low', 'RHSA-2006:0117: vixie-cron security update (Low)'],
  [20060129, 'medium', 'RHSA-2006:0129: spamassassin security update (Moderate)'],
];

const advisories = (failed: readonly number[]): object[] =>
  ADVISORIES.map(([number, severity, title], at) =>
    finding(at, `${OSCAP}default-profile@2019-03-04T07:43:39`, '2019-03-04T07:43:35.000Z', {
      rule: `oval-com.redhat.rhsa-def-${number}`,
      resource: 'sample.system',
      outcome: failed.includes(number) ? 'fail' : 'pass',
      severity,
      title,
    }),
  );

const TRESTLE = [
  { index: 0, ignored: NOT_SELECTED },
  finding(1, `${OSCAP}xccdf_org.ssgproject.content_profile_cis@2021-06-08T02:54:51+00:00`, '2021-06-08T02:35:55.000Z', {
    rule: `${SSG}disable_prelink`,
    resource: ROKS,
    outcome: 'pass',
    severity: 'medium',
  }),
];

const BASE = 'xccdf_larkspur_testresult_base@2026-01-31T12:00:00Z';
const ROOT_LOGIN = { rule: 'xccdf_larkspur_rule_root_login', severity: 'high', title: 'Nobody signs in as root' };

const EXPECTED: Record<string, object[]> = {
  'ios-sample-v1.1.3.xccdf.xml': [
    finding(0, 'ios-test-5@2004-09-25T13:45:02-04:00', '2004-09-25T17:45:00.000Z', {
      rule: 'ios12-no-finger-service',
      resource: 'lower.test.net',
      outcome: 'fail',
      title: 'IOS 12 - no IP finger service',
    }),
    finding(1, 'ios-test-5@2004-09-25T13:45:02-04:00', '2004-09-25T17:45:06.000Z', {
      rule: 'req-exec-timeout',
      resource: 'lower.test.net/console',
      outcome: 'fail',
      suppressed: true,
      title: 'Require exec timeout on admin sessions',
    }),
    { index: 2, ignored: NOT_SELECTED },
  ],
  'no_vuln_rhsa.xml': advisories([]),
  'one_vuln_rhsa.xml': advisories([20060117]),
  'results.xml': TRESTLE,
  'results_arf.xml': TRESTLE,
  'xccdf-results-openscap-rhel7.xml': scanned({
    rules: RHEL7,
    nameOf: (name) => `xccdf_mil.disa.stig_rule_${name}_rule`,
    resource: 'localhost.localdomain/192.168.158.31',
    // Each rule has its own second of these two minutes; the first and the last are written out below.
    time: expect.stringMatching(/^2021-12-17T10:(39|40):\d\d\.000Z$/) as unknown as string,
  }),
  'ocp4-check-result.xml': scanned({ rules: OCP4, nameOf: (name) => `${SSG}${name}`, resource: ROKS, time: '2021-06-14T01:00:29.000Z' }),
  'ssg-ocp4-ds-cis-111.222.333.444-pod.yaml': scanned(
    {
      rules: POD,
      nameOf: (name) => `${SSG}${name}`,
      resource: 'kube-br7qsa3d0vceu2so1a90-roksopensca-default-0000026b.iks.mycorp',
      time: '2020-08-03T02:26:26.000Z',
    },
    () => 0,
  ),
  'arf.two-assets.xml': [
    finding(0, BASE, '2026-01-31T11:59:30.000Z', { ...ROOT_LOGIN, resource: 'localhost.localdomain/10.20.0.4', outcome: 'pass' }),
    finding(1, BASE, '2026-01-31T12:00:00.000Z', { ...ROOT_LOGIN, resource: 'payroll-2.larkspur.example/deploy', outcome: 'fail' }),
    finding(2, BASE, '2026-01-31T12:00:00.000Z', { ...ROOT_LOGIN, resource: 'payroll-2.larkspur.example/admin', outcome: 'pass' }),
  ],
  'broken.rule-result.xml': [
    finding(0, 'r@2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z', { rule: 'a', resource: 'payroll-1', outcome: 'pass' }),
    { index: 1, rejected: '/TestResult/0/rule-result/1/@idref', message: 'names no rule' },
    { index: 2, rejected: '/TestResult/0/rule-result/2/result', message: 'is missing: what came out is not said' },
    { index: 3, rejected: '/TestResult/0/rule-result/3/@time', message: 'is no time that can be read' },
  ],
  'broken.config-map.yaml': [
    { index: 0, rejected: '/data/results', message: 'is missing: the scan left no results: The profile is not in the data stream' },
    { index: 1, rejected: '/data/results', message: 'is compressed by bzip2; send the report as it was before, such as the ARF in the result volume' },
    { index: 2, rejected: '/data/results', message: 'unclosed tag: target (line 1, column 28)' },
  ],
};

const typeOf = (file: string): { contentType: string } => (file.endsWith('.yaml') ? YAML : XML);
const idsOf = (all: readonly Shown[]): string[] => all.flatMap((item) => ('id' in item ? [item.id] : []));

describe('the samples of OpenSCAP', () => {
  it('are all written out', () => {
    expect([...Object.keys(EXPECTED), 'broken.doctype.xml'].sort()).toEqual(sampleFiles('openscap'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    const all = shown(sendSample(openscap, file, typeOf(file)));
    expect(all).toMatchObject(EXPECTED[file] ?? []);
    expect(all.length).toBe(EXPECTED[file]?.length);
  });

  it('broken.doctype.xml is refused', () => {
    const message = 'a DOCTYPE is not read; send the document without it (line 2, column 69)';
    expect(sendSample(openscap, 'broken.doctype.xml', XML)).toEqual({ outcome: 'malformed', faults: [{ pointer: '', message }] });
  });

  it.each(['xccdf-results-openscap-rhel7.xml', 'ssg-ocp4-ds-cis-111.222.333.444-pod.yaml'])('%s has ids of its own, and the same ones when it is sent again', (file) => {
    const ids = (): string[] => idsOf(shown(sendSample(openscap, file, typeOf(file))));
    expect(new Set(ids()).size).toBe(ids().length);
    expect(ids()).toEqual(ids());
  });

  it('have the titles of the benchmark and the time of each rule', () => {
    const all = shown(sendSample(openscap, 'xccdf-results-openscap-rhel7.xml', XML));
    expect(all[0]).toMatchObject({ time: '2021-12-17T10:39:30.000Z', data: { title: expect.stringMatching(/^The Red Hat Enterprise Linux operating system must display/) } });
    expect(all.at(-1)).toMatchObject({ time: '2021-12-17T10:40:58.000Z', data: { title: expect.stringMatching(/^The Red Hat Enterprise Linux operating system must/) } });
  });
});

describe('a result of XCCDF', () => {
  const document = (inside: string, attributes = 'id="r" end-time="2026-01-31T12:00:00Z"'): string =>
    `<x:TestResult xmlns:x="http://checklists.nist.gov/xccdf/1.1" ${attributes}><x:target>host</x:target>${inside}</x:TestResult>`;
  const rule = (word: string, more = ''): string => `<x:rule-result idref="r1"><x:result>${word}</x:result>${more}</x:rule-result>`;
  const read = (body: string, contentType = 'text/xml'): Shown[] => shown(send(openscap, body, { contentType }));
  const one = (body: string): Shown | undefined => read(body)[0];

  it.each([
    ['pass', 'pass'],
    ['fixed', 'pass'],
    ['fail', 'fail'],
    ['error', 'error'],
    ['unknown', 'unknown'],
    ['notapplicable', 'not-applicable'],
    ['notchecked', 'unknown'],
    ['informational', 'unknown'],
    ['PASS', 'unknown'],
    ['constructor', 'unknown'],
  ])('with the word %s is %s', (theirs, ours) => {
    expect(one(document(rule(theirs)))).toMatchObject({ data: { rule: 'r1', resource: 'host', outcome: ours } });
  });

  it('that the profile leaves out is ignored', () => {
    expect(one(document(rule('notselected')))).toEqual({ index: 0, ignored: NOT_SELECTED });
  });

  it.each([
    [['pass', 'fail', 'error'], 1, 'fail'],
    [['pass', 'notchecked'], 1, 'unknown'],
    [['error', 'unknown', 'pass'], 0, 'error'],
    [['notapplicable', 'pass'], 1, 'pass'],
    [['fail', 'notselected'], 0, 'fail'],
    [['fail', 'fail'], 0, 'fail'],
  ])('that stands several times, as %j, is the worst of them', (words, at, outcome) => {
    const all = read(document(words.map((word) => rule(word)).join('')));
    expect(all.map((item) => 'data' in item)).toEqual(words.map((_word, index) => index === at));
    expect(all[at]).toMatchObject({ data: { outcome } });
  });

  const override = (before: string): string => `<x:override><x:old-result>${before}</x:old-result><x:new-result>x</x:new-result></x:override>`;

  it('that was overridden keeps what the tool had found, marked', () => {
    expect(one(document(rule('pass', override('fail'))))).toMatchObject({ data: { outcome: 'fail', suppressed: true } });
    expect(one(document(rule('notapplicable', override('error'))))).toMatchObject({ data: { outcome: 'error', suppressed: true } });
    expect(one(document(rule('pass', override('pass') + override('notchecked'))))).toMatchObject({ data: { outcome: 'unknown', suppressed: true } });
    expect(one(document(rule('fail', override('pass'))))).toMatchObject({ data: { outcome: 'fail' } });
    expect(one(document(rule('fail', override('pass'))))).not.toHaveProperty('data.suppressed');
  });

  it('has the time of the rule, else the end of the scan, else its start, else none', () => {
    const timed = rule('pass').replace('idref', 'time="2026-01-31T13:00:00.5+01:00" idref');
    expect(one(document(timed))).toMatchObject({ time: '2026-01-31T12:00:00.500Z' });
    expect(one(document(rule('pass'), 'start-time="2026-01-31T11:00:00Z"'))).toMatchObject({ time: '2026-01-31T11:00:00.000Z' });
    expect(one(document(rule('pass'), ''))).toMatchObject({ time: 'none given' });
    expect(one(document(rule('pass'), 'end-time="soon"'))).toMatchObject({ rejected: '/TestResult/0/@end-time' });
  });

  it('without a zone has the one that the sender names, else UTC', () => {
    const body = document(rule('pass'), 'end-time="2026-01-31T12:00:00"');
    expect(one(body)).toMatchObject({ time: '2026-01-31T12:00:00.000Z' });
    expect(read(body, 'text/xml; timezone=Europe/Berlin')[0]).toMatchObject({ time: '2026-01-31T11:00:00.000Z' });
  });

  it('of the next scan has another id, though the tool calls both alike', () => {
    const at = (time: string): string[] => idsOf(read(document(rule('pass'), `id="r" end-time="${time}"`)));
    expect(at('2026-01-31T12:00:00Z')).not.toEqual(at('2026-02-01T12:00:00Z'));
  });

  it('of two scans that are alike in all their names is two', () => {
    const scan = (word: string): string => document(rule(word), 'id="r"');
    const ids = idsOf(read(`<b:Benchmark xmlns:b="http://checklists.nist.gov/xccdf/1.1">${scan('pass')}${scan('fail')}</b:Benchmark>`));
    expect(ids.map((id) => id.replace(/[0-9a-f]{40}/, 'hash'))).toEqual(['r@hash@r1@host', 'r@hash#2@r1@host']);
  });

  it('of a scan without any time is told from the next one by what the report says', () => {
    const ids = (word: string): string[] => idsOf(read(document(rule(word), 'id="r"')));
    expect(ids('pass')).toEqual(ids('pass'));
    expect(ids('pass')).not.toEqual(ids('fail'));
  });

  it('is XML whatever the sender calls it', () => {
    expect(read(`\ufeff\n${document(rule('fail'))}`, 'application/json')[0]).toMatchObject({ data: { outcome: 'fail' } });
  });

  it('belongs to an address where no target is named, and to nothing without both', () => {
    const addressed = document(rule('pass')).replace('<x:target>host</x:target>', '<x:target/><x:target-address>127.0.0.1</x:target-address><x:target-address>10.0.0.7</x:target-address>');
    expect(one(addressed)).toMatchObject({ subject: '10.0.0.7' });
    expect(one(document(rule('pass')).replace('<x:target>host</x:target>', ''))).toMatchObject({ rejected: '/TestResult/0/target' });
  });

  it.each([
    ['<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2"><Rule id="r1"/></Benchmark>', 'no TestResult: nothing was evaluated'],
    [document(''), 'a TestResult without results of rules: nothing was evaluated'],
  ])('is none in %s: nothing is a pass', (body, reason) => {
    expect(read(body)).toEqual([{ index: 0, ignored: reason }]);
  });

  it('is not looked for in other documents, nor beyond what one delivery takes', () => {
    expect(send(openscap, '<oval_results/>', XML)).toMatchObject({ outcome: 'malformed', faults: [{ message: expect.stringMatching(/^oval_results is no XCCDF result and no ARF; send what oscap writes/) }] });
    expect(send(openscap, document(rule('pass').repeat(20_001)), XML)).toMatchObject({ outcome: 'too-large' });
    expect(send(openscap, '[{"kind":"Pod"}]')).toMatchObject({ items: [{ kind: 'ignored' }] });
  });
});
