import type { Headers } from './format.js';

const DELIVERY = '72d3162e-cc78-11e3-81ab-4c9367dc0958';
/** The delivery's id becomes the event's. */
export const headersOf = (event: string, delivery = DELIVERY): Headers => ({ 'x-github-event': event, 'x-github-delivery': delivery });
const common = { index: 0, id: DELIVERY, source: 'https://github.com/Codertocat/Hello-World' };
const ignored = (reason: string): object => ({ index: 0, ignored: reason });

const GITHUB_ALERTS: readonly [string, string, object][] = [
  [
    'code_scanning_alert.closed-by-user.payload.json',
    'code_scanning_alert',
    {
      index: 0,
      id: DELIVERY,
      source: 'https://github.com/Codertocat/Hello-World',
      type: 'vuln.finding',
      subject: 'Codertocat/Hello-World/code-scanning/10',
      time: '2021-02-11T02:59:08.000Z',
      data: {
        finding: 'ANCHOREVULN_CVE-2020-27218_java-archive_http2-hpack_9.4.27.v20200227',
        asset: 'Codertocat/Hello-World/code-scanning/10',
        severity: 'high',
        status: 'accepted',
        firstSeenAt: '2021-02-11T02:49:18Z',
      },
    },
  ],
  [
    'code_scanning_alert.created.payload.json',
    'code_scanning_alert',
    {
      index: 0,
      id: DELIVERY,
      source: 'https://github.com/Codertocat/Hello-World',
      type: 'vuln.finding',
      subject: 'Codertocat/Hello-World/code-scanning/10',
      time: '2021-02-11T03:10:43.000Z',
      data: {
        finding: 'java/sql-injection',
        asset: 'Codertocat/Hello-World/code-scanning/10',
        severity: 'high',
        status: 'open',
        firstSeenAt: '2021-02-11T03:10:43Z',
      },
    },
  ],
  [
    'dependabot_alert.created.payload.json',
    'dependabot_alert',
    {
      index: 0,
      id: DELIVERY,
      source: 'https://github.com/wolfy1339/pika-pack',
      type: 'vuln.finding',
      subject: 'wolfy1339/pika-pack/package-lock.json/semver',
      time: '2023-06-24T13:57:12.000Z',
      data: {
        finding: 'CVE-2022-25883',
        asset: 'wolfy1339/pika-pack/package-lock.json/semver',
        severity: 'medium',
        status: 'open',
        firstSeenAt: '2023-06-24T13:57:12Z',
      },
    },
  ],
  [
    'secret_scanning_alert.reopened.payload.json',
    'secret_scanning_alert',
    {
      ...common,
      type: 'detection.alert',
      subject: 'Codertocat/Hello-World/secret-scanning/191',
      time: 'none given',
      data: { id: 'Codertocat/Hello-World/secret-scanning/191', severity: 'high', status: 'open' },
    },
  ],
  [
    'organization.member_added.payload.json',
    'organization',
    {
      index: 0,
      id: DELIVERY,
      source: 'https://api.github.com/orgs/Octocoders',
      type: 'identity.access-granted',
      subject: 'hacktocat',
      time: 'none given',
      data: { account: 'hacktocat', system: 'github-cloud', role: 'Octocoders', grantedBy: 'Codertocat' },
    },
  ],
  [
    'workflow_run.completed.payload.json',
    'workflow_run',
    {
      index: 0,
      id: DELIVERY,
      source: 'https://github.com/octo-org/octo-repo',
      type: 'ci.run',
      subject: '3484a3fb816e0859fd6e1cea078d76385ff50625',
      time: '2020-10-05T16:33:49.000Z',
      data: { commit: '3484a3fb816e0859fd6e1cea078d76385ff50625', repository: 'octo-org/octo-repo', outcome: 'success' },
    },
  ],
];

