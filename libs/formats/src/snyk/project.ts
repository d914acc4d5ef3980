import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { contentId, shortened } from '../reading/event-id.js';
import { ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { fieldsOf } from '../reading/schema.js';
import { checkResult, ReportEvents, scanned, text, under } from '../scanners/reports.js';
import { Issues } from './issues.js';

const count = z.number().int().nonnegative().nullish();
const projectBody = z.object({
  ok: z.boolean().nullish(),
  projectName: text,
  displayTargetFile: text,
  targetFile: text,
  path: text,
  dependencyCount: count,
  uniqueCount: count,
  docker: z.object({ image: text }).nullish(),
  vulnerabilities: z.array(z.unknown()).nullish(),
  infrastructureAsCodeIssues: z.array(z.unknown()).nullish(),
  filtered: z.object({ ignore: z.array(z.unknown()).nullish(), patch: z.array(z.unknown()).nullish() }).nullish(),
  applications: z.array(z.unknown()).nullish(),
});
type Project = z.infer<typeof projectBody>;

const failedBody = z.object({ ok: z.literal(false), error: z.union([z.string(), z.record(z.string(), z.unknown())]), path: text, projectName: text });

const configBody = z.object({
  id: z.string().min(1),
  title: text,
  severity: text,
  isIgnored: z.boolean().nullish(),
  path: z.array(z.union([z.string(), z.number()])).nullish(),
  resource: text,
});

/** What the CLI cannot say of itself: when it ran, and of which system it spoke. */
export interface Run {
  readonly system: string;
  readonly timeMs: number | undefined;
}

interface Scan {
  readonly artifact: string;
  readonly events: ReportEvents;
  readonly pointer: string;
}

export const isProject = (record: JsonObject): boolean => typeof record.ok === 'boolean' || isUnmanaged(record);

/** Of unmanaged code Snyk writes no `ok`; then only what is listed says something. */
const isUnmanaged = ({ ok, packageManager, vulnerabilities }: JsonObject): boolean =>
  ok === undefined && typeof packageManager === 'string' && Array.isArray(vulnerabilities) && vulnerabilities.length > 0;

/** One project as `snyk test`, `snyk container test` and `snyk iac test` write it with `--json`. */
export function projectResults(record: JsonObject, run: Run): readonly ItemResult[] {
  const failed = fieldsOf(failedBody, record);
  if (failed.ok) return [failure(failed.value, record, run)];
  const fields = fieldsOf(projectBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const project = fields.value;
  const artifact = artifactOf(project, run.system);
  const events = new ReportEvents({ source: sourceOf(project), id: idOf(artifact, record, run), timeMs: run.timeMs });
  return [
    ...testOf(project, { artifact, events, pointer: '' }),
    ...(project.applications ?? []).flatMap((one, at) => applicationResults(one, { artifact, events, pointer: `/applications/${at}` })),
  ];
}

/** A file has no time: when the sender names none, what it says tells it from another one. */
function idOf(artifact: string, record: JsonObject, { timeMs }: Run): readonly string[] {
  return [artifact, ...(timeMs === undefined ? [] : [new Date(timeMs).toISOString()]), contentId(record)];
}

function failure({ path, projectName }: z.infer<typeof failedBody>, record: JsonObject, run: Run): ItemResult {
  const artifact = shortened(firstOf(projectName, path) ?? run.system, 512);
  const told = scanned('snyk', artifact, false);
  const events = new ReportEvents({ source: 'snyk/cli', id: idOf(artifact, record, run), timeMs: run.timeMs });
  return events.eventOf({ ...told, data: { ...told.data, outcome: 'failure' } });
}

const firstOf = (...names: readonly (string | null | undefined)[]): string | undefined => names.find((name) => typeof name === 'string' && name !== '') ?? undefined;

/** An image is named by its reference, a project by its name and its manifest. */
function artifactOf({ docker, projectName, path, displayTargetFile, targetFile, infrastructureAsCodeIssues }: Project, system: string): string {
  const isImage = docker !== undefined && docker !== null;
  const name = isImage ? firstOf(docker.image, path, projectName) : firstOf(projectName, path);
  const file = isImage ? undefined : firstOf(displayTargetFile, targetFile);
  const isWholeName = file !== undefined && infrastructureAsCodeIssues !== undefined && name === file;
  return shortened([name ?? system, ...(file === undefined || isWholeName ? [] : [file])].join('/'), 512);
}

function sourceOf({ docker, infrastructureAsCodeIssues }: Project): string {
  if (Array.isArray(infrastructureAsCodeIssues)) return 'snyk/iac';
  return isObject(docker) ? 'snyk/container' : 'snyk/cli';
}

/** Packages of applications that lie in an image. */
function applicationResults(record: unknown, outer: Scan): readonly ItemResult[] {
  const fields = fieldsOf(projectBody, record);
  if (!fields.ok) return [under(outer.pointer, fields.error)];
  const place = firstOf(fields.value.displayTargetFile, fields.value.targetFile, fields.value.projectName) ?? 'application';
  return testOf(fields.value, { ...outer, artifact: shortened(`${outer.artifact}/${place.replace(/^\/+/, '')}`, 512) });
}

function testOf(project: Project, scan: Scan): readonly ItemResult[] {
  const { vulnerabilities, infrastructureAsCodeIssues, filtered } = project;
  const issues = new Issues(scan.artifact);
  const found = [
    ...issues.listed(vulnerabilities ?? [], `${scan.pointer}/vulnerabilities`, 'open'),
    ...issues.listed(filtered?.ignore ?? [], `${scan.pointer}/filtered/ignore`, 'accepted'),
    ...issues.listed(filtered?.patch ?? [], `${scan.pointer}/filtered/patch`, 'accepted'),
  ].map((one) => ('kind' in one ? one : scan.events.eventOf(one)));
  const configured = (infrastructureAsCodeIssues ?? []).map((one, at) => misconfiguration(one, { ...scan, pointer: `${scan.pointer}/infrastructureAsCodeIssues/${at}` }));
  return [coverage(project, scan), ...found, ...configured, ...lost(project, scan.pointer)];
}

/** `ok: true` of nothing is no result: without dependencies nothing was recognised that could have been looked at. */
function coverage(project: Project, { artifact, events }: Scan): ItemResult {
  const looked = (isLooked: boolean): ItemResult => events.eventOf({ ...scanned('snyk', artifact, isLooked), key: ['scan', artifact] });
  const { vulnerabilities, infrastructureAsCodeIssues: configured, dependencyCount } = project;
  if ((vulnerabilities ?? configured ?? []).length > 0) return looked(true);
  if (project.ok !== true) return ignored('not ok, but nothing is listed: what was found is not told');
  if (Array.isArray(configured)) return looked(true);
  if (typeof dependencyCount !== 'number') return ignored('how many dependencies were looked at is not told, so an empty list says nothing');
  return looked(dependencyCount > 0);
}

/** Snyk counts the vulnerabilities that it lists; where fewer are listed some were lost on the way. */
function lost({ vulnerabilities, uniqueCount }: Project, pointer: string): ItemResult[] {
  const ids = new Set((vulnerabilities ?? []).map((one) => (isObject(one) ? one.id : undefined)));
  const told = uniqueCount ?? 0;
  return told > ids.size ? [rejected(`${pointer}/uniqueCount`, `says ${told}, but ${ids.size} are listed; send the report whole`)] : [];
}

/** Only what failed is listed; a check that passed has no name here. */
function misconfiguration(found: unknown, { artifact, events, pointer }: Scan): ItemResult {
  const fields = fieldsOf(configBody, found);
  if (!fields.ok) return under(pointer, fields.error);
  const { id: rule, title, severity, isIgnored, path, resource } = fields.value;
  const place = firstOf(resource, path?.join('.'));
  const named = shortened(place === undefined ? artifact : `${artifact}/${place}`, 1_024);
  return events.eventOf({ key: [rule, named], ...checkResult({ rule, resource: named, outcome: 'fail', suppressed: isIgnored === true, severity, title }) });
}
