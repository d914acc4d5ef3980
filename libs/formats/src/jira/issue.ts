import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId } from '../reading/event-id.js';
import { fromEpoch, parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();
const person = z.object({ accountId: text, name: text, key: text, accountType: text }).nullish();
const named = z.object({ name: text }).nullish();

const delivery = z.object({
  webhookEvent: z.string().min(1),
  timestamp: z.number().int(),
  user: person,
  issue: z.object({
    id: z.string().min(1),
    key: z.string().min(1).max(256),
    fields: z.object({
      issuetype: z.object({ name: z.string().min(1) }),
      status: z.object({ name: z.string().min(1), statusCategory: z.object({ key: text }).nullish() }),
      resolution: named,
      priority: named,
      assignee: person,
      duedate: text,
    }),
  }),
  changelog: z.object({ id: text, items: z.array(z.object({ field: z.string(), fromString: text })).nullish() }).nullish(),
});
type Delivery = z.infer<typeof delivery> & { readonly timeMs: number; readonly id: string };

const ISSUE = /^jira:issue_(created|updated|deleted)$/;

/** A change of an issue: always a ticket, and what it is besides. `identifier` is the header that every attempt repeats. */
export function issueEvents(record: JsonObject, identifier: string | undefined): readonly ItemResult[] {
  const { webhookEvent } = record;
  if (typeof webhookEvent !== 'string' || webhookEvent === '') return [rejected('/webhookEvent', 'expected the name of the event')];
  if (!ISSUE.test(webhookEvent)) return [ignored(`${webhookEvent.slice(0, 100)}: the state of no issue changed`)];
  const fields = fieldsOf(delivery, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const { timestamp } = fields.value;
  const timeMs = timestamp < 100_000_000_000 ? undefined : fromEpoch(timestamp);
  if (timeMs === undefined) return [rejected('/timestamp', 'is no time in milliseconds since 1970')];
  const told = { ...fields.value, timeMs, id: idOf(fields.value, identifier) };
  return [ticket(told), ...besides(told)];
}

function idOf({ webhookEvent, timestamp, issue, changelog }: z.infer<typeof delivery>, identifier: string | undefined): string {
  if (identifier !== undefined && identifier !== '') return eventId(identifier);
  return eventId(webhookEvent, String(timestamp), issue.id, changelog?.id ?? '');
}

const PHASES: ReadonlyMap<string, string> = new Map([
  ['new', 'open'],
  ['indeterminate', 'in-progress'],
  ['done', 'done'],
]);

const isDeleted = ({ webhookEvent }: Delivery): boolean => webhookEvent === 'jira:issue_deleted';
const phaseOf = (told: Delivery): string => (isDeleted(told) ? 'deleted' : (PHASES.get(told.issue.fields.status.statusCategory?.key ?? '') ?? 'unknown'));
/** Names of states and kinds are free text: without case they can be compared. */
const word = (name: string): string => name.toLowerCase().slice(0, 64);

function nameOf(who: z.infer<typeof person>): string | undefined {
  return [who?.accountId, who?.name, who?.key].find((name): name is string => typeof name === 'string' && name !== '')?.slice(0, 256);
}

function ticket(told: Delivery): ItemResult {
  const { issue, changelog } = told;
  const items = changelog?.items ?? [];
  const before = items.find(({ field }) => field.toLowerCase() === 'status')?.fromString;
  return event({
    ...base(told),
    id: told.id,
    type: 'ticket.updated',
    data: {
      id: issue.key,
      kind: word(issue.fields.issuetype.name),
      status: word(issue.fields.status.name),
      phase: phaseOf(told),
      ...given('statusBefore', before?.toLowerCase().slice(0, 64)),
      ...given('resolution', issue.fields.resolution?.name?.toLowerCase().slice(0, 64)),
      ...given('owner', nameOf(issue.fields.assignee)),
      ...given('by', nameOf(told.user)),
      changed: [...new Set(items.map(({ field }) => field.slice(0, 128)))].slice(0, 100),
    },
  });
}

const base = ({ issue, timeMs }: Delivery): { readonly source: string; readonly subject: string; readonly timeMs: number } => ({ source: 'jira', subject: issue.key, timeMs });
const given = (name: string, value: string | undefined): JsonObject => (value === undefined || value === '' ? {} : { [name]: value });

/** An incident, or a task with an owner and a due date. One that was deleted is neither done nor over. */
function besides(told: Delivery): readonly ItemResult[] {
  if (isDeleted(told)) return [];
  const { issuetype, duedate, assignee } = told.issue.fields;
  if (/^(\[system\] )?incident$/i.test(issuetype.name)) return [incident(told)];
  const owner = nameOf(assignee);
  return typeof duedate !== 'string' || duedate === '' || owner === undefined ? [] : [task(told, owner, duedate)];
}

const SEVERITIES: readonly (readonly [string, readonly string[]])[] = [
  ['critical', ['highest', 'blocker', 'critical', 'p1']],
  ['high', ['high', 'major', 'p2']],
  ['medium', ['medium', 'p3']],
  ['low', ['low', 'minor', 'p4']],
  ['informational', ['lowest', 'trivial', 'p5']],
];

function incident(told: Delivery): ItemResult {
  const { key, fields } = told.issue;
  const data = { id: key, severity: severityOf(fields.priority?.name), status: word(fields.status.name), ...(isDecided(told) ? { decidedAt: new Date(told.timeMs).toISOString() } : {}) };
  return event({ ...base(told), id: eventId(`${told.id}#incident`), type: 'incident.updated', data });
}

function severityOf(priority: string | null | undefined): string {
  const written = priority?.toLowerCase() ?? '';
  return SEVERITIES.find(([, words]) => words.includes(written))?.[0] ?? 'high';
}

/** A person who takes it out of its first state has decided; an app has not. */
function isDecided(told: Delivery): boolean {
  const moved = (told.changelog?.items ?? []).some(({ field }) => field.toLowerCase() === 'status');
  const byPerson = nameOf(told.user) !== undefined && told.user?.accountType !== 'app';
  return moved && byPerson && ['in-progress', 'done'].includes(phaseOf(told));
}

const NOT_DONE = ["won't do", "won't fix", 'wont do', 'wont fix', 'duplicate', 'cannot reproduce', 'declined', 'canceled', 'cancelled', 'rejected', 'incomplete', 'abandoned'];

/** Done is what the tool counts as done, and did not end in another way. A due date is over with its day, in UTC. */
function task(told: Delivery, owner: string, duedate: string): ItemResult {
  const { fields, key } = told.issue;
  const dueMs = parseRfc3339(`${duedate.slice(0, 20)}T23:59:59Z`);
  if (dueMs === undefined) return rejected('/issue/fields/duedate', 'is no date');
  const ended = phaseOf(told) === 'done';
  const cancelled = NOT_DONE.includes(fields.resolution?.name?.toLowerCase().replaceAll('’', "'") ?? '');
  const status = ended ? (cancelled ? 'cancelled' : 'done') : 'open';
  const data = { id: key, kind: word(fields.issuetype.name).replaceAll(/\s+/g, '-'), owner, status, dueAt: new Date(dueMs).toISOString() };
  return event({ ...base(told), id: eventId(`${told.id}#task`), type: 'task.updated', data });
}
