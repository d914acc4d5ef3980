import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Verification } from './format.js';
import { sampleBytes, sampleFiles, sampleText, send, sendSample, type Sent, shown, type Shown } from './samples.testkit.js';
import { snyk } from './snyk.format.js';

const SYSTEM = { system: 'builds' };

/** The files of the CLI have no time: the content tells a result from another one. */
const hashOf = (record: unknown): string => `sha256:${createHash('sha256').update(JSON.stringify(record)).digest('hex')}`;
const records = (file: string): unknown[] => [JSON.parse(sampleText('snyk', file)) as unknown].flat();

interface Place {
  readonly id: string;
  readonly source: string;
  readonly time: string;
}
const cli = (file: string, artifact: string, [at = 0, source = 'snyk/cli']: readonly [number?, string?] = []): Place => ({
  id: `${artifact}@${hashOf(records(file)[at])}`,
  source,
  time: 'none given',
});
const scan = (place: Place, artifact: string, more: { readonly index?: number; readonly covered?: number; readonly outcome?: string; readonly key?: string } = {}): object => ({
  ...place,
  id: `${place.id}@${more.key ?? `scan@${artifact}`}`,
  index: more.index ?? 0,
  type: 'scan.completed',
  subject: `snyk/${artifact}`,
  data: { scanner: `snyk/${artifact}`, outcome: more.outcome ?? 'success', covered: more.covered ?? 1, total: 1 },
});
const found = (place: Place, key: string, [finding, asset, severity, status]: readonly string[], more: object = {}): object => ({
  ...place,
  id: `${place.id}@${key}`,
  index: 0,
  type: 'vuln.finding',
  subject: asset,
  data: { finding, asset, severity, status, ...more },
});

const one = cli('single_project_one_vuln.json', 'com.test:myframework/pom.xml');
const shop = cli('all-projects.json', 'shop/package-lock.json');
const api = cli('container.json', 'registry.acme.example/api:1', [0, 'snyk/container']);
const deploy = cli('iac.json', 'deploy/k8s/api.yaml', [0, 'snyk/iac']);
const broken = cli('broken.rows.json', 'shop');
const hook: Place = {
  id: `af137b96-6966-46c1-826b-2e79ac49bbd9@2026-01-31T12:00:00.000Z@${hashOf(records('webhook.project_snapshot.json')[0])}`,
  source: 'snyk/acme',
  time: '2026-01-31T12:00:00.000Z',
};
const first = { firstSeenAt: '2026-01-31T12:00:00.000Z' };
const licence = { index: 0, ignored: 'snyk:lic:npm:left-pad:GPL-3.0 is about a licence: no event type of the catalogue says it' };

