import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Verification } from './format.js';
import { jira } from './jira.format.js';
import { JIRA_SIGNATURE } from './jira/signature.js';
import { sampleBytes, sampleFiles, send, sendSample, shown, type Shown } from './samples.testkit.js';

const COMMENT = [{ index: 0, ignored: 'comment_created: the state of no issue changed' }];
const ticket = (id: string, time: string, data: { readonly id: string; readonly [name: string]: unknown }): object => ({
  index: 0,
  id,
  source: 'jira',
  type: 'ticket.updated',
  subject: data.id,
  time,
  data,
});

const EXPECTED: Record<string, object[]> = {
  'webhook-cloud-comment-created.json': COMMENT,
  'webhook-server-comment-created.json': COMMENT,
  'webhook-cloud-issue-created-many-fields.json': [
    ticket('jira:issue_created@1566935004475@10509@11627', '2019-08-27T19:43:24.475Z', {
      id: 'KT-22',
      kind: 'task',
      status: 'to do',
      phase: 'open',
      owner: '5cedcb4355a88a0fc86388ba',
      by: '5cedcb4355a88a0fc86388ba',
      changed: ['assignee', 'MJK - Radio Buttons', 'MJK - Select List 3', 'description', 'Fix Version', 'priority', 'reporter', 'Status', 'summary'],
    }),
  ],
  'webhook-cloud-issue-updated-custom-field.json': [
    ticket('jira:issue_updated@1565574553414@10368@11479', '2019-08-12T01:49:13.414Z', {
      id: 'TES-14',
      kind: 'story',
      status: 'to do',
      phase: 'open',
      owner: '5cedcb4355a88a0fc86388ba',
      by: '5cedcb4355a88a0fc86388ba',
      changed: ['MJK - Number Field'],
    }),
  ],
  'webhook-issue-assigned-empty-changelog.json': [
    ticket('jira:issue_updated@1724179662935@10001@10500', '2024-08-20T18:47:42.935Z', {
      id: 'TEST-123',
      kind: 'task',
      status: 'to do',
      phase: 'open',
      owner: '789012',
      by: '123456',
      changed: [],
    }),
  ],
  'webhook-issue-deleted.json': [
    ticket('jira:issue_deleted@1562177136176@10303@', '2019-07-03T18:05:36.176Z', {
      id: 'IDT-19',
      kind: 'task',
      status: 'to do',
      phase: 'deleted',
      by: '5c5f880629be9642ba529340',
      changed: [],
    }),
  ],
  'webhook-issue-updated-resolved.json': [
    ticket('jira:issue_updated@1550286940507@10040@10228', '2019-02-16T03:15:40.507Z', {
      id: 'TES-41',
      kind: 'story',
      status: 'done',
      phase: 'done',
      statusBefore: 'in progress',
      resolution: 'done',
      by: '5c5f880629be9642ba529340',
      changed: ['resolution', 'status'],
    }),
  ],
  'webhook-server-issue-updated-closed.json': [
    ticket('jira:issue_updated@1565752078358@10300@10511', '2019-08-14T03:07:58.358Z', {
      id: 'TES-4',
      kind: 'bug',
      status: 'closed',
      phase: 'done',
      statusBefore: 'resolved',
      resolution: 'done',
      owner: 'admin',
      by: 'admin',
      changed: ['status'],
    }),
  ],
  'incident.json': [
    ticket('jira:issue_updated@1769860800321@10050@10300', '2026-01-31T12:00:00.321Z', {
      id: 'OPS-7',
      kind: '[system] incident',
      status: 'work in progress',
      phase: 'in-progress',
      statusBefore: 'open',
      owner: '5cedcb4355a88a0fc86388ba',
      by: '5c5f880629be9642ba529340',
      changed: ['status'],
    }),
    {
      index: 0,
      id: 'jira:issue_updated@1769860800321@10050@10300#incident',
      source: 'jira',
      type: 'incident.updated',
      subject: 'OPS-7',
      time: '2026-01-31T12:00:00.321Z',
      data: { id: 'OPS-7', severity: 'critical', status: 'work in progress', decidedAt: '2026-01-31T12:00:00.321Z' },
    },
  ],
  'broken.duedate.json': [
    ticket('jira:issue_created@1769860800321@10051@10301', '2026-01-31T12:00:00.321Z', {
      id: 'CTL-8',
      kind: 'control task',
      status: 'to do',
      phase: 'open',
      owner: '5cedcb4355a88a0fc86388ba',
      by: '5c5f880629be9642ba529340',
      changed: [],
    }),
    { index: 0, rejected: '/issue/fields/duedate', message: 'is no date' },
  ],
};

describe('the samples of Jira', () => {
  it('are all written out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('jira'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(jira, file))).toEqual(EXPECTED[file]);
  });
});