/** File, X-GitHub-Event, and what comes out. */
export const EXPECTED: readonly [string, string, object][] = [
  [
    'branch_protection_rule.created.payload.json',
    'branch_protection_rule',
    {
      index: 0,
      id: DELIVERY,
      source: 'https://github.com/octo-org/octo-repo',
      type: 'vcs.branch-protection',
      subject: 'octo-org/octo-repo/production',
      time: '2021-08-19T16:16:32.000Z',
      data: { repository: 'octo-org/octo-repo', branch: 'production', enforced: true, requiredApprovals: 0, appliesToAdmins: false },
    },
  ],
  [
    'branch_protection_rule.edited.payload.json',
    'branch_protection_rule',
    {
      index: 0,
      id: DELIVERY,
      source: 'https://github.com/octo-org/octo-repo',
      type: 'vcs.branch-protection',
      subject: 'octo-org/octo-repo/production',
      time: '2021-08-19T16:16:32.000Z',
      data: { repository: 'octo-org/octo-repo', branch: 'production', enforced: true, requiredApprovals: 0, appliesToAdmins: false },
    },
  ],
  [
    'branch_protection_rule.deleted.payload.json',
    'branch_protection_rule',
    {
      index: 0,
      id: DELIVERY,
      source: 'https://github.com/octo-org/octo-repo',
      type: 'vcs.branch-protection',
      subject: 'octo-org/octo-repo/production',
      time: 'none given',
      data: { repository: 'octo-org/octo-repo', branch: 'production', enforced: false, requiredApprovals: 0, appliesToAdmins: false },
    },
  ],
  [
    'member.added.payload.json',
    'member',
    {
      ...common,
      type: 'identity.access-granted',
      subject: 'hacktocat',
      time: 'none given',
      data: { account: 'hacktocat', system: 'github-cloud', role: 'Codertocat/Hello-World', grantedBy: 'hacktocat' },
    },
  ],
  [
    'member.removed.payload.json',
    'member',
    {
      ...common,
      type: 'identity.access-revoked',
      subject: 'hacktocat',
      time: 'none given',
      data: { account: 'hacktocat', system: 'github-cloud', role: 'Codertocat/Hello-World', revokedBy: 'Codertocat' },
    },
  ],
  [
    'pull_request.merged.payload.json',
    'pull_request',
    {
      ...common,
      type: 'vcs.change-merged',
      subject: 'Codertocat/Hello-World#7',
      time: '2026-02-03T09:10:11.000Z',
      data: {
        change: 'Codertocat/Hello-World#7',
        repository: 'Codertocat/Hello-World',
        branch: 'main',
        author: 'hacktocat',
        mergedBy: 'Codertocat',
        head: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821',
      },
    },
  ],
  [
    'pull_request_review.submitted.payload.json',
    'pull_request_review',
    {
      ...common,
      type: 'vcs.change-reviewed',
      subject: 'Codertocat/Hello-World#2',
      time: '2019-05-15T15:20:38.000Z',
      data: {
        change: 'Codertocat/Hello-World#2',
        repository: 'Codertocat/Hello-World',
        reviewer: 'Codertocat',
        state: 'commented',
        commit: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821',
      },
    },
  ],
  [
    'pull_request_review.dismissed.payload.json',
    'pull_request_review',
    {
      ...common,
      type: 'vcs.change-reviewed',
      subject: 'Codertocat/Hello-World#2',
      time: 'none given',
      data: {
        change: 'Codertocat/Hello-World#2',
        repository: 'Codertocat/Hello-World',
        reviewer: 'Codertocat',
        state: 'dismissed',
        commit: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821',
      },
    },
  ],
  [
    'push.branch.payload.json',
    'push',
    {
      ...common,
      type: 'vcs.pushed',
      subject: 'Codertocat/Hello-World/release/1.0',
      // pushed_at, GitHub's clock; the commit claims to be of 2019.
      time: '2026-02-03T09:10:11.000Z',
      data: {
        repository: 'Codertocat/Hello-World',
        branch: 'release/1.0',
        before: '6113728f27ae82c7b1a177c8d03f9e96e0adf246',
        after: 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e',
        pusher: 'Codertocat',
        forced: true,
      },
    },
  ],
  ['push.payload.json', 'push', ignored('push to a tag, not to a branch')],
  ['pull_request.closed.payload.json', 'pull_request', ignored('pull_request closed without a merge')],
  ['pull_request.opened.payload.json', 'pull_request', ignored('pull_request opened: only a merge is evidence')],
  ['pull_request.review_requested.payload.json', 'pull_request', ignored('pull_request review_requested: only a merge is evidence')],
  ['ping.payload.json', 'ping', ignored('ping: the webhook works')],
  ...GITHUB_ALERTS,
  ['deployment.payload.json', 'deployment', ignored('deployment: no event type of the catalogue says it')],
  ['deployment_status.payload.json', 'deployment_status', ignored('deployment_status: no event type of the catalogue says it')],
  ['repository.publicized.payload.json', 'repository', ignored('repository: no event type of the catalogue says it')],
  [
    'broken.merged-without-time.json',
    'pull_request',
    { index: 0, rejected: '/pull_request/merged_at', message: 'is no instant, yet merged is true' },
  ],
];
