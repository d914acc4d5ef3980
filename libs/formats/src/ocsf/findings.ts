import type { JsonObject } from '@tickmark/contracts';
import { toInstant } from '@tickmark/contracts';
import { FindingEvents } from '../prowler/finding.js';
import { ocsfFindings } from '../prowler/ocsf.js';
import { fromEpoch, parseRfc3339 } from '../reading/instant.js';
import { event, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { idOf, numberAt, objectsAt, type OcsfRecord, severityOf, sourceOf, textAt, TOO_MANY } from './record.js';

const CLOSE = 3;
const STATES: readonly (string | undefined)[] = ['unknown', 'new', 'in progress', 'suppressed', 'resolved', 'archived', 'deleted'];

const resourcesOf = (raw: JsonObject): readonly JsonObject[] => {
  const several = objectsAt(raw, 'resources');
  return several.length > 0 || raw.resource === undefined || raw.resource === null ? several : objectsAt({ one: [raw.resource] }, 'one');
};
const resourceName = (resource: JsonObject): string | undefined => textAt(resource, 'uid') ?? textAt(resource, 'name');

/** Compliance Finding, 2003. */
export function complianceFinding(record: OcsfRecord): readonly ItemResult[] {
  const { raw } = record;
  const rule = textAt(raw, 'compliance', 'control') ?? textAt(raw, 'finding_info', 'analytic', 'name') ?? textAt(raw, 'finding_info', 'title');
  if (rule === undefined) return [rejected('/compliance/control', 'names no rule')];
  const outcome = complianceOutcome(raw);
  return eachResource(record, (resource, common) =>
    event({
      ...common,
      type: 'config.finding',
      subject: resource,
      data: {
        rule: rule.slice(0, 256),
        resource,
        outcome,
        ...(isIn(raw, 'suppressed') ? { suppressed: true } : {}),
        ...given('severity', severityOf(raw)),
        ...given('title', textAt(raw, 'finding_info', 'title')?.slice(0, 1_024)),
        ...given('account', textAt(raw, 'cloud', 'account', 'uid')),
        ...given('region', textAt(raw, 'cloud', 'region')),
      },
    }),
  );
}

const COMPLIANCE_WORDS: ReadonlyMap<string, string> = new Map([
  ['pass', 'pass'],
  ['passed', 'pass'],
  ['fail', 'fail'],
  ['failed', 'fail'],
]);
const COMPLIANCE_IDS: ReadonlyMap<number, string> = new Map([
  [1, 'pass'],
  [3, 'fail'],
]);

/** The number is the standard's, the word the producer's: where both stand and differ, nobody knows. */
function complianceOutcome(raw: JsonObject): string {
  const id = numberAt(raw, 'compliance', 'status_id');
  const word = textAt(raw, 'compliance', 'status');
  const claims = [
    ...(id === undefined ? [] : [COMPLIANCE_IDS.get(id) ?? 'unknown']),
    ...(word === undefined ? [] : [COMPLIANCE_WORDS.get(word.toLowerCase()) ?? 'unknown']),
  ];
  const [first = 'unknown'] = claims;
  const outcome = claims.every((claim) => claim === first) ? first : 'unknown';
  return outcome === 'pass' && isPast(raw) ? 'unknown' : outcome;
}

const isPast = (raw: JsonObject): boolean => ['suppressed', 'archived', 'deleted'].some((state) => isIn(raw, state)) || numberAt(raw, 'activity_id') === CLOSE;

/** Whether the number or the word says that the finding is in this state. */
const isIn = (raw: JsonObject, state: string): boolean => STATES[numberAt(raw, 'status_id') ?? 0] === state || textAt(raw, 'status')?.toLowerCase() === state;

/** Security Finding, 2001, of 1.0: what it is of is told by what it holds, and its state has a field of its own. */
export function securityFinding(record: OcsfRecord): readonly ItemResult[] {
  const { status: _status, status_id: _id, finding, state, state_id, ...rest } = record.raw;
  const raw: JsonObject = {
    ...rest,
    ...(isObject(finding) ? { finding_info: finding } : {}),
    ...(state === undefined ? {} : { status: state }),
    ...(state_id === undefined ? {} : { status_id: state_id }),
  };
  const modern = { ...record, raw };
  if (isObject(raw.compliance)) return complianceFinding(modern);
  return objectsAt(raw, 'vulnerabilities').length > 0 ? vulnerabilityFinding(modern) : detectionFinding(modern);
}

/** Nobody has rated it yet, and what may be anything must not wait longer than a high one. */
const UNRATED = 'high';

/** Vulnerability Finding, 2002: each vulnerability on each resource. */
export function vulnerabilityFinding(record: OcsfRecord): readonly ItemResult[] {
  const { raw } = record;
  const names = objectsAt(raw, 'vulnerabilities').map((found) => textAt(found, 'cve', 'uid') ?? textAt(found, 'advisory', 'uid'));
  const firstSeenMs = firstSeen(raw);
  const severity = severityOf(raw) ?? UNRATED;
  const resources = resourcesOf(raw);
  if (resources.length * names.length > record.room) return [TOO_MANY];
  const pairs = resources.flatMap((resource) => names.map((name) => ({ asset: resourceName(resource), name })));
  if (pairs.length === 0) return [rejected('/vulnerabilities', 'names no vulnerability or no resource')];
  return pairs.map(({ asset, name }, at) => {
    if (asset === undefined || name === undefined) return rejected('/vulnerabilities', 'names no vulnerability or no resource');
    return withId(record, at, (common) =>
      event({
        ...common,
        type: 'vuln.finding',
        subject: asset,
        data: {
          finding: name,
          asset,
          severity: severity === 'informational' ? 'low' : severity,
          status: vulnerabilityStatus(raw),
          ...(firstSeenMs === undefined ? {} : { firstSeenAt: toInstant(firstSeenMs) }),
        },
      }),
    );
  });
}

function vulnerabilityStatus(raw: JsonObject): string {
  if (isIn(raw, 'suppressed')) return 'accepted';
  const id = numberAt(raw, 'status_id');
  return id === undefined || STATES[id] === 'resolved' ? (isIn(raw, 'resolved') ? 'fixed' : 'open') : 'open';
}

function firstSeen(raw: JsonObject): number | undefined {
  for (const name of ['first_seen_time', 'created_time']) {
    const time = numberAt(raw, 'finding_info', name);
    const ms = time === undefined ? parseRfc3339(textAt(raw, 'finding_info', `${name}_dt`) ?? '') : fromEpoch(time);
    if (ms !== undefined) return ms;
  }
  return undefined;
}

/** Detection Finding, 2004. Prowler writes results of checks into this class: those are read as its format reads them. */
export function detectionFinding(record: OcsfRecord): readonly ItemResult[] {
  const { raw } = record;
  if (textAt(raw, 'metadata', 'product', 'name') === 'Prowler') return prowlerResults(raw);
  const id = textAt(raw, 'finding_info', 'uid');
  if (id === undefined) return [rejected('/finding_info/uid', 'is missing, so the detection cannot be told from others')];
  const severity = severityOf(raw) ?? UNRATED;
  const status = textAt(raw, 'status') ?? String(numberAt(raw, 'status_id') ?? 'New');
  return [withId(record, 0, (common) => event({ ...common, type: 'detection.alert', subject: id, data: { id: id.slice(0, 256), severity, status: status.slice(0, 64) } }))];
}

function prowlerResults(raw: JsonObject): readonly ItemResult[] {
  const findings = ocsfFindings(raw);
  const events = new FindingEvents();
  return findings.ok ? findings.value.map((finding) => events.eventOf(finding)) : [rejectedBy(findings.error)];
}

interface Common {
  readonly id: string;
  readonly source: string;
  readonly timeMs: number;
}

function eachResource(record: OcsfRecord, map: (resource: string, common: Common) => ItemResult): readonly ItemResult[] {
  const resources = resourcesOf(record.raw);
  if (resources.length === 0) return [rejected('/resources', 'names no resource, so the result belongs to nothing')];
  return resources.map((resource, at) => {
    const name = resourceName(resource);
    return name === undefined ? rejected(`/resources/${at}/uid`, 'names no resource') : withId(record, at, (common) => map(name, common));
  });
}

function withId(record: OcsfRecord, at: number, map: (common: Common) => ItemResult): ItemResult {
  const id = idOf(record, at);
  if (id === undefined) return rejected('/metadata/uid', 'is missing, and so is finding_info.uid: nothing identifies the event');
  return map({ id, source: sourceOf(record.raw), timeMs: record.timeMs });
}

function given(name: string, value: string | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}
