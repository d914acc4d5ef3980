import { describe, expect, it } from '@jest/globals';
import { sampleFiles, sampleText, send, sendSample, shown, type Shown } from './samples.testkit.js';
import { trivy } from './trivy.format.js';

const SYSTEM = { system: 'cluster-1' };

interface Place {
  readonly id: string;
  readonly source: string;
  readonly time: string;
}
const scan = (place: Place, scanner: string, covered = 1): object => ({
  ...place,
  id: `${place.id}@scan`,
  index: 0,
  type: 'scan.completed',
  subject: scanner,
  data: { scanner, outcome: 'success', covered, total: 1 },
});
const vulnerability = (place: Place, version: string, [finding, asset, severity, status = 'open']: readonly string[]): object => ({
  ...place,
  id: `${place.id}@${finding}@${asset}@${version}`,
  index: 0,
  type: 'vuln.finding',
  subject: asset,
  data: { finding, asset, severity, status },
});
const check = (place: Place, key: string, [rule, resource, outcome, severity, title]: readonly string[], more: object = {}): object => ({
  ...place,
  id: `${place.id}@${key}`,
  index: 0,
  type: 'config.finding',
  subject: resource,
  data: { rule, resource, outcome, ...more, ...(severity === '' ? {} : { severity }), title },
});

/** Golden files of Trivy's own tests: the clock in them stands still. */
const golden = (artifact: string, id = '', type = 'repository'): Place => ({
  id: `${artifact}@${id}@2021-08-25T12:20:30.000000005Z`,
  source: `trivy/${type}`,
  time: '2021-08-25T12:20:30.000Z',
});

const ALPINE = 'testdata/fixtures/images/alpine-310.tar.gz';
const DOCKERFILE = 'testdata/fixtures/repo/dockerfile';
const HELM = 'testdata/fixtures/repo/helm_testchart';
const DEPLOYMENT = `${HELM}/templates/deployment.yaml`;
const NPM = 'testdata/fixtures/repo/npm';
const alpine = golden(ALPINE, 'sha256:39549bf49d696f172a6513103cdc8f53717024ad1fbce62d680a8e7ddde1a612', 'container_image');
const helm = golden(HELM);

const OPERATOR = 'trivy-operator';
const compliance: Place = { id: 'afsewfwefwfw@asdf', source: OPERATOR, time: '2021-01-01T10:10:10.000Z' };
const audit: Place = { id: 'a92e0951-e988-419d-8602-6852f920ce06@1268', source: OPERATOR, time: '2023-03-23T16:22:54.000Z' };
const image: Place = { id: 'b21503db-3075-4bb5-a259-aa33dbbaef4c@1293', source: OPERATOR, time: '2023-03-23T16:23:01.000Z' };
const REPLICA_SET = 'default/ReplicaSet/nginx-deployment-965685897';
const audited = (rule: string, severity: string, title: string): object => check(audit, rule, [rule, REPLICA_SET, 'fail', severity, title]);

const own: Place = { id: 'api:1@@2026-01-31T12:00:00Z', source: 'trivy/container_image', time: '2026-01-31T12:00:00.000Z' };

