import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { complianceFinding, detectionFinding, securityFinding, vulnerabilityFinding } from './ocsf/findings.js';
import { accountChange, authentication, groupMembership, userAccess } from './ocsf/identity.js';
import { numberAt, type OcsfRecord, timeOf, TOO_MANY } from './ocsf/record.js';
import { ignored, type ItemResult, rejected, tooMany } from './reading/items.js';
import { JSON_LINES_TYPES, readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 20_000, lineBytes: 1024 * 1024 };

type ClassMapper = (record: OcsfRecord) => ItemResult | readonly ItemResult[];

const CLASSES: ReadonlyMap<number, ClassMapper> = new Map<number, ClassMapper>([
  [2001, securityFinding],
  [2002, vulnerabilityFinding],
  [2003, complianceFinding],
  [2004, detectionFinding],
  [3001, accountChange],
  [3002, authentication],
  [3005, userAccess],
  [3006, groupMembership],
]);

/** Events in the Open Cybersecurity Schema Framework, 1.x. */
export const ocsf: Format = {
  id: 'ocsf',
  title: 'OCSF 1.x (findings, authentication, account changes)',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'compliance.status_id 1, Pass, Passed', ours: 'pass', why: 'the same' },
    { theirs: 'compliance.status_id 3, Fail, Failed', ours: 'fail', why: 'the same' },
    { theirs: 'compliance.status_id 0, 2, 99, Warning, any other word', ours: 'unknown', why: 'the producer could not tell, or we cannot' },
    { theirs: 'number and word differ', ours: 'unknown', why: 'one of them is wrong; we do not guess which' },
    { theirs: 'finding suppressed, archived, deleted (status_id 3, 5, 6 or the word) or closed beside Pass', ours: 'unknown', why: 'what is suppressed or of the past is never a pass' },
    { theirs: 'finding suppressed beside Fail', ours: 'fail, suppressed', why: 'an exception claimed upstream explains, it does not repair' },
    { theirs: 'vulnerability New, In Progress, Suppressed, Resolved', ours: 'open, open, accepted, fixed', why: 'the state of the finding' },
    { theirs: 'logon with status_id 1, 2, or the words without it', ours: 'identity.signin success, failure', why: 'the same' },
    { theirs: 'logon with status_id 0, 99', ours: 'ignored', why: 'neither in nor out' },
    { theirs: 'account change Create, Enable, Attach Policy', ours: 'identity.access-granted', why: 'only with success: status_id 1, the word, or without both the answer to the call' },
    { theirs: 'account change Disable, Delete, Detach Policy', ours: 'identity.access-revoked', why: 'only with success: status_id 1, the word, or without both the answer to the call' },
    { theirs: 'access management Assign, Revoke Privileges; group management Add, Remove User', ours: 'identity.access-granted, -revoked', why: 'the same' },
    { theirs: 'severity_id 0, 99 of a vulnerability or detection', ours: 'high', why: 'nobody has rated it yet; it must not wait longer than a high one' },
    { theirs: 'Security Finding (class 2001 of 1.0)', ours: 'as its compliance, vulnerabilities or neither say', why: 'one class for what has three since 1.1; its state is state_id' },
    { theirs: 'Prowler results in class 2004', ours: 'config.finding', why: 'results of checks, read as the format prowler reads them' },
    { theirs: 'API activity, inventory, other classes', ours: 'ignored', why: 'readable, but no event type of the catalogue says it' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      class_uid: 2003,
      category_uid: 2,
      activity_id: 1,
      type_uid: 200301,
      time: 1769860800000,
      status_id: 1,
      severity_id: 4,
      cloud: { provider: 'AWS', region: 'us-east-1', account: { uid: '123456789012' } },
      finding_info: { uid: 'finding-1', title: 'Buckets are not public' },
      compliance: { control: 'S3.2', status: 'Fail', status_id: 3 },
      resources: [{ uid: 'arn:aws:s3:::data', region: 'us-east-1' }],
      metadata: { version: '1.4.0', product: { name: 'Security Hub', vendor_name: 'AWS' } },
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  let room = LIMITS.items;
  const map = (raw: JsonObject): readonly ItemResult[] => {
    const results = [eventsOf(raw, { system: request.feed.system, room })].flat();
    room -= results.includes(TOO_MANY) ? LIMITS.items + 1 : results.length;
    return results;
  };
  const result = readRecords(request, { limits: LIMITS, bigNumbers: 'text', map });
  return result.outcome === 'items' && room < 0 ? tooMany(LIMITS) : result;
}

/** `class_uid` alone decides: category and type are wrong in real events. */
function eventsOf(raw: JsonObject, context: Pick<OcsfRecord, 'system' | 'room'>): ItemResult | readonly ItemResult[] {
  const classUid = numberAt(raw, 'class_uid');
  if (classUid === undefined) return rejected('/class_uid', 'is missing: only it says what the event is');
  const map = CLASSES.get(classUid);
  if (map === undefined) return ignored(`class ${classUid}: no event type of the catalogue says it`);
  const timeMs = timeOf(raw);
  return timeMs === undefined ? rejected('/time', 'is no time that can be read') : map({ raw, timeMs, ...context });
}
