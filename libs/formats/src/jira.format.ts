import { BASIC, BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { issueEvents } from './jira/issue.js';
import { JIRA_SIGNATURE } from './jira/signature.js';
import { readRecords } from './reading/records.js';

/** One change a request. */
const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 1 };

export const jira: Format = {
  id: 'jira',
  title: 'Jira webhooks (Cloud and Data Center)',
  contentTypes: ['application/json'],
  limits: LIMITS,
  authentication: [JIRA_SIGNATURE, BEARER, BASIC],
  words: [
    { theirs: 'issue created, updated', ours: 'ticket.updated', why: 'the state that it has now, also when nothing visible changed' },
    { theirs: 'status category new, indeterminate, done', ours: 'phase open, in-progress, done', why: 'the same' },
    { theirs: 'no status category, or another', ours: 'phase unknown', why: 'we do not guess from the name' },
    { theirs: 'issue deleted', ours: 'ticket.updated, phase deleted', why: 'it is gone, which is neither done nor cancelled; a task or an incident stays open' },
    { theirs: 'issue type Incident', ours: 'incident.updated too', why: 'status in small letters, so that open, resolved and closed are known' },
    { theirs: 'an incident that a person takes out of its first state', ours: 'decidedAt', why: 'somebody took it up; an app is no person' },
    { theirs: 'an issue with assignee and due date', ours: 'task.updated too', why: 'its kind is the issue type in small letters with hyphens, such as control-task' },
    { theirs: 'done with a resolution such as Won’t Do, Duplicate, Declined', ours: 'task.updated cancelled', why: 'it ended, but was not done' },
    { theirs: 'priority Highest, High, Medium, Low, Lowest', ours: 'critical, high, medium, low, informational', why: 'the same order; Blocker, Major, Minor and Trivial likewise' },
    { theirs: 'no priority, or another', ours: 'high', why: 'we do not guess that it is less' },
    { theirs: 'comments, worklogs, sprints, versions, users', ours: 'ignored', why: 'the state of no issue changed' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      timestamp: 1769860800321,
      webhookEvent: 'jira:issue_updated',
      issue_event_type_name: 'issue_generic',
      user: { accountId: '5c5f880629be9642ba529340', displayName: 'Bea' },
      issue: {
        id: '10040',
        key: 'CTL-41',
        fields: {
          issuetype: { name: 'Control Task' },
          status: { name: 'Done', statusCategory: { key: 'done' } },
          resolution: { name: 'Done' },
          assignee: { accountId: '5cedcb4355a88a0fc86388ba' },
          duedate: '2026-02-02',
        },
      },
      changelog: { id: '10228', items: [{ field: 'status', fromString: 'In Progress', toString: 'Done' }] },
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const identifier = request.headers['x-atlassian-webhook-identifier'];
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', map: (record) => issueEvents(record, identifier) });
}