const EXPECTED: Record<string, object[]> = {
  'trivy.alpine-310.json': [
    scan(alpine, `trivy/${ALPINE}`),
    check(alpine, 'os', ['os-supported', ALPINE, 'fail', '', 'The operating system still gets security updates']),
    vulnerability(alpine, '1.1.1c-r0', ['CVE-2019-1549', `${ALPINE}/libcrypto1.1`, 'medium']),
    vulnerability(alpine, '1.1.1c-r0', ['CVE-2019-1551', `${ALPINE}/libcrypto1.1`, 'medium']),
    vulnerability(alpine, '1.1.1c-r0', ['CVE-2019-1549', `${ALPINE}/libssl1.1`, 'medium']),
    vulnerability(alpine, '1.1.1c-r0', ['CVE-2019-1551', `${ALPINE}/libssl1.1`, 'medium']),
  ],
  'trivy.dockerfile.json': [
    scan(golden(DOCKERFILE), `trivy/${DOCKERFILE}`),
    check(golden(DOCKERFILE), `DS-0002@${DOCKERFILE}/Dockerfile@`, ['DS-0002', `${DOCKERFILE}/Dockerfile`, 'fail', 'high', "Image user should not be 'root'"]),
  ],
  'trivy.helm_testchart.json': [
    scan(helm, `trivy/${HELM}`),
    check(helm, `KSV-0001@${DEPLOYMENT}@28`, ['KSV-0001', DEPLOYMENT, 'fail', 'medium', 'Can elevate its own privileges']),
    check(helm, `KSV-0030@${DEPLOYMENT}@28`, ['KSV-0030', DEPLOYMENT, 'fail', 'low', 'Runtime/Default Seccomp profile not set']),
    check(helm, `KSV-0104@${DEPLOYMENT}@28`, ['KSV-0104', DEPLOYMENT, 'fail', 'medium', 'Seccomp policies disabled']),
    check(helm, `KSV-0110@${DEPLOYMENT}@4`, ['KSV-0110', DEPLOYMENT, 'fail', 'low', 'Workloads in the default namespace']),
    check(helm, `KSV-0117@${DEPLOYMENT}@`, ['KSV-0117', DEPLOYMENT, 'fail', 'medium', 'Prevent binding to privileged ports']),
    check(helm, `KSV-0118@${DEPLOYMENT}@23`, ['KSV-0118', DEPLOYMENT, 'fail', 'high', 'Default security context configured']),
  ],
  'trivy.npm.json': [scan(golden(NPM), `trivy/${NPM}`), vulnerability(golden(NPM), '3.3.9', ['CVE-2019-11358', `${NPM}/package-lock.json/jquery`, 'medium'])],
  'operator.clustercompliancereport.json': [
    check(compliance, '4.2.9', ['cis/4.2.9', 'cluster-1', 'pass', 'high', 'Ensure that the --event-qps argument is set to 0 or a level which ensures appropriate event capture']),
    check(compliance, '4.2.10', ['cis/4.2.10', 'cluster-1', 'fail', 'critical', 'Ensure that the --tls-cert-file and --tls-private-key-file arguments are set as appropriate']),
    check(compliance, '4.2.11', ['cis/4.2.11', 'cluster-1', 'fail', 'critical', 'Ensure that the --rotate-certificates argument is not set to false']),
  ],
  'operator.configauditreport_many.json': [
    audited('KSV014', 'low', 'Root file system is not read-only'),
    audited('KSV016', 'low', 'Memory requests not specified'),
    audited('KSV030', 'low', 'Default Seccomp profile not set'),
    audited('KSV015', 'low', 'CPU requests not specified'),
    audited('KSV011', 'low', 'CPU not limited'),
    audited('KSV012', 'medium', 'Runs as root user'),
    audited('KSV018', 'low', 'Memory not limited'),
    audited('KSV110', 'low', 'The default namespace should not be used'),
    audited('KSV003', 'low', 'Default capabilities not dropped'),
    audited('KSV021', 'low', 'Runs with low group ID'),
    audited('KSV001', 'medium', 'Process can elevate its own privileges'),
    audited('KSV106', 'low', 'Container capabilities must only include NET_BIND_SERVICE'),
    audited('KSV020', 'low', 'Runs with low user ID'),
  ],
  'operator.vulnerabilityreport_single_vuln.json': [
    scan(image, 'trivy/index.docker.io/library/nginx:alpine'),
    vulnerability(image, '7.87.0-r1', ['CVE-2023-23914', 'index.docker.io/library/nginx:alpine/curl', 'critical']),
  ],
  'suppressed.json': [
    scan(own, 'trivy/api:1'),
    check(own, 'os', ['os-supported', 'api:1', 'fail', '', 'The operating system still gets security updates']),
    vulnerability(own, '2.0', ['CVE-2026-0003', 'api:1/app/pom.jar/app/lib/log4j.jar/log4j:core', 'high']),
    vulnerability(own, '2.0', ['CVE-2026-0004', 'api:1/app/pom.jar/log4j:core', 'high', 'accepted']),
    { index: 0, ignored: 'license: no event type of the catalogue says it' },
    check(own, 'KSV-0001@api:1/deploy.yaml/web@', ['KSV-0001', 'api:1/deploy.yaml/web', 'pass', 'medium', 'Can elevate its own privileges']),
    check(own, 'KSV-0012@api:1/deploy.yaml@', ['KSV-0012', 'api:1/deploy.yaml', 'unknown', 'medium', 'Runs as root user'], { suppressed: true }),
    check(own, 'KSV-0014@api:1/deploy.yaml@', ['KSV-0014', 'api:1/deploy.yaml', 'fail', 'high', 'Root file system is not read-only'], { suppressed: true }),
    {
      ...own,
      id: `${own.id}@secret@aws-access-key-id@api:1/app/.env@3`,
      index: 0,
      type: 'detection.alert',
      subject: 'api:1/app/.env:3@aws-access-key-id',
      data: { id: 'api:1/app/.env:3@aws-access-key-id', severity: 'critical', status: 'open', kind: 'secret' },
    },
  ],
  'broken.vulnerability.json': [
    scan(own, 'trivy/api:1'),
    vulnerability(own, '', ['CVE-2026-0001', 'api:1/libssl3', 'high']),
    { index: 0, rejected: '/Results/0/Vulnerabilities/1/PkgName', message: 'expected string, but it is missing' },
    check(own, 'DS-0002@api:1/Dockerfile@', ['DS-0002', 'api:1/Dockerfile', 'fail', 'high', "Image user should not be 'root'"]),
    { index: 0, rejected: '/Results/1/MisconfSummary/Failures', message: 'says 2, but 1 are listed; send the report whole' },
  ],
};

