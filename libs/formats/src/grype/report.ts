import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { contentId, shortened } from '../reading/event-id.js';
import { ignored, type ItemResult, MAX_ATTRIBUTE_BYTES, rejected, rejectedBy } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { fieldsOf } from '../reading/schema.js';
import { endOfSupport, instantOf, ReportEvents, scanned, text, under, vulnerability } from '../scanners/reports.js';
import { type GrypeReport, reportBody } from './document.js';
import { hasAlert, type LookedAt, lookedAt } from './looked-at.js';

const imageBody = z.object({ userInput: text, tags: z.array(z.string()).nullish(), imageID: text, manifestDigest: text });

const matchBody = z.object({
  vulnerability: z.object({ id: z.string().min(1).max(256), severity: text }),
  relatedVulnerabilities: z.array(z.object({ severity: text })).nullish(),
  artifact: z.object({
    name: z.string().min(1),
    version: text,
    locations: z.array(z.object({ path: text })).nullish(),
  }),
});
type Match = z.infer<typeof matchBody>;

export const isReport = (record: JsonObject): boolean => Array.isArray(record.matches);

interface Scan {
  readonly artifact: string;
  readonly events: ReportEvents;
}

/** What `grype -o json` writes about one artifact. */
export function reportResults(record: JsonObject, system: string): readonly ItemResult[] {
  const fields = fieldsOf(reportBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const report = fields.value;
  const written = report.descriptor?.timestamp ?? '';
  const timeMs = written === '' ? undefined : instantOf(written);
  if (written !== '' && timeMs === undefined) return [rejected('/descriptor/timestamp', 'is no instant')];
  const { artifact, digest } = sourceOf(report, system);
  // Old versions write no time: then only what a report says tells it from another one.
  const id = [artifact, digest, written === '' ? contentId(record) : written];
  const scan: Scan = { artifact, events: new ReportEvents({ source: kindOf(report), id, timeMs }) };
  return [
    coverage(scan, lookedAt(report, timeMs)),
    ...(hasAlert(report, 'distro-eol') ? [scan.events.eventOf(endOfSupport(artifact))] : []),
    ...listed(scan, 'matches', report.matches, 'open'),
    ...listed(scan, 'ignoredMatches', report.ignoredMatches ?? [], 'accepted'),
  ];
}

const coverage = ({ artifact, events }: Scan, looked: LookedAt): ItemResult =>
  looked.known ? events.eventOf(scanned('grype', artifact, looked.covered)) : ignored(looked.reason);

const listed = (scan: Scan, name: string, found: readonly unknown[], status: Listed['status']): ItemResult[] =>
  found.map((match, at) => matchOf(match, { scan, pointer: `/${name}/${at}`, status }));

const kindOf = ({ source }: GrypeReport): string => `grype/${encodeURIComponent((source?.type ?? 'unknown').slice(0, 100).toWellFormed())}`;

/** An image is named as it was asked for; what is no image is named by its path; what is not named is the system of the feed. */
function sourceOf({ source }: GrypeReport, system: string): { readonly artifact: string; readonly digest: string } {
  const target = source?.target;
  if (typeof target === 'string' && target !== '' && target !== 'unknown') return { artifact: shortened(target, 512), digest: '' };
  const image = fieldsOf(imageBody, isObject(target) ? target : {});
  if (!image.ok) return { artifact: system, digest: '' };
  const { userInput, tags, imageID, manifestDigest } = image.value;
  const named = [userInput, tags?.[0], imageID, manifestDigest].find((name) => typeof name === 'string' && name !== '');
  const digest = [manifestDigest, imageID].find((name) => typeof name === 'string' && name !== '');
  return { artifact: shortened(named ?? system, 512), digest: digest ?? '' };
}

interface Listed {
  readonly scan: Scan;
  readonly pointer: string;
  readonly status: 'open' | 'accepted';
}

/** Whatever the state of its fix is: what is listed is in the artifact. */
function matchOf(found: unknown, { scan, pointer, status }: Listed): ItemResult {
  const fields = fieldsOf(matchBody, found);
  if (!fields.ok) return under(pointer, fields.error);
  const { artifact, vulnerability: known } = fields.value;
  // Without the place: that of many packages holds their version, and the next version would begin anew.
  const asset = shortened(`${scan.artifact}/${artifact.name}`, MAX_ATTRIBUTE_BYTES.subject);
  return scan.events.eventOf({
    key: [known.id, asset, artifact.version ?? '', artifact.locations?.[0]?.path ?? ''],
    ...vulnerability({ finding: known.id, asset, severity: severityOf(fields.value), status }),
  });
}

const RANKED = ['critical', 'high', 'medium', 'low', 'negligible'];

/** What its own source does not rate may be rated by another that knows the same vulnerability: then the worst of those. */
function severityOf({ vulnerability: known, relatedVulnerabilities }: Match): string {
  const own = known.severity?.toLowerCase() ?? '';
  const related = (relatedVulnerabilities ?? []).map(({ severity }) => severity?.toLowerCase() ?? '');
  const rated = RANKED.includes(own) ? own : RANKED.find((severity) => related.includes(severity));
  return rated === 'negligible' ? 'low' : (rated ?? 'unknown');
}
