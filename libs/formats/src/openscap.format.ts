import type { InputFault, JsonObject, Result } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import { type Format, type FormatLimits, mediaTypeOf, type ParseRequest, type ParseResult } from './format.js';
import { resultsText } from './openscap/config-map.js';
import { NEEDED, scanReport } from './openscap/document.js';
import { itemsOf, ruleResults } from './openscap/rule-results.js';
import { ignored, type ItemResult, items, malformed, placed, rejected, rejectedBy, tooMany } from './reading/items.js';
import { charsetFault } from './reading/text.js';
import { type ClockReader, clockOf } from './reading/wall-clock.js';
import { readXml } from './reading/xml.js';
import { readYamlRecords, YAML_TYPES } from './reading/yaml-records.js';

const XML_TYPES = ['application/xml', 'text/xml'];
const LIMITS: FormatLimits = { bodyBytes: 16 * 1024 * 1024, items: 20_000 };

/** Results of `oscap xccdf eval` and of every other scanner that writes XCCDF or ARF. */
export const openscap: Format = {
  id: 'openscap',
  title: 'OpenSCAP and other SCAP scanners (XCCDF results, ARF)',
  contentTypes: [...XML_TYPES, 'application/json', ...YAML_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'pass', ours: 'pass', why: 'the rule was evaluated and holds' },
    { theirs: 'fixed', ours: 'pass', why: 'it had failed, was repaired by the scan and evaluated again' },
    { theirs: 'fail', ours: 'fail', why: 'the rule was evaluated and does not hold' },
    { theirs: 'error', ours: 'error', why: 'the rule could not be evaluated' },
    { theirs: 'unknown', ours: 'unknown', why: 'the tool could not tell' },
    { theirs: 'notapplicable', ours: 'not-applicable', why: 'the same' },
    { theirs: 'notchecked', ours: 'unknown', why: 'no check ran; often a person has to look' },
    { theirs: 'informational', ours: 'unknown', why: 'a remark, not a result' },
    { theirs: 'notselected', ours: 'ignored', why: 'the profile leaves the rule out; what was known of it before stands' },
    { theirs: 'override of a failure', ours: 'fail, suppressed', why: 'an exception claimed upstream explains, it does not repair' },
    { theirs: 'several results of one rule on one resource', ours: 'the worst of them', why: 'a part that holds does not make up for one that fails' },
    { theirs: 'any other word', ours: 'unknown', why: 'we do not guess' },
    { theirs: 'score', ours: 'not read', why: 'it counts only some of the results' },
    { theirs: 'no TestResult, or one without results', ours: 'ignored', why: 'nothing was evaluated' },
  ],
  sample: {
    contentType: 'application/xml',
    headers: {},
    body: `<?xml version="1.0" encoding="UTF-8"?>
<TestResult xmlns="http://checklists.nist.gov/xccdf/1.2" id="xccdf_org.open-scap_testresult_cis" end-time="2026-01-31T12:00:00Z">
<benchmark id="xccdf_org.ssgproject.content_benchmark_RHEL-9"/>
<target>payroll-1.larkspur.example</target>
<rule-result idref="xccdf_org.ssgproject.content_rule_disable_prelink" time="2026-01-31T11:59:50Z" severity="medium">
<result>pass</result></rule-result>
<rule-result idref="xccdf_org.ssgproject.content_rule_sshd_disable_root_login" time="2026-01-31T11:59:55Z" severity="high">
<result>fail</result></rule-result>
</TestResult>`,
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const charset = charsetFault(request.contentType);
  if (charset !== undefined) return malformed(charset);
  const clock = clockOf(request.contentType);
  if (!clock.ok) return malformed(clock.error);
  if (!XML_TYPES.includes(mediaTypeOf(request.contentType)) && !looksLikeXml(request.rawBody)) {
    const map = (record: JsonObject): readonly ItemResult[] => configMapResults(record, clock.value);
    return readYamlRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['items'], map });
  }
  const results = resultsOf(request.rawBody, clock.value);
  if (!results.ok) return malformed(results.error);
  return results.value === undefined ? tooMany(LIMITS) : items([...results.value].flatMap((result, index) => placed(index, result)));
}

/** Neither JSON nor a document of YAML starts like this, and senders call XML what they like. */
const looksLikeXml = (bytes: Uint8Array): boolean => /^(\u00ef\u00bb\u00bf)?\s*<[?!A-Za-z]/.test(Buffer.from(bytes.subarray(0, 1_000)).toString('latin1'));

/** Undefined: more than one delivery takes. */
function resultsOf(bytes: Uint8Array, clock: ClockReader): Result<Iterable<ItemResult> | undefined, InputFault> {
  const root = readXml(bytes, NEEDED);
  if (!root.ok) return root;
  const report = scanReport(root.value);
  if (!report.ok) return report;
  return { ok: true, value: itemsOf(report.value) > LIMITS.items ? undefined : ruleResults(report.value, { clock, body: bytes }) };
}

/** How the Compliance Operator keeps the results of one scan of one node in a cluster. */
function configMapResults(record: JsonObject, clock: ClockReader): readonly ItemResult[] {
  if (record.kind !== 'ConfigMap') return [ignored('no ConfigMap with results of a scan')];
  const text = resultsText(record);
  if (!text.ok) return [rejectedBy(text.error)];
  const results = resultsOf(Buffer.from(text.value), clock);
  if (!results.ok) return [rejected('/data/results', results.error.message)];
  return results.value === undefined ? [rejected('/data/results', `hold more than ${LIMITS.items} results of rules`)] : [...results.value];
}