describe('the samples of Trivy', () => {
  it('are all written out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('trivy'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(trivy, file, SYSTEM))).toEqual(EXPECTED[file]);
  });
});

const all = (body: unknown): Shown[] => shown(send(trivy, JSON.stringify(body), SYSTEM));
const report = (change: object): Shown[] => all({ SchemaVersion: 2, ArtifactName: 'a', CreatedAt: '2026-01-31T12:00:00Z', ...change });

describe('a report of Trivy without a time', () => {
  const old = { SchemaVersion: 2, ArtifactName: 'a', Results: [{ Target: 'a (debian 12.5)', Class: 'os-pkgs', Vulnerabilities: [{ VulnerabilityID: 'CVE-1', PkgName: 'p', Severity: 'LOW' }] }] };
  const at = (time: string): Shown[] => shown(send(trivy, JSON.stringify(old), { ...SYSTEM, contentType: `application/json; scanned-at=${time}` }));
  const idOf = (one: Shown | undefined): string => (one !== undefined && 'id' in one ? one.id : 'none');

  it('has that of its receipt, the same ids when it comes again, and others when it says something else', () => {
    expect(all(old)).toMatchObject([
      { type: 'scan.completed', subject: 'trivy/a', time: 'none given', data: { scanner: 'trivy/a', outcome: 'success', covered: 1, total: 1 } },
      { type: 'vuln.finding', subject: 'a/p', time: 'none given', data: { finding: 'CVE-1', asset: 'a/p', severity: 'low', status: 'open' } },
    ]);
    expect(all(old)).toEqual(all(old));
    expect(idOf(all({ ...old, Results: [] })[0])).not.toBe(idOf(all(old)[0]));
  });

  it('takes it from the sender, so that the same result of another day is another one', () => {
    expect(at('2026-01-31T12:00:00Z')[1]).toMatchObject({ time: '2026-01-31T12:00:00.000Z' });
    expect(at('2026-01-31T12:00:00Z')).toEqual(at('2026-01-31T13:00:00+01:00'));
    expect(idOf(at('2026-02-01T12:00:00Z')[1])).not.toBe(idOf(at('2026-01-31T12:00:00Z')[1]));
    expect(send(trivy, JSON.stringify(old), { contentType: 'application/json; scanned-at=noon' })).toMatchObject({ outcome: 'malformed' });
  });

  it('of the first versions is a list of targets', () => {
    const lone = { Target: 'php:8 (debian 10.2)', Type: 'debian', Vulnerabilities: [{ VulnerabilityID: 'CVE-2', PkgName: 'apt', Severity: 'HIGH' }] };
    expect(all([lone, { Target: 'package-lock.json', Type: 'npm', Vulnerabilities: null }])).toMatchObject([
      { index: 0, type: 'scan.completed', subject: 'trivy/php:8' },
      { index: 0, type: 'vuln.finding', subject: 'php:8/apt', data: { finding: 'CVE-2', severity: 'high' } },
      { index: 1, type: 'scan.completed', subject: 'trivy/package-lock.json' },
    ]);
  });

  it('of a cluster is about each of its resources; one that could not be looked at is a failed scan', () => {
    const Results = [
      { Target: 'api:1 (debian 12.5)', Class: 'os-pkgs', Vulnerabilities: [{ VulnerabilityID: 'CVE-3', PkgName: 'zlib', Severity: 'CRITICAL' }] },
      { Target: 'Deployment/api', Class: 'config', Misconfigurations: [{ ID: 'KSV001', Title: 'Privileges', Severity: 'MEDIUM', Status: 'FAIL' }] },
    ];
    const cluster = {
      ClusterName: 'prod',
      Resources: [{ Namespace: 'pay', Kind: 'Deployment', Name: 'api', Metadata: { OS: { EOSL: true } }, Results }, { Kind: 'Node', Name: 'n1', Error: 'scan error: unknown tag' }, { Namespace: 'pay', Kind: 'Role', Name: 'r' }, { Name: 'x' }],
    };
    const told = all(cluster);
    expect(told).toMatchObject([
      { type: 'scan.completed', source: 'trivy/kubernetes', subject: 'trivy/prod/pay/Deployment/api', data: { outcome: 'success', covered: 1, total: 1 } },
      { type: 'config.finding', data: { rule: 'os-supported', resource: 'prod/pay/Deployment/api', outcome: 'fail' } },
      { type: 'vuln.finding', subject: 'prod/pay/Deployment/api/zlib', data: { finding: 'CVE-3', severity: 'critical', status: 'open' } },
      { type: 'config.finding', data: { rule: 'KSV001', resource: 'prod/pay/Deployment/api/Deployment/api', outcome: 'fail', severity: 'medium' } },
      { type: 'scan.completed', subject: 'trivy/prod/Node/n1', data: { outcome: 'failure', covered: 0, total: 1 } },
      { type: 'scan.completed', subject: 'trivy/prod/pay/Role/r', data: { outcome: 'success', covered: 0, total: 1 } },
      { rejected: '/Resources/3/Kind' },
    ]);
    expect(new Set(told.slice(0, 6).map(idOf)).size).toBe(6);
    expect(all({ ClusterName: '', Findings: cluster.Resources.slice(2, 3) })).toMatchObject([{ subject: expect.stringMatching(/\/pay\/Role\/r$/) as unknown, data: { covered: 0 } }]);
    expect(all({ ClusterName: 'prod', Resources: [] })).toEqual([{ index: 0, ignored: 'a cluster without resources: nothing was looked at' }]);
  });
});

