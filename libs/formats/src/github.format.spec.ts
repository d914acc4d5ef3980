import { describe, expect, it } from '@jest/globals';
import { type Headers, acceptsContentType } from './format.js';
import { github } from './github.format.js';
import { sampleBytes, sampleFiles, sampleText, send, sendSample, shown } from './samples.testkit.js';

const DELIVERY = '72d3162e-cc78-11e3-81ab-4c9367dc0958';
const headersOf = (event: string): Headers => ({ 'x-github-event': event, 'x-github-delivery': DELIVERY });
const common = { index: 0, id: DELIVERY, source: 'https://github.com/Codertocat/Hello-World' };
const ignored = (reason: string): object => ({ index: 0, ignored: reason });

/** File, X-GitHub-Event, and what comes out. */
const EXPECTED: readonly [string, string, object][] = [
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
  ...['code_scanning_alert.closed-by-user', 'code_scanning_alert.created', 'dependabot_alert.created', 'deployment', 'deployment_status', 'organization.member_added', 'repository.publicized', 'secret_scanning_alert.reopened', 'workflow_run.completed'].map(
    (name): [string, string, object] => {
      const event = name.split('.')[0] ?? name;
      return [`${name}.payload.json`, event, ignored(`${event}: no event type of the catalogue says it`)];
    },
  ),
  [
    'broken.merged-without-time.json',
    'pull_request',
    { index: 0, rejected: '/pull_request/merged_at', message: 'is no instant, yet merged is true' },
  ],
];

