import type { Json, JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { contentId } from '../reading/event-id.js';
import { ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { fieldsOf } from '../reading/schema.js';
import { checkResult, endOfSupport, instantOf, type Report, ReportEvents, scanned, secret, text, type Told, under, vulnerability } from '../scanners/reports.js';

export const METADATA = z.object({ OS: z.object({ Family: text, Name: text, EOSL: z.boolean().nullish() }).nullish() }).nullish();

const reportBody = z.object({
  ArtifactName: z.string().min(1).max(512),
  ArtifactID: text,
  ArtifactType: text,
  CreatedAt: text,
  Metadata: METADATA,
  Results: z.array(z.unknown()).nullish(),
});

const count = z.number().int().nonnegative();
const resultBody = z.object({
  Target: z.string(),
  Class: text,
  Vulnerabilities: z.array(z.unknown()).nullish(),
  Misconfigurations: z.array(z.unknown()).nullish(),
  Secrets: z.array(z.unknown()).nullish(),
  MisconfSummary: z.object({ Failures: count }).nullish(),
  ExperimentalModifiedFindings: z.array(z.unknown()).nullish(),
});

const vulnerabilityBody = z.object({
  VulnerabilityID: z.string().min(1).max(256),
  PkgName: z.string().min(1),
  PkgPath: text,
  InstalledVersion: text,
  Severity: text,
  Status: text,
});

const misconfigurationBody = z.object({
  ID: z.string().min(1),
  Title: text,
  Severity: text,
  Status: z.string(),
  CauseMetadata: z.object({ Resource: text, StartLine: z.number().nullish() }).nullish(),
});

const secretBody = z.object({ RuleID: z.string().min(1), Severity: text, StartLine: z.number().nullish() });
const modifiedBody = z.object({ Type: z.string(), Finding: z.record(z.string(), z.unknown()) });

export interface Scan {
  readonly artifact: string;
  readonly events: ReportEvents;
}

interface Target {
  readonly scan: Scan;
  readonly pointer: string;
  /** The artifact, and where in it; the operating system of an image is the image. */
  readonly place: string;
  /** Taken off the list by an ignore file or a VEX document. */
  readonly modified: boolean;
}

export const isReport = (record: JsonObject): boolean => ['ArtifactName', 'SchemaVersion', 'Results'].some((name) => Object.hasOwn(record, name));

/** What `trivy --format json` writes about one artifact. */
export function reportResults(record: JsonObject, scannedMs: number | undefined): readonly ItemResult[] {
  const fields = fieldsOf(reportBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const body = fields.value;
  const written = body.CreatedAt ?? undefined;
  const timeMs = written === undefined ? scannedMs : instantOf(written);
  if (written !== undefined && timeMs === undefined) return [rejected('/CreatedAt', 'is no instant')];
  const artifact = body.ArtifactName;
  // Until 0.48 Trivy wrote no time: then only what a report says tells it from another one.
  const version = written === undefined ? [contentId(record), ...(timeMs === undefined ? [] : [String(timeMs)])] : [written];
  const report: Report = { source: `trivy/${encodeURIComponent(body.ArtifactType ?? 'artifact').slice(0, 200)}`, id: [artifact, body.ArtifactID ?? '', ...version], timeMs };
  return artifactResults(body, { artifact, events: new ReportEvents(report) }, '');
}

/** Until 0.19 Trivy wrote its results alone, and the artifact with its system into the target of the first. */
export const isLoneResult = ({ Target, Type, Vulnerabilities }: JsonObject): boolean =>
  typeof Target === 'string' && Target !== '' && (typeof Type === 'string' || (Array.isArray(Vulnerabilities) && Vulnerabilities.length > 0));

export function loneResult(record: JsonObject, scannedMs: number | undefined): readonly ItemResult[] {
  const artifact = (record.Target as string).replace(/ \([^()]{1,100}\)$/, '');
  return reportResults({ ArtifactName: artifact, Results: [{ ...record, Class: 'os-pkgs' }] }, scannedMs);
}

type Looked = Pick<z.infer<typeof reportBody>, 'Metadata' | 'Results'>;

/** What was found in one artifact; `pointer` leads to it. */
export function artifactResults({ Metadata, Results }: Looked, scan: Scan, pointer: string): readonly ItemResult[] {
  const results = Results ?? [];
  const about = (told: Told): ItemResult => scan.events.eventOf(pointer === '' ? told : { ...told, key: [...told.key, scan.artifact] });
  return [
    about(scanned('trivy', scan.artifact, results.length > 0)),
    ...(Metadata?.OS?.EOSL === true ? [about(endOfSupport(scan.artifact))] : []),
    ...results.flatMap((result, at) => targetResults(scan, result, `${pointer}/Results/${at}`)),
  ];
}

function targetResults(scan: Scan, result: unknown, pointer: string): readonly ItemResult[] {
  const fields = fieldsOf(resultBody, result);
  if (!fields.ok) return [under(pointer, fields.error)];
  const body = fields.value;
  const place = body.Class === 'os-pkgs' || body.Target === '' ? scan.artifact : `${scan.artifact}/${body.Target}`;
  const target: Target = { scan, pointer, place, modified: false };
  return [
    ...each(target, 'Vulnerabilities', body.Vulnerabilities, vulnerabilityOf),
    ...each(target, 'Misconfigurations', body.Misconfigurations, misconfigurationOf),
    ...each(target, 'Secrets', body.Secrets, secretOf),
    ...each(target, 'ExperimentalModifiedFindings', body.ExperimentalModifiedFindings, modifiedOf),
    ...lostFailures(body.Misconfigurations ?? [], body.MisconfSummary?.Failures, pointer),
  ];
}

type Mapper = (found: JsonObject, target: Target) => ItemResult;

function each(target: Target, name: string, found: readonly unknown[] | null | undefined, map: Mapper): ItemResult[] {
  return (found ?? []).map((one, at) => {
    const pointer = `${target.pointer}/${name}/${at}`;
    return isObject(one) ? map(one, { ...target, pointer }) : rejected(pointer, 'expected an object');
  });
}

/** A status of `fixed` says that a newer package exists, not that this artifact has it: what is listed is there. */
function vulnerabilityOf(found: JsonObject, { scan, pointer, place, modified }: Target): ItemResult {
  const fields = fieldsOf(vulnerabilityBody, found);
  if (!fields.ok) return under(pointer, fields.error);
  const { VulnerabilityID: finding, PkgName, PkgPath, InstalledVersion, Severity, Status } = fields.value;
  const asset = [place, PkgPath ?? '', PkgName].filter((part) => part !== '').join('/');
  const status = modified || Status === 'not_affected' ? 'accepted' : 'open';
  return scan.events.eventOf({ key: [finding, asset, InstalledVersion ?? ''], ...vulnerability({ finding, asset, severity: Severity, status }) });
}

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['PASS', 'pass'],
  ['FAIL', 'fail'],
]);

function misconfigurationOf(found: JsonObject, { scan, pointer, place, modified }: Target): ItemResult {
  const fields = fieldsOf(misconfigurationBody, found);
  if (!fields.ok) return under(pointer, fields.error);
  const { ID, Title, Severity, Status, CauseMetadata } = fields.value;
  const resource = [place, CauseMetadata?.Resource ?? ''].filter((part) => part !== '').join('/');
  const suppressed = modified || Status === 'EXCEPTION';
  const outcome = OUTCOMES.get(Status) ?? 'unknown';
  const check = { rule: ID, resource, outcome: suppressed && outcome === 'pass' ? 'unknown' : outcome, suppressed, severity: Severity, title: Title };
  return scan.events.eventOf({ key: [ID, resource, String(CauseMetadata?.StartLine ?? '')], ...checkResult(check) });
}

function secretOf(found: JsonObject, { scan, pointer, place, modified }: Target): ItemResult {
  const fields = fieldsOf(secretBody, found);
  if (!fields.ok) return under(pointer, fields.error);
  if (modified) return ignored(`secret ${fields.value.RuleID.slice(0, 100)} was taken off the list: nothing is open`);
  const { RuleID: rule, Severity: severity, StartLine } = fields.value;
  return scan.events.eventOf({ key: ['secret', rule, place, String(StartLine ?? '')], ...secret({ place: StartLine === undefined || StartLine === null ? place : `${place}:${StartLine}`, rule, severity }) });
}

/** `--show-suppressed` lists what an ignore file or a VEX document took off: an exception that somebody claims. */
function modifiedOf(found: JsonObject, target: Target): ItemResult {
  const fields = fieldsOf(modifiedBody, found);
  if (!fields.ok) return under(target.pointer, fields.error);
  const map = MODIFIED.get(fields.value.Type);
  if (map === undefined) return ignored(`${fields.value.Type.slice(0, 100)}: no event type of the catalogue says it`);
  return map(found.Finding as JsonObject, { ...target, pointer: `${target.pointer}/Finding`, modified: true });
}

const MODIFIED: ReadonlyMap<string, Mapper> = new Map([
  ['vulnerability', vulnerabilityOf],
  ['misconfiguration', misconfigurationOf],
  ['secret', secretOf],
]);

/** Trivy counts the failures that it lists; where fewer are listed some were lost on the way. */
function lostFailures(found: readonly unknown[], told: number | undefined, pointer: string): ItemResult[] {
  const listed = found.filter((one) => isObject(one) && (one as { Status?: Json }).Status === 'FAIL').length;
  if (told === undefined || told === listed) return [];
  return [rejected(`${pointer}/MisconfSummary/Failures`, `says ${told}, but ${listed} are listed; send the report whole`)];
}
