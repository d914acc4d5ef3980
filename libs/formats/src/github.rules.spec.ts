import { describe, expect, it } from '@jest/globals';
import type { Headers } from './format.js';
import { github } from './github.format.js';
import { sampleBytes, sampleText, send, shown } from './samples.testkit.js';

const headersOf = (event: string): Headers => ({ 'x-github-event': event, 'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958' });
const ignored = (reason: string): object => ({ index: 0, ignored: reason });

describe('what GitHub may send besides', () => {
  type Body = Record<string, Record<string, unknown>>;
  const changed = (file: string, event: string, change: (body: Body) => unknown): unknown => {
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

  it.each([
    ['success', 'success'],
    ['timed_out', 'failure'],
    ['startup_failure', 'failure'],
    ['cancelled', 'cancelled'],
  ])('a run that ended as %s is %s', (theirs, ours) => {
    const run = changed('workflow_run.completed.payload.json', 'workflow_run', (body) => (body.workflow_run!.conclusion = theirs));
    expect(run).toMatchObject({ data: { outcome: ours } });
  });

  it('a run that was skipped or is not at its end says nothing about its commit', () => {
    const run = (change: (body: Body) => unknown): unknown => changed('workflow_run.completed.payload.json', 'workflow_run', change);
    expect(run((body) => (body.workflow_run!.conclusion = 'skipped'))).toEqual(ignored('workflow_run with conclusion skipped: says nothing about the commit'));
    expect(run((body) => (body.workflow_run!.conclusion = null))).toEqual(ignored('workflow_run with conclusion null: says nothing about the commit'));
    expect(run((body) => Object.assign(body, { action: 'requested' }))).toEqual(ignored('workflow_run requested: not at its end'));
  });

  it('an organization\'s invitation is no access, its removal ends it', () => {
    const of = (change: object): unknown => changed('organization.member_added.payload.json', 'organization', (body) => Object.assign(body, change));
    expect(of({ action: 'member_invited' })).toEqual(ignored('organization member_invited'));
    expect(of({ action: 'member_removed' })).toMatchObject({ type: 'identity.access-revoked', data: { revokedBy: 'Codertocat' } });
    expect(of({ membership: null })).toMatchObject({ rejected: '/membership/user' });
  });

  const team = {
    organization: { login: 'octo-org', url: 'https://api.github.com/orgs/octo-org' },
    sender: { login: 'ines' },
    team: { name: 'Payments Team', slug: 'payments', permission: 'push' },
  };
  const sent = (event: string, body: object): unknown => shown(send(github, JSON.stringify({ ...team, ...body }), { headers: headersOf(event) }))[0];
  const access = { index: 0, id: '72d3162e-cc78-11e3-81ab-4c9367dc0958', source: 'https://api.github.com/orgs/octo-org', time: 'none given' };

  it('who is put into a team has what the team has', () => {
    const of = (body: object): unknown => sent('membership', { scope: 'team', member: { login: 'omar' }, ...body });
    const common = { account: 'omar', system: 'test-system', role: 'octo-org/payments' };
    expect(of({ action: 'added' })).toEqual({ ...access, type: 'identity.access-granted', subject: 'omar', data: { ...common, grantedBy: 'ines' } });
    expect(of({ action: 'removed' })).toEqual({ ...access, type: 'identity.access-revoked', subject: 'omar', data: { ...common, revokedBy: 'ines' } });
    expect(of({ action: 'added', member: null })).toMatchObject({ rejected: '/member' });
    expect(of({ action: 'renamed' })).toEqual(ignored('membership renamed'));
  });

  it('a team gets and loses access to a repository; without one nothing changed', () => {
    const repository = { full_name: 'octo-org/payroll', html_url: 'https://github.com/octo-org/payroll' };
    const of = (body: object): unknown => sent('team', { repository, ...body });
    const common = { account: 'octo-org/payments', system: 'test-system', role: 'octo-org/payroll' };
    const granted = { ...access, type: 'identity.access-granted', subject: 'octo-org/payments', data: { ...common, grantedBy: 'ines' } };
    expect(of({ action: 'added_to_repository' })).toEqual(granted);
    expect(of({ action: 'edited', changes: { repository: { permissions: { from: { push: false } } } } })).toEqual(granted);
    expect(of({ action: 'removed_from_repository' })).toEqual({ ...access, type: 'identity.access-revoked', subject: 'octo-org/payments', data: { ...common, revokedBy: 'ines' } });
    expect(of({ action: 'added_to_repository', repository: undefined })).toMatchObject({ rejected: '/repository' });
    expect(of({ action: 'edited', changes: { name: { from: 'x' } } })).toEqual(ignored('team edited: no access to a repository changed'));
    expect(of({ action: 'deleted' })).toEqual(ignored('team deleted: no access to a repository changed'));
  });

  it.each([
    ['fixed', 'fixed'],
    ['dismissed', 'accepted'],
    ['auto_dismissed', 'accepted'],
  ])('a Dependabot alert that is %s is %s', (theirs, ours) => {
    const alert = changed('dependabot_alert.created.payload.json', 'dependabot_alert', (body) => (body.alert!.state = theirs));
    expect(alert).toMatchObject({ data: { status: ours } });
  });

  it('an alert without a known state, severity or time is refused', () => {
    const alert = (change: object): unknown => changed('dependabot_alert.created.payload.json', 'dependabot_alert', (body) => Object.assign(body.alert!, change));
    expect(alert({ state: 'snoozed' })).toMatchObject({ rejected: '/alert/state' });
    expect(alert({ security_vulnerability: { severity: 'unknown' } })).toMatchObject({ rejected: '/alert' });
    expect(alert({ created_at: 'today' })).toMatchObject({ rejected: '/alert/created_at' });
    expect(alert({ security_advisory: { ghsa_id: 'GHSA-1', cve_id: null } })).toMatchObject({ data: { finding: 'GHSA-1' } });
  });

  it('a code scanning alert has the time of what happened to it, and none when that is not said', () => {
    const alert = (action: string, change: object): unknown =>
      changed('code_scanning_alert.created.payload.json', 'code_scanning_alert', (body) => {
        Object.assign(body, { action });
        Object.assign(body.alert!, change);
      });
    expect(alert('fixed', { state: 'fixed', fixed_at: '2021-03-01T00:00:00Z' })).toMatchObject({ time: '2021-03-01T00:00:00.000Z', data: { status: 'fixed' } });
    expect(alert('created', { rule: { id: 'r', severity: null } })).toMatchObject({ data: { severity: 'high' } });
    expect(alert('created', { rule: { id: 'r', severity: 'none' } })).toMatchObject({ data: { severity: 'low' } });
    expect(alert('created', { state: null })).toEqual(ignored('code_scanning_alert without a state: it lies outside of the default branch'));
    expect(alert('reopened', {})).toMatchObject({ time: 'none given', data: { status: 'open' } });
    expect(alert('created', { rule: { id: 'r', severity: 'note', security_severity_level: 'critical' } })).toMatchObject({ data: { severity: 'critical' } });
  });

  it('a leaked secret is open until somebody resolved it', () => {
    const alert = (action: string, change: object): unknown =>
      changed('secret_scanning_alert.reopened.payload.json', 'secret_scanning_alert', (body) => {
        Object.assign(body, { action });
        Object.assign(body.alert!, change);
      });
    expect(alert('created', { created_at: '2026-01-01T00:00:00Z' })).toMatchObject({ time: '2026-01-01T00:00:00.000Z', data: { status: 'open' } });
    expect(alert('resolved', { resolved_at: '2026-01-02T00:00:00Z' })).toMatchObject({ data: { status: 'resolved', decidedAt: '2026-01-02T00:00:00Z' } });
    expect(alert('resolved', { resolved_at: null })).toMatchObject({ time: 'none given', data: { status: 'resolved' } });
    expect(alert('validated', {})).toEqual(ignored('secret_scanning_alert validated: its state did not change'));
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