describe('samples of GitHub webhooks', () => {
  it('are all written out here', () => {
    const others = ['broken.truncated.json', 'github_disable_protect_this_branch.json'];
    expect([...EXPECTED.map(([file]) => file), ...others].sort()).toEqual(sampleFiles('github'));
  });

  it.each(EXPECTED)('%s gives what is written here', (file, event, expected) => {
    expect(shown(sendSample(github, file, { headers: headersOf(event), system: 'github-cloud' }))).toEqual([expected]);
  });

  it('github_disable_protect_this_branch.json is a log record, not a webhook: refused, since no header says what it is', () => {
    expect(sendSample(github, 'github_disable_protect_this_branch.json')).toEqual({
      outcome: 'malformed',
      faults: [{ pointer: '', message: 'the header X-GitHub-Event, which says what happened, is missing; send the request as GitHub sent it' }],
    });
    expect(sendSample(github, 'github_disable_protect_this_branch.json', { headers: headersOf('push') })).toEqual({
      outcome: 'malformed',
      faults: [{ pointer: '', message: 'expected an object' }],
    });
  });

  it('broken.truncated.json is refused with the path where it breaks off', () => {
    expect(sendSample(github, 'broken.truncated.json', { headers: headersOf('pull_request') })).toMatchObject({
      outcome: 'malformed',
      faults: [{ pointer: '/pull_request/patch_url', message: expect.stringMatching(/^the text has no closing quote \(line 10, /) as unknown as string }],
    });
  });

  it('give the same event as a form', () => {
    const body = new URLSearchParams({ payload: sampleText('github', 'pull_request.merged.payload.json') }).toString();
    const contentType = 'application/x-www-form-urlencoded';
    const asForm = send(github, body, { contentType, headers: headersOf('pull_request') });
    expect(asForm).toEqual(sendSample(github, 'pull_request.merged.payload.json', { headers: headersOf('pull_request') }));
    expect(send(github, 'other=1', { contentType, headers: headersOf('pull_request') })).toMatchObject({
      outcome: 'malformed',
      faults: [{ message: 'the form has no field payload' }],
    });
    expect(acceptsContentType(github, { headers: {}, contentType })).toBe(true);
    expect(acceptsContentType(github, { headers: {}, contentType: 'text/plain' })).toBe(false);
  });
});

describe('what GitHub may send besides', () => {
  type Body = Record<string, Record<string, unknown>>;
  const changed = (file: string, event: string, change: (body: Body) => void): unknown => {
    const body = JSON.parse(sampleText('github', file)) as Body;
    change(body);
    return shown(send(github, JSON.stringify(body), { headers: headersOf(event) }))[0];
  };
  const REVIEW = 'pull_request_review.submitted.payload.json';

  it.each([
    ['approved', 'approved'],
    ['changes_requested', 'changes-requested'],
    ['commented', 'commented'],
    ['dismissed', 'dismissed'],
    ['APPROVED', 'approved'],
  ])('a review that is %s is %s', (theirs, ours) => {
    expect(changed(REVIEW, 'pull_request_review', (body) => (body.review!.state = theirs))).toMatchObject({ data: { state: ours } });
  });

  it('a review state that nobody knows is refused, not guessed', () => {
    expect(changed(REVIEW, 'pull_request_review', (body) => (body.review!.state = 'pending'))).toMatchObject({ rejected: '/review/state' });
  });

  it('a review whose text was edited changes no verdict', () => {
    const edited = changed(REVIEW, 'pull_request_review', (body) => Object.assign(body, { action: 'edited' }));
    expect(edited).toEqual(ignored('pull_request_review edited: the verdict did not change'));
  });

  it('an approval counts only when GitHub asks for reviews', () => {
    const rule = (level: string, count: number | null): unknown =>
      changed('branch_protection_rule.edited.payload.json', 'branch_protection_rule', (body) => {
        body.rule!.pull_request_reviews_enforcement_level = level;
        body.rule!.required_approving_review_count = count;
      });
    expect(rule('everyone', 2)).toMatchObject({ data: { requiredApprovals: 2 } });
    expect(rule('non_admins', 1)).toMatchObject({ data: { requiredApprovals: 1 } });
    expect(rule('everyone', null)).toMatchObject({ data: { requiredApprovals: 0 } });
    expect(rule('off', 2)).toMatchObject({ data: { requiredApprovals: 0 } });
  });

  it('people whose account is gone are the ghost', () => {
    const merged = changed('pull_request.merged.payload.json', 'pull_request', (body) => {
      body.pull_request!.user = null;
      body.pull_request!.merged_by = null;
    });
    expect(merged).toMatchObject({ data: { author: 'ghost', mergedBy: 'ghost' } });
    expect(changed(REVIEW, 'pull_request_review', (body) => (body.review!.user = null))).toMatchObject({ data: { reviewer: 'ghost' } });
  });

  it('an edited permission is a grant, other actions on members are of no use', () => {
    const member = (action: string): unknown => changed('member.added.payload.json', 'member', (body) => Object.assign(body, { action }));
    expect(member('edited')).toMatchObject({ type: 'identity.access-granted' });
    expect(member('invited')).toEqual(ignored('member invited'));
  });

  it('an unknown action on a rule says nothing about its being in force', () => {
    const rule = changed('branch_protection_rule.edited.payload.json', 'branch_protection_rule', (body) => Object.assign(body, { action: 'renamed' }));
    expect(rule).toEqual(ignored('branch_protection_rule renamed'));
  });

  it('a push without GitHub\'s clock has the time of receipt', () => {
    const pushedAt = (value: unknown): unknown => changed('push.branch.payload.json', 'push', (body) => (body.repository!.pushed_at = value));
    expect(pushedAt(null)).toMatchObject({ time: 'none given' });
    expect(pushedAt(-1)).toMatchObject({ time: 'none given' });
    expect(pushedAt('2026-02-03T09:10:11Z')).toMatchObject({ time: '2026-02-03T09:10:11.000Z' });
  });

  it('a missing or wrong field is refused at its path', () => {
    expect(changed('push.branch.payload.json', 'push', (body) => delete body.pusher)).toMatchObject({ rejected: '/pusher', message: 'expected object, but it is missing' });
    expect(changed('push.branch.payload.json', 'push', (body) => Object.assign(body, { after: 7 }))).toMatchObject({ rejected: '/after' });
  });

  it('a doubled name is refused at its path', () => {
    const body = '{"action":"closed","pull_request":{"merged":true,"merged":false}}';
    expect(shown(send(github, body, { headers: headersOf('pull_request') }))).toMatchObject([{ rejected: '/pull_request/merged' }]);
  });

  it('a body in another charset or encoding is refused', () => {
    expect(send(github, '{}', { headers: headersOf('push'), contentType: 'application/json; charset=utf-16' }).outcome).toBe('malformed');
    expect(send(github, Uint8Array.of(0xff, 0xfe), { headers: headersOf('push') }).outcome).toBe('malformed');
  });

  it('a request without a delivery id cannot be identified', () => {
    const headers = { 'x-github-event': 'push' };
    expect(send(github, sampleBytes('github', 'push.payload.json'), { headers })).toMatchObject({
      outcome: 'malformed',
      faults: [{ message: expect.stringContaining('X-GitHub-Delivery') as unknown as string }],
    });
  });
});

describe('the ping', () => {
  const ask = (method: string, event: string): unknown =>
    github.handshake?.({ method, headers: headersOf(event), query: {}, rawBody: sampleBytes('github', 'ping.payload.json') });

  it('is answered once its signature is checked', () => {
    expect(ask('POST', 'ping')).toEqual({ status: 200, headers: { 'content-type': 'application/json' }, body: '{"message":"pong"}', authenticated: true });
  });

  it('is no other event', () => {
    expect(ask('POST', 'push')).toBeUndefined();
    expect(ask('GET', 'ping')).toBeUndefined();
  });
});
