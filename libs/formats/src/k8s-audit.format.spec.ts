import { describe, expect, it } from '@jest/globals';
import { k8sAudit } from './k8s-audit.format.js';
import { sampleFiles, sampleText, send, sendSample, type Shown, shown } from './samples.testkit.js';

const LINES = { contentType: 'application/x-ndjson' };
const other = (what: string): object => ({ ignored: `${what}: no event type of the catalogue says it` });
const noId = { rejected: '/auditID', message: 'expected string, but it is missing' };
const noTime = { rejected: '/stageTimestamp', message: 'is no instant' };
/** In the text that a record of Azure holds. */
const inText = (one: { readonly rejected: string; readonly message: string }): object => ({ ...one, rejected: `/properties/log${one.rejected}` });
const nine = (place: number): object[] => Array.from({ length: 9 }, (_, at) => (at === place ? inText(noId) : noId));

/** Events inside tests of another tool; most have no audit id or no time, and events of AKS and GKE are wrapped once more. */
const PANTHER: Record<string, object[]> = {
  'panther.k8s_anonymous_api_access.json': [noTime, inText(noTime), noId, noTime, noId, noId, noId, noId],
  'panther.k8s_clusterrolebinding_privileged.json': nine(1),
  'panther.k8s_exec_into_pod.json': [noTime, inText(noId), noId, noId, noId],
  'panther.k8s_secret_access_denied.json': nine(2),
};

describe('samples of the Kubernetes audit log', () => {
  it('are all written out here', () => {
    expect([...Object.keys(PANTHER), 'audit2rbac.demo.log', 'broken.line.log', 'eventlist.bindings.json'].sort()).toEqual(sampleFiles('k8s-audit'));
  });

  it('audit2rbac.demo.log has 37 requests that only look: no event of ours', () => {
    const all = shown(sendSample(k8sAudit, 'audit2rbac.demo.log', LINES));
    const counts: Record<string, number> = {};
    for (const item of all) if ('ignored' in item) counts[item.ignored] = (counts[item.ignored] ?? 0) + 1;
    expect(all.length).toBe(37);
    expect(counts).toEqual({
      'get no resource: no event type of the catalogue says it': 23,
      'list configmaps: no event type of the catalogue says it': 1,
      'list nodes: no event type of the catalogue says it': 2,
      'list pods: no event type of the catalogue says it': 10,
      'list secrets: no event type of the catalogue says it': 1,
    });
  });

  it.each(Object.keys(PANTHER))('%s as it lies is a test of another tool around events: refused', (file) => {
    for (const item of shown(sendSample(k8sAudit, file))) expect(item).toMatchObject(noId);
  });

  it.each(Object.keys(PANTHER))('%s with its events taken out: refused, they lack what identifies or dates them', (file) => {
    const events = (JSON.parse(sampleText('k8s-audit', file)) as { log: unknown }[]).map(({ log }) => log);
    const all: Shown[] = shown(send(k8sAudit, JSON.stringify(events)));
    expect(all).toMatchObject(PANTHER[file] ?? []);
    expect(all.length).toBe(PANTHER[file]?.length);
  });

  it('eventlist.bindings.json gives two accounts a role', () => {
    const granted = (id: string, account: string): object => ({
      index: 0,
      id: `00000000-0000-4000-8000-000000000001@${id}`,
      source: 'k8s-audit',
      type: 'identity.access-granted',
      subject: account,
      time: '2026-01-31T12:00:01.500Z',
      data: { account, system: 'cluster-1', role: 'payments/Role/deployer', grantedBy: 'ines@acme.example' },
    });
    expect(shown(sendSample(k8sAudit, 'eventlist.bindings.json', { system: 'cluster-1' }))).toEqual([
      granted('ResponseComplete', 'omar@acme.example'),
      granted('ResponseComplete#1', 'system:serviceaccount:build:ci'),
      {
        index: 1,
        rejected: '/requestObject',
        message: 'does not say who got which role; log rolebindings and clusterrolebindings at the level Request or RequestResponse',
      },
      { index: 2, ignored: 'create rolebindings ended with 403: nothing was changed' },
      { index: 3, ignored: 'another stage of the same request' },
      { index: 4, ignored: 'delete rolebindings: the log does not say whom the binding named' },
      { index: 5, ignored: 'list rolebindings: a call that only reads' },
    ]);
  });

  it('broken.line.log loses the line that breaks off', () => {
    expect(shown(sendSample(k8sAudit, 'broken.line.log', LINES))).toMatchObject([
      { index: 0, ...other('get pods') },
      { index: 1, rejected: '/stage', message: expect.stringMatching(/\(line 2, column \d+\)$/) as unknown },
      { index: 2, ...other('get pods') },
    ]);
  });
});