const EXPECTED: Record<string, object[]> = {
  'single_project_no_vulns.json': [
    scan(cli('single_project_no_vulns.json', 'com.test:maven-profiles/pom.xml'), 'com.test:maven-profiles/pom.xml', { covered: 0 }),
  ],
  'single_project_one_vuln.json': [
    scan(one, 'com.test:myframework/pom.xml'),
    found(one, 'SNYK-JAVA-ORGAPACHESANTUARIO-460281@com.test:myframework/pom.xml/org.apache.santuario:xmlsec@2.1.1', [
      'SNYK-JAVA-ORGAPACHESANTUARIO-460281',
      'com.test:myframework/pom.xml/org.apache.santuario:xmlsec',
      'medium',
      'open',
    ]),
  ],
  'all-projects.json': [
    scan(shop, 'shop/package-lock.json'),
    found(shop, 'SNYK-JS-LODASH-1@shop/package-lock.json/lodash@4.17.15', ['SNYK-JS-LODASH-1', 'shop/package-lock.json/lodash', 'high', 'open']),
    licence,
    found(shop, 'SNYK-JS-MINIMIST-1@shop/package-lock.json/minimist@0.0.8', ['SNYK-JS-MINIMIST-1', 'shop/package-lock.json/minimist', 'medium', 'accepted']),
    found(shop, 'SNYK-JS-AXIOS-1@shop/package-lock.json/axios@0.18.0', ['SNYK-JS-AXIOS-1', 'shop/package-lock.json/axios', 'critical', 'accepted']),
    scan(cli('all-projects.json', 'till/till/pom.xml', [1]), 'till/till/pom.xml', { index: 1 }),
    scan(cli('all-projects.json', '/builds/empty', [2]), '/builds/empty', { index: 2, covered: 0, outcome: 'failure', key: 'scan' }),
  ],
  'container.json': [
    scan(api, 'registry.acme.example/api:1'),
    found(api, 'SNYK-ALPINE310-OPENSSL-1@registry.acme.example/api:1/openssl@1.1.1c-r0', ['SNYK-ALPINE310-OPENSSL-1', 'registry.acme.example/api:1/openssl', 'critical', 'open']),
    scan(api, 'registry.acme.example/api:1/app/package-lock.json', { covered: 0 }),
  ],
  'iac.json': [
    scan(deploy, 'deploy/k8s/api.yaml'),
    {
      ...deploy,
      id: `${deploy.id}@SNYK-CC-K8S-1@deploy/k8s/api.yaml/[DocId: 0].spec.containers[api].privileged`,
      index: 0,
      type: 'config.finding',
      subject: 'deploy/k8s/api.yaml/[DocId: 0].spec.containers[api].privileged',
      data: { rule: 'SNYK-CC-K8S-1', resource: 'deploy/k8s/api.yaml/[DocId: 0].spec.containers[api].privileged', outcome: 'fail', severity: 'high', title: 'Container is running in privileged mode' },
    },
    {
      ...deploy,
      id: `${deploy.id}@SNYK-CC-K8S-6@deploy/k8s/api.yaml/Deployment/api`,
      index: 0,
      type: 'config.finding',
      subject: 'deploy/k8s/api.yaml/Deployment/api',
      data: { rule: 'SNYK-CC-K8S-6', resource: 'deploy/k8s/api.yaml/Deployment/api', outcome: 'fail', suppressed: true, severity: 'medium', title: 'Container does not drop all default capabilities' },
    },
    scan(cli('iac.json', 'deploy/main.tf', [1, 'snyk/iac']), 'deploy/main.tf', { index: 1 }),
  ],
  'webhook.project_snapshot.json': [
    scan(hook, 'acme/shop:package.json', { key: 'scan' }),
    found(hook, 'new@SNYK-JS-LODASH-1@acme/shop:package.json/lodash', ['SNYK-JS-LODASH-1', 'acme/shop:package.json/lodash', 'high', 'open'], first),
    found(hook, 'new@SNYK-JS-MINIMIST-1@acme/shop:package.json/minimist', ['SNYK-JS-MINIMIST-1', 'acme/shop:package.json/minimist', 'medium', 'accepted'], first),
    licence,
    found(hook, 'removed@SNYK-JS-AXIOS-1@acme/shop:package.json/axios', ['SNYK-JS-AXIOS-1', 'acme/shop:package.json/axios', 'critical', 'fixed']),
  ],
  'broken.rows.json': [
    scan(broken, 'shop'),
    found(broken, 'SNYK-JS-LODASH-1@shop/lodash@4.17.15', ['SNYK-JS-LODASH-1', 'shop/lodash', 'high', 'open']),
    { index: 0, rejected: '/vulnerabilities/1/id', message: 'expected string, but it is missing' },
    { index: 0, rejected: '/uniqueCount', message: 'says 4, but 2 are listed; send the report whole' },
    { index: 1, rejected: '/ok', message: 'is no truth value: this is no result of the Snyk CLI and no webhook of Snyk; write it with --json' },
    scan(cli('broken.rows.json', 'deploy/main.tf', [2, 'snyk/iac']), 'deploy/main.tf', { index: 2 }),
    { index: 2, rejected: '/infrastructureAsCodeIssues/0/id', message: 'expected string, but it is missing' },
  ],
};

describe('the samples of Snyk', () => {
  it('are all written out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('snyk'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(snyk, file, SYSTEM))).toEqual(EXPECTED[file]);
  });
});

const all = (body: unknown, sent: Sent = {}): Shown[] => shown(send(snyk, JSON.stringify(body), { ...SYSTEM, ...sent }));
const row = (more: object = {}): object => ({ id: 'SNYK-1', severity: 'low', packageName: 'p', name: 'p', version: '1', ...more });
const project = (more: object): Shown[] => all({ ok: false, projectName: 'shop', dependencyCount: 3, vulnerabilities: [row()], ...more });

