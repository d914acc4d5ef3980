import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { readRecords } from './reading/records.js';
import { sarifLog } from './sarif/run.js';

const LIMITS: FormatLimits = { bodyBytes: 10 * 1024 * 1024, items: 1_000 };

/** Logs of static analysis, linters and scanners in the common format that most of them write. */
export const sarif: Format = {
  id: 'sarif',
  title: 'SARIF 2.1.0',
  contentTypes: ['application/sarif+json', 'application/json'],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'kind fail, or none', ours: 'fail', why: 'the standard says that a result without a kind is a failure' },
    { theirs: 'kind pass', ours: 'pass', why: 'the rule was evaluated and holds' },
    { theirs: 'kind pass in a run that did not succeed', ours: 'unknown', why: 'the tool was in trouble' },
    { theirs: 'kind notApplicable', ours: 'not-applicable', why: 'the same' },
    { theirs: 'kind open, review, informational', ours: 'unknown', why: 'left to a person, or no result' },
    { theirs: 'suppressions beside fail', ours: 'fail, suppressed', why: 'an exception claimed upstream explains, it does not repair' },
    { theirs: 'suppressions beside pass', ours: 'unknown, suppressed', why: 'what is suppressed is never a pass' },
    { theirs: 'suppression underReview, rejected', ours: 'no suppression', why: 'nobody granted it' },
    { theirs: 'baselineState absent', ours: 'unknown', why: 'not reported any more; whether it was repaired or not looked for is not said' },
    { theirs: 'level error, warning, note, none', ours: 'severity high, medium, low, informational', why: 'of the result, else of its rule, else warning' },
    { theirs: 'error in toolExecutionNotifications or toolConfigurationNotifications with a rule', ours: 'error', why: 'the rule broke: it said nothing' },
    { theirs: 'the same without a rule', ours: 'as executionSuccessful false', why: 'by the standard the results are not right or not whole' },
    { theirs: 'executionSuccessful true with results', ours: 'scan.completed success', why: 'an empty list then says that nothing was found' },
    { theirs: 'executionSuccessful false, or no results', ours: 'scan.completed failure', why: 'nothing can be concluded from what is missing' },
    { theirs: 'no invocations', ours: 'no scan.completed', why: 'whether the run succeeded is not said' },
    { theirs: 'no runs', ours: 'ignored', why: 'nothing was looked at' },
  ],
  sample: {
    contentType: 'application/sarif+json',
    headers: {},
    body: JSON.stringify({
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'njsscan', rules: [{ id: 'node_password', defaultConfiguration: { level: 'error' } }] } },
          invocations: [{ executionSuccessful: true, endTimeUtc: '2026-01-31T12:00:00Z' }],
          results: [
            {
              ruleId: 'node_password',
              ruleIndex: 0,
              message: { text: 'A password stands in the code.' },
              locations: [{ physicalLocation: { artifactLocation: { uri: 'src/index.js' }, region: { startLine: 235 } } }],
            },
          ],
        },
      ],
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', map: sarifLog });
}