describe('events of the Kubernetes audit log', () => {
  const [base] = (JSON.parse(k8sAudit.sample.body) as { items: [Record<string, unknown>] }).items;
  const one = (change: object): unknown => shown(send(k8sAudit, JSON.stringify({ ...base, ...change })))[0];

  it('are read in the records of a cloud', () => {
    const plain = one({});
    const inside = JSON.stringify(base);
    const all = (body: object): unknown[] => shown(send(k8sAudit, JSON.stringify(body)));
    const scheduler = { ignored: 'a line of the control plane, not of the audit log' };
    expect(all({ messageType: 'DATA_MESSAGE', logGroup: '/aws/eks/prod/cluster', logEvents: [{ id: '1', timestamp: 1, message: inside }, { id: '2', timestamp: 1, message: 'I0131 12:00:00 scheduler' }] })).toMatchObject([plain as object, scheduler]);
    expect(all({ '@timestamp': '2026-01-31 12:00:00.000', '@message': inside })).toEqual([plain]);
    expect(all({ records: [{ category: 'kube-audit', properties: { log: inside } }, { category: 'guard', properties: { log: '{"msg":"x"}' } }] })).toMatchObject([plain as object, scheduler]);
    expect(all({ records: [{ properties: { log: '{"auditID":"a","stageTimestamp":"noon"}' } }, { properties: { log: '{"a":' } }] })).toMatchObject([{ rejected: '/properties/log/stageTimestamp' }, { rejected: '/properties/log' }]);
  });

  it('of Google say in their own words what was called and whether it worked', () => {
    const binding = { roleRef: { kind: 'Role', name: 'pods' }, subjects: [{ kind: 'User', name: 'omar@acme.example' }] };
    const google = (payload: object): unknown =>
      shown(
        send(
          k8sAudit,
          JSON.stringify({
            insertId: 'i-1',
            timestamp: '2026-01-31T12:00:00.5Z',
            protoPayload: {
              methodName: 'io.k8s.authorization.rbac.v1.rolebindings.create',
              resourceName: 'rbac.authorization.k8s.io/v1/namespaces/pay/rolebindings/pods',
              authenticationInfo: { principalEmail: 'ines@acme.example' },
              status: {},
              request: binding,
              ...payload,
            },
          }),
        ),
      )[0];
    expect(google({})).toEqual({
      index: 0,
      id: 'i-1@ResponseComplete',
      source: 'k8s-audit',
      type: 'identity.access-granted',
      subject: 'omar@acme.example',
      time: '2026-01-31T12:00:00.500Z',
      data: { account: 'omar@acme.example', system: 'test-system', role: 'pay/Role/pods', grantedBy: 'ines@acme.example' },
    });
    expect(google({ status: { code: 7, message: 'forbidden' } })).toMatchObject({ ignored: 'create rolebindings ended with 403: nothing was changed' });
    expect(google({ methodName: 'io.k8s.core.v1.pods.exec.create' })).toMatchObject({ ignored: 'create pods: no event type of the catalogue says it' });
    expect(google({ methodName: 'google.container.v1.ClusterManager.CreateCluster' })).toMatchObject({ ignored: 'google.container.v1.ClusterManager.CreateCluster: no call of the Kubernetes API' });
    expect(google({ request: null })).toMatchObject({ rejected: '/requestObject' });
  });

  it('have the time of the stage, of the request, or of old logs', () => {
    const at = (change: object): unknown => one({ stageTimestamp: null, ...change });
    expect(at({ requestReceivedTimestamp: '2026-01-31T12:00:00Z' })).toMatchObject({ time: '2026-01-31T12:00:00.000Z' });
    expect(at({ timestamp: '2017-09-11T19:55:05Z' })).toMatchObject({ time: '2017-09-11T19:55:05.000Z' });
    expect(at({})).toMatchObject(noTime);
  });

  it('name groups as groups and know what is stored before what was sent', () => {
    const responseObject = { roleRef: { name: 'view' }, subjects: [{ kind: 'Group', name: 'devs' }] };
    expect(one({ responseObject, user: null })).toMatchObject({ subject: 'Group:devs', data: { role: 'ClusterRole/view', grantedBy: 'unknown' } });
    expect(one({ requestObject: { roleRef: { name: 'view' }, subjects: [{ kind: 'ServiceAccount', name: 's' }] } })).toMatchObject({ subject: 'system:serviceaccount:default:s' });
    expect(one({ requestObject: { roleRef: { name: 'view' } } })).toMatchObject({ ignored: 'a binding without subjects gives nobody access' });
  });

  it('without verb, resource or code are of no use', () => {
    expect(one({ verb: null, objectRef: null })).toMatchObject(other('no verb no resource'));
    expect(one({ responseStatus: null })).toMatchObject({ ignored: 'create clusterrolebindings ended with no code: nothing was changed' });
    expect(one({ stage: null })).toMatchObject({ type: 'identity.access-granted' });
  });
});