describe('a result of the Snyk CLI', () => {
  it('is one finding a package, whatever leads to it, and the open one when only one path is ignored', () => {
    const rows = [row({ isIgnored: true }), row(), row({ version: '2' })];
    expect(project({ vulnerabilities: rows }).slice(1)).toMatchObject([{ data: { status: 'open' } }, { data: { status: 'open' } }]);
    expect(project({ vulnerabilities: [row({ isPatched: true })] })[1]).toMatchObject({ data: { status: 'accepted' } });
  });

  it('does not know since when it is there: times of the advisory are not those of the project', () => {
    const [, issue] = project({ vulnerabilities: [row({ creationTime: '2019-01-01T00:00:00Z', publicationTime: '2019-01-01T00:00:00Z' })] });
    expect(issue).toMatchObject({ time: 'none given' });
    expect(issue).not.toHaveProperty('data.firstSeenAt');
  });

  it('that was never rated is high', () => {
    expect(project({ vulnerabilities: [row({ severity: null })] })[1]).toMatchObject({ data: { severity: 'high' } });
  });

  it('with an empty list says nothing unless it counts what it looked at', () => {
    const ignored = [{ index: 0, ignored: expect.anything() as unknown }];
    expect(project({ ok: true, vulnerabilities: [], dependencyCount: null })).toEqual(ignored);
    expect(project({ ok: false, vulnerabilities: [] })).toEqual(ignored);
    expect(project({ ok: true, vulnerabilities: [], dependencyCount: 0 })).toMatchObject([{ data: { covered: 0 } }]);
    expect(project({ ok: true, vulnerabilities: [], uniqueCount: 2 })).toMatchObject([{ data: { covered: 1 } }, { rejected: '/uniqueCount' }]);
  });

  it('that failed is a failed scan, whatever the shape of its error', () => {
    expect(all({ ok: false, error: { code: 500 }, path: '/p' })).toMatchObject([{ type: 'scan.completed', data: { outcome: 'failure', covered: 0 } }]);
    expect(all({ ok: false, error: 'no' })).toMatchObject([{ subject: 'snyk/builds' }]);
  });

  it('is about the system of the feed where it names nothing', () => {
    expect(project({ projectName: null })[1]).toMatchObject({ subject: 'builds/p' });
    expect(project({ docker: {}, projectName: null, path: 'api:1', displayTargetFile: 'Dockerfile' })[1]).toMatchObject({ subject: 'api:1/p' });
    expect(project({ vulnerabilities: [{ id: 'SNYK-1' }] })[1]).toMatchObject({ subject: 'shop/unnamed' });
  });

  it('takes its time from the sender, who may run it again with the same result', () => {
    const at = (time: string): Shown[] => project2(`application/json; scanned-at=${time}`);
    const project2 = (contentType: string): Shown[] => all({ ok: true, projectName: 'shop', dependencyCount: 3, vulnerabilities: [] }, { contentType });
    expect(at('2026-01-31T12:00:00Z')).toMatchObject([{ time: '2026-01-31T12:00:00.000Z' }]);
    expect(at('"2026-01-31T12:00:00Z"')).toEqual(at('2026-01-31T13:00:00+01:00'));
    expect(at('2026-02-01T12:00:00Z')[0]).not.toMatchObject({ id: (at('2026-01-31T12:00:00Z')[0] as { id: string }).id });
    expect(project2('application/json')).toEqual(project2('application/json'));
    expect(send(snyk, '{}', { contentType: 'application/json; scanned-at=noon' })).toMatchObject({ outcome: 'malformed', faults: [{ pointer: '' }] });
  });

  it('of unmanaged code says what is there without saying ok, and nothing when nothing is listed', () => {
    const unmanaged = { packageManager: 'Unmanaged (C/C++)', path: '/src/goof', dependencyCount: 4 };
    expect(all({ ...unmanaged, vulnerabilities: [{ id: 'SNYK-UNMANAGED-CPIO-1', severity: 'high', name: 'cpio', version: '2.10' }] })).toMatchObject([
      { type: 'scan.completed', data: { covered: 1, total: 1 } },
      { type: 'vuln.finding', subject: '/src/goof/cpio', data: { finding: 'SNYK-UNMANAGED-CPIO-1', severity: 'high', status: 'open' } },
    ]);
    expect(all({ ...unmanaged, vulnerabilities: [] })).toMatchObject([{ rejected: '/ok' }]);
    expect(all({ ok: null, ...unmanaged, vulnerabilities: [{ id: 'SNYK-1' }] })).toMatchObject([{ rejected: '/ok' }]);
    expect(all({ vulnerabilities: [{ id: 'CVE-1', severity: 'High' }] })).toMatchObject([{ rejected: '/ok' }]);
  });

  it('that is no result of it says where to send it', () => {
    expect(all({ $schema: 'sarif', runs: [] })).toMatchObject([{ rejected: '/runs' }]);
    expect(all({})).toMatchObject([{ rejected: '/ok' }]);
    expect(project({ applications: [7] }).at(-1)).toMatchObject({ rejected: '/applications/0' });
  });

  it('with more findings than one delivery may hold is too large', () => {
    const vulnerabilities = Array.from({ length: 20_000 }, (_none, at) => row({ id: `SNYK-${at}` }));
    expect(send(snyk, JSON.stringify({ ok: false, projectName: 'shop', vulnerabilities }), SYSTEM).outcome).toBe('too-large');
  });
});

