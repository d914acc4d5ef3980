import { describe, expect, it } from '@jest/globals';
import { k8sPolicy } from './k8s-policy.format.js';
import { cpuMsOf, sampleFiles, sampleText, send, sendSample, type Shown, shown } from './samples.testkit.js';

const YAML = { contentType: 'application/yaml', system: 'prod' };
const typeOf = (file: string): typeof YAML => (file.endsWith('.yaml') ? YAML : { ...YAML, contentType: 'application/json' });

type Row = readonly [rule: string, resource: string, outcome: string, severity?: string];
const finding = (index: number, [rule, resource, outcome, severity]: Row, time = 'none given'): object => ({
  index,
  type: 'config.finding',
  subject: resource,
  time,
  data: { rule, resource, outcome, ...(severity === undefined ? {} : { severity }) },
});

const LABELS = 'K8sRequiredLabels/ns-must-have-gk';
const AUDIT = '2019-05-11T01:46:13.000Z';
const NOON = '2026-01-31T12:00:00.000Z';
const notWhole = (rejected: string, message: string): object => ({ index: 0, rejected, message: `${message} are listed: the report is not whole` });

/** The benchmark in the report, by section: number and its word there. */
const SECTIONS: readonly [section: string, checks: string][] = [
  ['Master Node Security Configuration/Master Node Configuration Files', '1.1.1 fail, 1.1.2 fail, 1.1.3 fail, 1.1.4 fail, 1.1.5 fail, 1.1.6 fail, 1.1.7 fail, 1.1.8 fail, 1.1.9 warn, 1.1.10 warn, 1.1.11 fail, 1.1.12 fail, 1.1.13 fail, 1.1.14 fail, 1.1.15 fail, 1.1.16 fail, 1.1.17 fail, 1.1.18 fail, 1.1.19 fail, 1.1.20 warn, 1.1.21 warn'],
  ['Master Node Security Configuration/API Server', '1.2.1 warn, 1.2.2 pass, 1.2.3 pass, 1.2.4 pass, 1.2.5 pass, 1.2.6 fail, 1.2.7 pass, 1.2.8 pass, 1.2.9 pass, 1.2.10 warn, 1.2.11 pass, 1.2.12 warn, 1.2.13 warn, 1.2.14 pass, 1.2.15 pass, 1.2.16 fail, 1.2.17 pass, 1.2.18 pass, 1.2.19 pass, 1.2.20 pass, 1.2.21 fail, 1.2.22 fail, 1.2.23 fail, 1.2.24 fail, 1.2.25 fail, 1.2.26 pass, 1.2.27 pass, 1.2.28 pass, 1.2.29 pass, 1.2.30 pass, 1.2.31 pass, 1.2.32 pass, 1.2.33 warn, 1.2.34 warn, 1.2.35 warn'],
  ['Master Node Security Configuration/Controller Manager', '1.3.1 warn, 1.3.2 fail, 1.3.3 pass, 1.3.4 pass, 1.3.5 pass, 1.3.6 pass, 1.3.7 pass'],
  ['Master Node Security Configuration/Scheduler', '1.4.1 fail, 1.4.2 pass'],
  ['Etcd Node Configuration/Etcd Node Configuration Files', '2.1 pass, 2.2 pass, 2.3 pass, 2.4 pass, 2.5 pass, 2.6 pass, 2.7 pass'],
  ['Control Plane Configuration/Authentication and Authorization', '3.1.1 warn'],
  ['Control Plane Configuration/Logging', '3.2.1 warn, 3.2.2 warn'],
  ['Worker Node Security Configuration/Worker Node Configuration Files', '4.1.1 fail, 4.1.2 fail, 4.1.3 pass, 4.1.4 pass, 4.1.5 fail, 4.1.6 warn, 4.1.7 warn, 4.1.8 warn, 4.1.9 fail, 4.1.10 fail'],
  ['Worker Node Security Configuration/Kubelet', '4.2.1 fail, 4.2.2 fail, 4.2.3 fail, 4.2.4 warn, 4.2.5 warn, 4.2.6 fail, 4.2.7 fail, 4.2.8 pass, 4.2.9 warn, 4.2.10 warn, 4.2.11 warn, 4.2.12 warn, 4.2.13 warn'],
  ['Kubernetes Policies/RBAC and Service Accounts', '5.1.1 warn, 5.1.2 warn, 5.1.3 warn, 5.1.4 warn, 5.1.5 warn, 5.1.6 warn'],
  ['Kubernetes Policies/Pod Security Policies', '5.2.1 warn, 5.2.2 warn, 5.2.3 warn, 5.2.4 warn, 5.2.5 warn, 5.2.6 warn, 5.2.7 warn, 5.2.8 warn, 5.2.9 warn'],
  ['Kubernetes Policies/Network Policies and CNI', '5.3.1 warn, 5.3.2 warn'],
  ['Kubernetes Policies/Secrets Management', '5.4.1 warn, 5.4.2 warn'],
  ['Kubernetes Policies/Extensible Admission Control', '5.5.1 warn'],
  ['Kubernetes Policies/General Policies', '5.7.1 warn, 5.7.2 warn, 5.7.3 warn, 5.7.4 warn'],
];
const WORDS: Record<string, string> = { pass: 'pass', fail: 'fail', warn: 'unknown' };
const BENCHMARK = SECTIONS.flatMap(([section, checks]) =>
  checks.split(', ').map((check) => {
    const [number = '', word = ''] = check.split(' ');
    return finding(0, [`${section}/${number}`, 'default/report/cis-dummy-policy', WORDS[word] ?? 'none']);
  }),
);

