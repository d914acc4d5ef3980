import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import type { Headers } from '../format.js';
import { contentId, shortened } from '../reading/event-id.js';
import { ignored, type ItemResult, MAX_ATTRIBUTE_BYTES, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';
import { instantOf, ReportEvents, scanned, text, under, vulnerability } from '../scanners/reports.js';
import { aboutLicence } from './issues.js';

const snapshotBody = z.object({
  project: z.object({ id: z.string().min(1).max(128), name: z.string().min(1), lastTestedDate: text, totalDependencies: z.number().int().nonnegative().nullish() }),
  org: z.object({ slug: text, id: text }).nullish(),
  newIssues: z.array(z.unknown()).nullish(),
  removedIssues: z.array(z.unknown()).nullish(),
});
type Snapshot = z.infer<typeof snapshotBody>;

const issueBody = z.object({
  id: z.string().min(1).max(256),
  issueType: text,
  pkgName: z.string().min(1),
  issueData: z.object({ severity: text }),
  isIgnored: z.boolean().nullish(),
  isPatched: z.boolean().nullish(),
});

const KIND = 'x-snyk-event';

/** Undefined when the record is no webhook of Snyk. */
export function webhookResults(record: JsonObject, headers: Headers): readonly ItemResult[] | undefined {
  const kind = headers[KIND];
  if (isPing(headers)) return [ignored('ping: the webhook works')];
  if (kind === undefined && !Array.isArray(record.newIssues) && !Array.isArray(record.removedIssues)) return undefined;
  if (kind !== undefined && kind !== 'project_snapshot/v0') return [ignored(`${kind.slice(0, 100)}: no event type of the catalogue says it`)];
  const fields = fieldsOf(snapshotBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  return snapshotResults(fields.value, record, headers);
}

export const isPing = (headers: Headers): boolean => (headers[KIND] ?? '').startsWith('ping/');

function snapshotResults(snapshot: Snapshot, record: JsonObject, headers: Headers): readonly ItemResult[] {
  const { project, newIssues, removedIssues } = snapshot;
  const time = timeOf(project.lastTestedDate, headers);
  if ('kind' in time) return [time];
  const id = [project.id, project.lastTestedDate ?? '', contentId(record)];
  const context: Context = { events: new ReportEvents({ source: sourceOf(snapshot), id, timeMs: time.ms }), project: shortened(project.name, 512), timeMs: time.ms };
  const looked = project.totalDependencies !== 0;
  return [
    context.events.eventOf(scanned('snyk', context.project, looked)),
    ...(newIssues ?? []).map((issue, at) => issueOf(issue, { ...context, pointer: `/newIssues/${at}`, isNew: true })),
    ...(removedIssues ?? []).map((issue, at) => (looked ? issueOf(issue, { ...context, pointer: `/removedIssues/${at}`, isNew: false }) : GONE)),
  ];
}

const GONE = ignored('removed from a project without any dependency: nothing in it was recognised, so nothing is known');

/** The time in the body is signed, the one in the header is not: who sends a body again cannot give it another time. */
function timeOf(signed: string | null | undefined, headers: Headers): ItemResult | { readonly ms: number | undefined } {
  const isSigned = typeof signed === 'string' && signed !== '';
  const written = isSigned ? signed : (headers['x-snyk-timestamp'] ?? '');
  const ms = written === '' ? undefined : instantOf(written);
  if (written === '' || ms !== undefined) return { ms };
  return isSigned ? rejected('/project/lastTestedDate', 'is no instant') : rejected('', 'the header X-Snyk-Timestamp is no instant');
}

const sourceOf = ({ org }: Snapshot): string => `snyk/${encodeURIComponent((org?.slug ?? org?.id ?? 'webhook').slice(0, 100).toWellFormed())}`;

interface Context {
  readonly events: ReportEvents;
  readonly project: string;
  readonly timeMs: number | undefined;
}

interface Listed extends Context {
  readonly pointer: string;
  readonly isNew: boolean;
}

function issueOf(found: unknown, { events, project, timeMs, pointer, isNew }: Listed): ItemResult {
  const fields = fieldsOf(issueBody, found);
  if (!fields.ok) return under(pointer, fields.error);
  const { id, issueType, pkgName, issueData, isIgnored, isPatched } = fields.value;
  if (issueType === 'license') return aboutLicence(id);
  const asset = shortened(`${project}/${pkgName}`, MAX_ATTRIBUTE_BYTES.subject);
  const isAccepted = isIgnored === true || isPatched === true;
  const status = isAccepted ? 'accepted' : isNew ? 'open' : 'fixed';
  const told = vulnerability({ finding: id, asset, severity: issueData.severity, status });
  // Snyk keeps the snapshot before: what is new in this one was not there, so this is when it saw it first.
  const age = isNew && timeMs !== undefined ? { firstSeenAt: new Date(timeMs).toISOString() } : {};
  return events.eventOf({ ...told, key: [isNew ? 'new' : 'removed', id, asset], data: { ...told.data, ...age } });
}