const SAMPLE = JSON.parse(jira.sample.body) as { issue: { fields: object }; user: object };
const all = (fields: object, change: object = {}): Shown[] =>
  shown(send(jira, JSON.stringify({ ...SAMPLE, issue: { ...SAMPLE.issue, fields: { ...SAMPLE.issue.fields, ...fields } }, ...change })));

describe('an issue of Jira', () => {
  it('has the id of its header, that every attempt repeats', () => {
    const ids = shown(send(jira, jira.sample.body, { headers: { 'x-atlassian-webhook-identifier': 'w-1' } })).map((item) => ('id' in item ? item.id : ''));
    expect(ids).toEqual(['w-1', 'w-1#task']);
  });

  it.each([
    ['new', 'open'],
    ['indeterminate', 'in-progress'],
    ['done', 'done'],
    ['undefined', 'unknown'],
    [null, 'unknown'],
  ])('of the status category %s is %s', (key, phase) => {
    expect(all({ status: { name: 'Whatever', statusCategory: { key } } })[0]).toMatchObject({ data: { phase, status: 'whatever' } });
  });

  it('without what it needs is refused', () => {
    expect(all({ status: null })).toMatchObject([{ rejected: '/issue/fields/status' }]);
    expect(all({}, { timestamp: 1769860800 })).toMatchObject([{ rejected: '/timestamp' }]);
    expect(shown(send(jira, '{}'))).toMatchObject([{ rejected: '/webhookEvent' }]);
  });
});

describe('a task of Jira', () => {
  const taskOf = (fields: object, change: object = {}): Shown | undefined => all(fields, change)[1];

  it('has an owner and a day by whose end it is due', () => {
    expect(taskOf({})).toMatchObject({ type: 'task.updated', subject: 'CTL-41', data: { id: 'CTL-41', kind: 'control-task', owner: '5cedcb4355a88a0fc86388ba', status: 'done', dueAt: '2026-02-02T23:59:59.000Z' } });
    expect(taskOf({ duedate: null })).toBeUndefined();
    expect(taskOf({ assignee: null })).toBeUndefined();
  });

  it.each(["Won't Do", 'Won’t Do', 'Duplicate', 'Declined', 'Cannot Reproduce'])('that ended as %s was not done', (name) => {
    expect(taskOf({ resolution: { name } })).toMatchObject({ data: { status: 'cancelled' } });
  });

  it('is done only by its status category, and not by being deleted', () => {
    expect(taskOf({ status: { name: 'Done', statusCategory: null } })).toMatchObject({ data: { status: 'open' } });
    expect(taskOf({ status: { name: 'Done', statusCategory: { key: 'new' } } })).toMatchObject({ data: { status: 'open' } });
    expect(taskOf({}, { webhookEvent: 'jira:issue_deleted' })).toBeUndefined();
  });
});

describe('an incident of Jira', () => {
  const incidentOf = (fields: object, change: object = {}): Shown | undefined => all({ issuetype: { name: 'Incident' }, ...fields }, change)[1];

  it.each([
    ['Blocker', 'critical'],
    ['High', 'high'],
    ['Medium', 'medium'],
    ['Minor', 'low'],
    ['Lowest', 'informational'],
    ['Urgent', 'high'],
  ])('of priority %s is %s', (name, severity) => {
    expect(incidentOf({ priority: { name } })).toMatchObject({ type: 'incident.updated', data: { severity, status: 'done' } });
  });

  it('is decided by a person who moves it on, and by nothing else', () => {
    expect(incidentOf({})).toHaveProperty('data.decidedAt', '2026-01-31T12:00:00.321Z');
    expect(incidentOf({}, { user: { ...SAMPLE.user, accountType: 'app' } })).not.toHaveProperty('data.decidedAt');
    expect(incidentOf({}, { user: null })).not.toHaveProperty('data.decidedAt');
    expect(incidentOf({}, { changelog: null })).not.toHaveProperty('data.decidedAt');
    expect(incidentOf({ status: { name: 'Open', statusCategory: { key: 'new' } } })).not.toHaveProperty('data.decidedAt');
  });
});

describe('the signature of Jira', () => {
  const body = sampleBytes('jira', 'webhook-issue-deleted.json');
  const signed = (secret: string): string => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const check = (header: string | undefined): Verification | undefined => JIRA_SIGNATURE.verify?.({ headers: { 'x-hub-signature': header }, rawBody: body, nowMs: 0 }, ['old', 'new', '']);

  it('fits the raw body with one of the secrets, and nothing else', () => {
    expect(check(signed('new'))).toEqual({ verified: true });
    expect(check(signed('old'))).toEqual({ verified: true });
    expect(check(signed('other'))).toMatchObject({ verified: false });
    expect(check('sha1=abc')).toMatchObject({ verified: false });
    expect(check(undefined)).toMatchObject({ verified: false });
  });
});