const EXPECTED: Record<string, object[]> = {
  'gatekeeper.constraint-status.yaml': [
    finding(0, [LABELS, 'prod', 'fail'], AUDIT),
    finding(0, [LABELS, 'Namespace/default', 'fail'], AUDIT),
    finding(0, [LABELS, 'Namespace/gatekeeper-system', 'fail'], AUDIT),
    finding(0, [LABELS, 'Namespace/kube-public', 'fail'], AUDIT),
    finding(0, [LABELS, 'Namespace/kube-system', 'fail'], AUDIT),
  ],
  'gatekeeper.list.json': [
    finding(0, ['K8sClean/clean', 'prod', 'pass'], NOON),
    finding(1, ['K8sNew/new', 'prod', 'unknown']),
    finding(2, ['K8sMany/many', 'prod', 'fail'], NOON),
    finding(2, ['K8sMany/many', 'default/Pod/p1', 'fail'], NOON),
    { index: 2, rejected: '/status/totalViolations', message: 'counts 3, and 1 are listed; raise --constraint-violations-limit' },
    { index: 3, ignored: 'ConfigMap: no result of a policy' },
  ],
  'kube-bench.result.json': [
    finding(0, ['cis-1.5/1.1.1', 'prod/master', 'pass']),
    notWhole('/Controls/0/tests/0/results', 'section 1.1 counts 21, and 1'),
    finding(0, ['cis-1.15/2.1', 'prod/etcd', 'pass']),
    notWhole('/Controls/1/tests/0/results', 'section 2 counts 7, and 1'),
    finding(0, ['cis-1.5/3.1.1', 'prod/controlplane', 'unknown']),
  ],
  'kubearmor-output.json': [
    {
      index: 0,
      id: 'kubearmor-cdf9a427aa139b3672531ce03a3d382935090362',
      source: 'kubearmor',
      type: 'detection.alert',
      time: '2021-09-14T12:35:14.580Z',
      data: { id: 'kubearmor-cdf9a427aa139b3672531ce03a3d382935090362', severity: 'medium', status: 'Block', kind: 'runtime' },
    },
  ],
  'openreports_list_format.json': [
    finding(0, ['CVE-2025-9232', 'test/Deployment/app1/libcrypto3', 'unknown', 'low']),
    finding(1, ['CVE-2025-47907', 'test/Deployment/app2/stdlib', 'fail', 'high']),
    finding(1, ['SECURITY-001', 'test/Deployment/app2/container-config', 'unknown', 'medium']),
  ],
  'openreports_single_report.json': [
    finding(0, ['CVE-2025-9232', 'test/Deployment/test-app/libcrypto3', 'unknown', 'low']),
    finding(0, ['CVE-2025-47907', 'test/Deployment/test-app/stdlib', 'fail', 'high']),
    finding(0, ['CIS-BENCH-001', 'test/Deployment/test-app/web-server', 'fail', 'low']),
  ],
  'policy-report.yaml': BENCHMARK,
  'broken.results.yaml': [
    { index: 0, rejected: '/results/0/policy', message: 'expected string, but it is missing' },
    finding(0, ['p/r', 'Namespace/default', 'pass'], NOON),
    finding(0, ['p/r', 'Namespace/exempt', 'unknown']),
    notWhole('/summary/fail', 'counts 4, and 0'),
  ],
};

const idsOf = (all: readonly Shown[]): string[] => all.flatMap((item) => ('id' in item ? [item.id] : []));

describe('samples of policies', () => {
  it('are all written out here', () => {
    expect([...Object.keys(EXPECTED), 'broken.syntax.yaml'].sort()).toEqual(sampleFiles('k8s-policy'));
    expect(BENCHMARK.length).toBe(122);
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here, with an id each that stays', (file) => {
    const all = shown(sendSample(k8sPolicy, file, typeOf(file)));
    expect(all).toMatchObject(EXPECTED[file] ?? []);
    expect(all.length).toBe(EXPECTED[file]?.length);
    expect(new Set(idsOf(all)).size).toBe(idsOf(all).length);
    expect(idsOf(shown(sendSample(k8sPolicy, file, typeOf(file))))).toEqual(idsOf(all));
  });

  it('broken.syntax.yaml is refused', () => {
    expect(sendSample(k8sPolicy, 'broken.syntax.yaml', YAML)).toMatchObject({
      outcome: 'malformed',
      faults: [{ pointer: '', message: expect.stringContaining('no YAML that can be read: Flow sequence') as unknown }],
    });
  });
});