describe('a report of Trivy', () => {
  const found = (vulnerability: object): unknown =>
    report({ Results: [{ Target: 'a', Class: 'os-pkgs', Vulnerabilities: [{ VulnerabilityID: 'CVE-1', PkgName: 'p', Severity: 'LOW', ...vulnerability }] }] })[1];

  it.each(['fixed', 'affected', 'will_not_fix', 'fix_deferred', 'end_of_life', 'under_investigation', 'unknown', undefined])('with a vulnerability of status %s has an open one', (Status) => {
    expect(found({ Status })).toMatchObject({ data: { status: 'open' } });
  });

  it('with one that is not affected has a claim, not a repair', () => {
    expect(found({ Status: 'not_affected' })).toMatchObject({ data: { status: 'accepted' } });
  });

  it.each([
    ['CRITICAL', 'critical'],
    ['HIGH', 'high'],
    ['MEDIUM', 'medium'],
    ['LOW', 'low'],
    ['UNKNOWN', 'high'],
    [null, 'high'],
  ])('with severity %s has one of %s', (Severity, severity) => {
    expect(found({ Severity })).toMatchObject({ data: { severity } });
  });

  it.each([{}, { Results: null }, { Results: [] }])('with %j has recognised nothing, so it covers nothing', (change) => {
    expect(report(change)).toMatchObject([{ type: 'scan.completed', data: { covered: 0, total: 1 } }]);
  });

  it('with a target without findings says that it was looked at, and no more', () => {
    expect(report({ Results: [{ Target: 'go.mod', Class: 'lang-pkgs', MisconfSummary: { Successes: 9, Failures: 0 } }] })).toMatchObject([{ data: { covered: 1 } }]);
  });

  it.each(['SKIP', 'WARN', 'pass', ''])('with a check of status %j does not know', (Status) => {
    expect(report({ Results: [{ Target: 't', Misconfigurations: [{ ID: 'X', Status }] }] })[1]).toMatchObject({ data: { outcome: 'unknown' } });
  });

  it('with a check that was taken off the list is no pass, even where it would be one', () => {
    const modified = { Type: 'misconfiguration', Status: 'ignored', Finding: { ID: 'X', Status: 'PASS' } };
    expect(report({ Results: [{ Target: 't', ExperimentalModifiedFindings: [modified] }] })[1]).toMatchObject({ data: { outcome: 'unknown', suppressed: true } });
  });

  it('keeps two findings that are alike in every name, and gives each the same id again', () => {
    const twice = { Results: [{ Target: 't', Misconfigurations: [{ ID: 'X', Status: 'FAIL' }, { ID: 'X', Status: 'FAIL' }] }] };
    const ids = report(twice).map((item) => ('id' in item ? item.id : ''));
    expect(new Set(ids).size).toBe(3);
    expect(report(twice)).toEqual(report(twice));
  });

  it('that is none, or of no instant, is refused', () => {
    expect(all([{ Target: 'a', Vulnerabilities: null }])).toMatchObject([{ rejected: '' }]);
    expect(report({ CreatedAt: '0001-01-01T00:00:00Z' })).toMatchObject([{ rejected: '/CreatedAt', message: 'is no instant' }]);
  });

  it('with more findings than one delivery may hold is too large', () => {
    const Misconfigurations = Array.from({ length: 20_000 }, () => ({ ID: 'X', Status: 'PASS' }));
    expect(send(trivy, JSON.stringify({ ArtifactName: 'a', CreatedAt: '2026-01-31T12:00:00Z', Results: [{ Target: 't', Misconfigurations }] })).outcome).toBe('too-large');
  });
});