describe('a webhook of Snyk', () => {
  const body = JSON.parse(sampleText('snyk', 'webhook.project_snapshot.json')) as { project: Record<string, unknown> };
  const HOOK = { 'x-snyk-event': 'project_snapshot/v0', 'x-snyk-timestamp': '2026-02-01T09:00:00Z' };
  const hooked = (change: object, headers: Record<string, string> = HOOK): Shown[] => all({ ...body, ...change }, { headers });

  it('keeps its signed time when it is sent again with another one in its header', () => {
    expect(hooked({})).toEqual(shown(sendSample(snyk, 'webhook.project_snapshot.json', SYSTEM)));
    const timeless = { project: { ...body.project, lastTestedDate: undefined } };
    const [sent, replayed] = [hooked(timeless), hooked(timeless, { ...HOOK, 'x-snyk-timestamp': '2026-03-01T09:00:00Z' })];
    expect(sent[0]).toMatchObject({ time: '2026-02-01T09:00:00.000Z' });
    expect(replayed.map((item) => ('id' in item ? item.id : ''))).toEqual(sent.map((item) => ('id' in item ? item.id : '')));
  });

  it('without any time has that of its receipt and no first sight', () => {
    const issue = hooked({ project: { ...body.project, lastTestedDate: null } }, {})[1];
    expect(issue).toMatchObject({ time: 'none given' });
    expect(issue).not.toHaveProperty('data.firstSeenAt');
  });

  it('of a project in which nothing is recognised any more has fixed nothing', () => {
    const items = hooked({ project: { ...body.project, totalDependencies: 0 } });
    expect(items[0]).toMatchObject({ data: { covered: 0 } });
    expect(items.at(-1)).toEqual({ index: 0, ignored: 'removed from a project without any dependency: nothing in it was recognised, so nothing is known' });
  });

  it('that removes what was ignored or patched has not fixed it', () => {
    const removed = { id: 'SNYK-1', pkgName: 'p', issueData: { severity: 'low' }, isIgnored: true };
    expect(hooked({ removedIssues: [removed, { ...removed, isIgnored: false, isPatched: true }] }).slice(-2)).toMatchObject([{ data: { status: 'accepted' } }, { data: { status: 'accepted' } }]);
  });

  it('is refused at what it lacks', () => {
    expect(hooked({ project: { name: 'x' } })).toMatchObject([{ rejected: '/project/id' }]);
    expect(hooked({ newIssues: [{ id: 'SNYK-1' }] })[1]).toMatchObject({ rejected: '/newIssues/0/pkgName' });
    expect(hooked({ project: { ...body.project, lastTestedDate: 'noon' } })).toMatchObject([{ rejected: '/project/lastTestedDate' }]);
    expect(hooked({ project: { ...body.project, lastTestedDate: '' } }, { 'x-snyk-timestamp': 'noon' })).toMatchObject([{ rejected: '' }]);
  });

  it('of another kind or version is ignored', () => {
    expect(hooked({}, { 'x-snyk-event': 'project_snapshot/v9' })).toEqual([{ index: 0, ignored: 'project_snapshot/v9: no event type of the catalogue says it' }]);
  });

  it('is answered when it is a ping, and leaves no evidence', () => {
    const ask = (method: string, kind: string): unknown => snyk.handshake?.({ method, headers: { 'x-snyk-event': kind }, query: {}, rawBody: Buffer.from('{}') });
    expect(ask('POST', 'ping/v0')).toEqual({ status: 200, headers: { 'content-type': 'application/json' }, body: '{"message":"pong"}', authenticated: true });
    expect(ask('POST', 'project_snapshot/v0')).toBeUndefined();
    expect(ask('GET', 'ping/v0')).toBeUndefined();
    expect(all({ webhookId: 'd3cf26b3' }, { headers: { 'x-snyk-event': 'ping/v0' } })).toEqual([{ index: 0, ignored: 'ping: the webhook works' }]);
  });
});

describe('the signature of Snyk', () => {
  const raw = sampleBytes('snyk', 'webhook.project_snapshot.json');
  const sign = (body: Uint8Array | string, secret: string): string => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const verify = (body: Uint8Array | string, signature: string | undefined, secrets: string[]): Verification | undefined =>
    snyk.authentication[0]?.verify?.({ headers: { 'x-hub-signature': signature }, rawBody: Buffer.from(body), nowMs: 0 }, secrets);

  it('fits the raw bytes and one of the secrets', () => {
    expect(verify(raw, sign(raw, 'new'), ['old', 'new'])).toEqual({ verified: true });
  });

  it('does not fit another secret, an empty one, the same JSON written anew, or a header of another form', () => {
    const refused = { verified: false, message: expect.any(String) as unknown };
    expect(verify(raw, sign(raw, 'other'), ['old'])).toEqual(refused);
    expect(verify(raw, sign(raw, ''), [''])).toEqual(refused);
    expect(verify(JSON.stringify(JSON.parse(Buffer.from(raw).toString())), sign(raw, 'old'), ['old'])).toEqual(refused);
    for (const header of [undefined, 'sha256=7d38cdd6', sign(raw, 'old').replace('sha256=', 'sha1=')]) expect(verify(raw, header, ['old'])).toEqual(refused);
  });
});