describe('reports of policies', () => {
  type Body = Record<string, unknown>;
  const REPORT = JSON.parse(k8sPolicy.sample.body) as Body;
  const [RESULT] = REPORT.results as [Body];
  const one = (result: Body, report: Body = {}): Shown | undefined =>
    shown(send(k8sPolicy, JSON.stringify({ ...REPORT, summary: null, results: [{ ...RESULT, ...result }], ...report })))[0];

  it.each([
    ['pass', 'pass'],
    ['fail', 'fail'],
    ['warn', 'unknown'],
    ['error', 'error'],
    ['skip', 'unknown'],
    ['PASS', 'unknown'],
    [null, 'unknown'],
  ])('with the word %s are %s', (result, outcome) => {
    expect(one({ result })).toMatchObject({ data: { outcome } });
  });

  it('that have a new version have new ids, and no time where they say zero', () => {
    const metadata = { ...(REPORT.metadata as Body), resourceVersion: '16827' };
    expect(one({}, { metadata })).toMatchObject({ id: '3a4b4f5d-a362-487b-a500-1cdbf197e230@16827@disallow-privileged/containers@default/Pod/nginx' });
    expect(one({ timestamp: { seconds: 0 } })).toMatchObject({ time: 'none given' });
  });

  it('that never were in a cluster are told apart by what they say', () => {
    const metadata = { name: 'merged' };
    const first = one({}, { metadata });
    expect(first).toMatchObject({ id: expect.stringMatching(/^sha256:[0-9a-f]{64}@disallow-privileged\/containers@/) as unknown, data: { outcome: 'fail' } });
    expect(one({}, { metadata })).toEqual(first);
    expect(one({ result: 'pass' }, { metadata })).not.toMatchObject({ id: (first as { id: string }).id });
    expect(one({}, { metadata: {} })).toMatchObject({ rejected: '/metadata/name' });
  });

  it('of kube-bench are another run when the sender says another time', () => {
    const bench = sampleText('k8s-policy', 'kube-bench.result.json');
    const at = (time: string): Shown | undefined => shown(send(k8sPolicy, bench, { system: 'prod', contentType: `application/json; scanned-at=${time}` }))[0];
    expect(at('2026-01-31T12:00:00Z')).toMatchObject({ time: '2026-01-31T12:00:00.000Z', data: { rule: 'cis-1.5/1.1.1', outcome: 'pass' } });
    expect(at('2026-01-31T12:00:00Z')).toEqual(at('2026-01-31T13:00:00+01:00'));
    expect(at('2026-02-01T12:00:00Z')).not.toMatchObject({ id: (at('2026-01-31T12:00:00Z') as { id: string }).id });
    expect(send(k8sPolicy, bench, { contentType: 'application/json; scanned-at=noon' })).toMatchObject({ outcome: 'malformed' });
  });

  it('without results say nothing', () => {
    expect(one({}, { results: [] })).toEqual({ index: 0, ignored: 'a report without results: nothing was evaluated' });
  });

  it('are the same as YAML, JSON, and several documents', () => {
    const file = 'gatekeeper.constraint-status.yaml';
    const twice = `${sampleText('k8s-policy', file)}\n---\n${sampleText('k8s-policy', file)}`;
    expect(shown(send(k8sPolicy, twice, YAML)).filter(({ index }) => index === 1).length).toBe(5);
    expect(shown(send(k8sPolicy, k8sPolicy.sample.body, YAML))).toEqual(shown(send(k8sPolicy, k8sPolicy.sample.body, { system: 'prod' })));
  });

  it.each([
    ['a name twice', 'kind: A\nkind: B\n', 'the name kind stands twice (line 2)'],
    ['aliases that grow', `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.replaceAll(/./g, (name) => `${name}: &${name} [${`*${String.fromCharCode(name.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`, 'Excessive alias count'],
    ['10,000 levels', `a: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, ''],
  ])('with %s are refused', (_what, text, message) => {
    expect(send(k8sPolicy, text, YAML)).toMatchObject({ outcome: 'malformed', faults: [{ message: expect.stringContaining(message) as unknown }] });
  });

  it('with many names are read in a time that grows with them', () => {
    const text = Array.from({ length: 50_000 }, (_, at) => `name${at}: ${at}`).join('\n');
    expect(cpuMsOf(() => void send(k8sPolicy, text, YAML))).toBeLessThan(5_000);
  });

  it('of KubeArmor without a rating, and of Gatekeeper with a time that is none, are refused', () => {
    const armor = sampleText('k8s-policy', 'kubearmor-output.json');
    expect(shown(send(k8sPolicy, armor.replace('"5"', '"11"')))).toEqual([{ index: 0, rejected: '/Severity', message: 'is no rating from 1 to 10' }]);
    expect(shown(send(k8sPolicy, armor.replace('"5"', '"9"')))).toMatchObject([{ data: { severity: 'critical' } }]);
    const constraint = sampleText('k8s-policy', 'gatekeeper.constraint-status.yaml').replace('2019-05-11T01:46:13Z', 'noon');
    expect(shown(send(k8sPolicy, constraint, YAML))).toEqual([{ index: 0, rejected: '/status/auditTimestamp', message: 'is no instant' }]);
  });
});