describe('a resource of the Trivy Operator', () => {
  const sample = (file: string): Record<string, unknown> => JSON.parse(sampleText('trivy', file)) as Record<string, unknown>;
  const complianceOf = (change: (status: { summary: object; summaryReport: { controlCheck: { totalFail?: number }[] } }) => void): Shown[] => {
    const body = (JSON.parse(sampleText('trivy', 'operator.clustercompliancereport.json')) as [{ status: Parameters<typeof change>[0] }])[0];
    change(body.status);
    return all(body);
  };

  it('counts as passed only what its own summary counts, and what something checks', () => {
    expect(complianceOf((status) => (status.summary = { passCount: 2, failCount: 1 }))[0]).toMatchObject({ data: { outcome: 'unknown' } });
    expect(complianceOf((status) => (status.summaryReport.controlCheck[0] = { ...status.summaryReport.controlCheck[0], ...{ id: '9.9' } }))[0]).toMatchObject({ data: { outcome: 'unknown' } });
    expect(complianceOf((status) => delete status.summaryReport.controlCheck[0]?.totalFail)[0]).toMatchObject({ data: { outcome: 'unknown' } });
    expect(complianceOf((status) => (status.summaryReport.controlCheck = []))).toMatchObject([{ ignored: expect.anything() as unknown }]);
  });

  it('is refused where its summary and its list differ', () => {
    const body = sample('operator.vulnerabilityreport_single_vuln.json') as { report: { summary: object } };
    body.report.summary = { criticalCount: 2, highCount: 0 };
    expect(all(body).at(-1)).toEqual({ index: 0, rejected: '/report/summary', message: 'counts 2, but 1 are listed; send the report whole' });
  });

  it('comes in a list, or pushed with what happened to it', () => {
    const body = sample('operator.vulnerabilityreport_single_vuln.json');
    expect(all({ kind: 'List', items: [body] })).toEqual(all(body));
    expect(all({ verb: 'update', operatorObject: body })).toEqual(all(body));
    expect(all({ verb: 'delete', operatorObject: body })).toMatchObject([{ ignored: expect.anything() as unknown }]);
    expect(all({ verb: 'update', operatorObject: { ...body, metadata: {} } })).toMatchObject([{ rejected: '/operatorObject/metadata/uid' }]);
  });

  it('of a kind that gives no results is ignored', () => {
    expect(all({ ...sample('operator.configauditreport_many.json'), kind: 'SbomReport' })).toEqual([{ index: 0, ignored: 'SbomReport: no event type of the catalogue says it' }]);
  });

  it('with exposed secrets is a detection for each', () => {
    const body = { ...sample('operator.vulnerabilityreport_single_vuln.json'), kind: 'ExposedSecretReport' };
    const secrets = [{ ruleID: 'stripe-access-token', target: '/app.conf', severity: 'HIGH' }];
    const pushed = { ...body, report: { updateTimestamp: '2026-01-31T12:00:00Z', artifact: { repository: 'api', tag: '1' }, secrets, summary: { highCount: 1 } } };
    expect(all(pushed)).toMatchObject([{ type: 'detection.alert', subject: 'api:1//app.conf@stripe-access-token', data: { severity: 'high', status: 'open', kind: 'secret' } }]);
  });
});
