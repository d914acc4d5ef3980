import { describe, expect, it } from '@jest/globals';
import { dependabot } from './dependabot.format.js';
import { sampleFiles, send, sendSample, shown } from './samples.testkit.js';

const notAsked = (pointer: string): object => ({ index: 0, rejected: pointer, message: 'expected string, but it is missing; ask for it in the query' });
const OCTO = { index: 0, source: 'https://github.com/octo-org/octo-repo', type: 'vuln.finding' };

const EXPECTED: Record<string, object[]> = {
  // Neither answer holds the state of an alert: nobody knows whether it is open, so nothing is claimed.
  'github-5-vuln.json': [0, 1, 2, 3, 4].map((at) => notAsked(`/data/search/nodes/0/vulnerabilityAlerts/nodes/${at}/state`)),
  'github_search2.json': [0, 1].map((at) => notAsked(`/data/repository/vulnerabilityAlerts/nodes/${at}/state`)),
  'graphql.complete.json': [
    {
      ...OCTO,
      id: 'RVA_1@OPEN@2026-01-05T10:00:00Z',
      subject: 'octo-org/octo-repo/pom.xml/log4j:log4j',
      time: '2026-01-05T10:00:00.000Z',
      data: {
        finding: 'CVE-2019-17571',
        asset: 'octo-org/octo-repo/pom.xml/log4j:log4j',
        severity: 'critical',
        status: 'open',
        firstSeenAt: '2026-01-05T10:00:00Z',
      },
    },
    {
      ...OCTO,
      id: 'RVA_2@FIXED@2026-01-07T08:30:00Z',
      subject: 'octo-org/octo-repo/package-lock.json/semver',
      time: '2026-01-07T08:30:00.000Z',
      data: {
        finding: 'GHSA-c2qf-rxjj-qqgw',
        asset: 'octo-org/octo-repo/package-lock.json/semver',
        severity: 'medium',
        status: 'fixed',
        firstSeenAt: '2026-01-05T10:00:00Z',
      },
    },
    {
      ...OCTO,
      id: 'RVA_3@DISMISSED@2026-01-06T12:00:00Z',
      subject: 'octo-org/octo-repo/package-lock.json/minimist',
      time: '2026-01-06T12:00:00.000Z',
      data: {
        finding: 'CVE-2021-44906',
        asset: 'octo-org/octo-repo/package-lock.json/minimist',
        severity: 'low',
        status: 'accepted',
        firstSeenAt: '2026-01-05T10:00:00Z',
      },
    },
  ],
  'rest.alerts.json': [
    {
      index: 0,
      id: 'octocat/hello-world/dependabot/2@2026-01-23T14:29:47Z',
      source: 'https://github.com/octocat/hello-world',
      type: 'vuln.finding',
      subject: 'octocat/hello-world/path/to/requirements.txt/django',
      time: '2026-01-23T14:29:47.000Z',
      data: {
        finding: 'CVE-2018-6188',
        asset: 'octocat/hello-world/path/to/requirements.txt/django',
        severity: 'high',
        status: 'open',
        firstSeenAt: '2026-01-15T07:43:03Z',
      },
    },
  ],
  'broken.rest-state.json': [
    { index: 0, rejected: '/state', message: 'is no state of an alert that is known here' },
    { index: 1, rejected: '/state', message: 'expected string, but it is missing' },
  ],
};

describe('samples of Dependabot alerts', () => {
  it('are all written out here', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('dependabot'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(dependabot, file))).toEqual(EXPECTED[file]);
  });
});

describe('answers about Dependabot alerts', () => {
  it('that failed or hold no repository are refused', () => {
    expect(shown(send(dependabot, '{"data":{},"errors":[]}'))).toMatchObject([{ rejected: '/errors' }]);
    expect(shown(send(dependabot, '{"data":{"search":{"nodes":[null]}}}'))).toMatchObject([{ rejected: '/data/search/nodes/0' }]);
  });

  it('without alerts say nothing', () => {
    expect(shown(send(dependabot, '{"data":{"repository":{"vulnerabilityAlerts":{"nodes":[]}}}}'))).toEqual([]);
    expect(shown(send(dependabot, '[]'))).toEqual([]);
  });

  it('name the repository, or the alert belongs to nothing', () => {
    const [alert] = JSON.parse(dependabot.sample.body) as [object];
    expect(shown(send(dependabot, JSON.stringify([{ ...alert, html_url: 'https://example.com/' }])))).toMatchObject([{ rejected: '/html_url' }]);
    const node = {
      id: 'a',
      state: 'OPEN',
      createdAt: '2026-01-05T10:00:00Z',
      vulnerableManifestPath: 'pom.xml',
      securityVulnerability: { severity: 'LOW', package: { name: 'p' }, advisory: { identifiers: [{ type: 'CVE', value: 'CVE-1' }] } },
    };
    const answer = (repository: object): string => JSON.stringify({ data: { node: { ...repository, vulnerabilityAlerts: { nodes: [node] } } } });
    expect(shown(send(dependabot, answer({})))).toMatchObject([{ rejected: '/data/node/nameWithOwner' }]);
    expect(shown(send(dependabot, answer({ nameWithOwner: 'o/r' })))).toMatchObject([{ source: 'o/r', subject: 'o/r/pom.xml/p' }]);
  });

  it('with a severity or time that is unknown are refused', () => {
    const [alert] = JSON.parse(dependabot.sample.body) as [object];
    const one = (change: object): unknown => shown(send(dependabot, JSON.stringify({ ...alert, ...change })))[0];
    expect(one({ security_vulnerability: { severity: 'unknown' } })).toMatchObject({ rejected: '' });
    expect(one({ updated_at: 'now' })).toMatchObject({ rejected: '', message: 'has a time that is no instant' });
    expect(one({ state: 'auto_dismissed' })).toMatchObject({ data: { status: 'accepted' } });
  });
});
