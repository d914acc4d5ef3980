import type { InputFault, JsonObject, Result } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import { type Format, type FormatLimits, mediaTypeOf, type ParseRequest, type ParseResult } from './format.js';
import { type Finding, FindingEvents, type FindingResult } from './prowler/finding.js';
import { csvFinding, isVersion2, isVersion3, version2Finding, version3Finding } from './prowler/native.js';
import { ocsfFindings } from './prowler/ocsf.js';
import { readCsv } from './reading/csv.js';
import { type ItemResult, items, malformed, placed, rejectedBy, tooMany } from './reading/items.js';
import { JSON_LINES_TYPES, readRecords } from './reading/records.js';
import { charsetFault, decodeUtf8 } from './reading/text.js';

const CSV = 'text/csv';
const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 20_000, lineBytes: 1024 * 1024 };

export const prowler: Format = {
  id: 'prowler',
  title: 'Prowler (JSON-OCSF, JSON, CSV)',
  contentTypes: ['application/json', CSV, ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'PASS', ours: 'pass', why: 'the check ran and found what it wants' },
    { theirs: 'FAIL', ours: 'fail', why: 'the check ran and did not' },
    { theirs: 'MANUAL', ours: 'unknown', why: 'only a person can check it, and nobody did' },
    { theirs: 'INFO (Prowler 2)', ours: 'unknown', why: 'a remark, not a result' },
    { theirs: 'FAIL "Manual check: …" (Prowler 3)', ours: 'unknown', why: 'how Prowler 3 wrote MANUAL' },
    { theirs: 'MUTED, WARNING (Prowler 3)', ours: 'unknown, suppressed', why: 'taken off the list by an allow-list' },
    { theirs: 'Suppressed or MUTED True beside FAIL', ours: 'fail, suppressed', why: 'an exception claimed upstream explains, it does not repair' },
    { theirs: 'Suppressed or MUTED True beside PASS', ours: 'unknown, suppressed', why: 'what is muted is never a pass' },
    { theirs: 'any other word', ours: 'unknown', why: 'we do not guess' },
    { theirs: 'no findings', ours: 'nothing', why: 'an empty result says nothing about any resource' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify([
      {
        metadata: { event_code: 'iam_root_mfa_enabled', product: { name: 'Prowler', version: '5.4.0' }, version: '1.4.0' },
        severity: 'Critical',
        status: 'New',
        status_code: 'FAIL',
        status_id: 1,
        finding_info: {
          uid: 'prowler-aws-iam_root_mfa_enabled-123456789012-us-east-1-root',
          title: 'The root user has a second factor',
        },
        resources: [{ uid: 'arn:aws:iam::123456789012:root', name: 'root', region: 'us-east-1' }],
        cloud: { provider: 'aws', region: 'us-east-1', account: { uid: '123456789012' } },
        time: 1769860800,
      },
    ]),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const events = new FindingEvents();
  if (mediaTypeOf(request.contentType) === CSV) return parseCsv(request, events);
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', map: (record) => eventsOf(findingsOf(record), events) });
}

function findingsOf(record: JsonObject): Result<readonly Finding[], InputFault> {
  if (isVersion3(record)) return listed(version3Finding(record));
  return isVersion2(record) ? listed(version2Finding(record)) : ocsfFindings(record);
}

const listed = (one: FindingResult): Result<readonly Finding[], InputFault> =>
  one.ok ? { ok: true, value: [one.value] } : one;

function eventsOf(findings: Result<readonly Finding[], InputFault>, events: FindingEvents): ItemResult | ItemResult[] {
  return findings.ok ? findings.value.map((finding) => events.eventOf(finding)) : rejectedBy(findings.error);
}

/** Prowler 5 separates by semicolons; the rows come in the order of the file. */
function parseCsv(request: ParseRequest, events: FindingEvents): ParseResult {
  const charset = charsetFault(request.contentType);
  if (charset !== undefined) return malformed(charset);
  const decoded = decodeUtf8(request.rawBody);
  if (!decoded.ok) return malformed(decoded.fault);
  const csv = readCsv(decoded.text, { delimiter: ';', limits: LIMITS, columns: ['CHECK_ID', 'STATUS'] });
  if (!csv.ok) return malformed(csv.fault);
  if (csv.rows.length > LIMITS.items) return tooMany(LIMITS);
  return items(csv.rows.flatMap((row, index) => placed(index, eventsOf(row.ok ? listed(csvFinding(row.value)) : row, events))));
}
