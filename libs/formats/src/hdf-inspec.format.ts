import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { reportResults } from './hdf-inspec/report.js';
import { ignored, type ItemResult } from './reading/items.js';
import { readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 10 * 1024 * 1024, items: 1_000 };

/** Reports of InSpec and CINC Auditor, and of the many scanners whose reports are converted to the same format (HDF). */
export const hdfInspec: Format = {
  id: 'hdf-inspec',
  title: 'InSpec reports and Heimdall Data Format (HDF)',
  contentTypes: ['application/json'],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'passed', ours: 'pass', why: 'the test ran and holds' },
    { theirs: 'failed', ours: 'fail', why: 'the test ran and does not hold' },
    { theirs: 'error, or a backtrace', ours: 'error', why: 'the test broke' },
    { theirs: 'skipped', ours: 'unknown', why: 'not reviewed' },
    { theirs: 'several results of one control', ours: 'the worst of them', why: 'a part that was skipped or failed is not made up for by one that holds' },
    { theirs: 'no results', ours: 'error', why: 'the profile did not say anything about the control' },
    { theirs: 'control that says passed and has no results', ours: 'unknown', why: 'nothing shows it' },
    { theirs: 'impact 0', ours: 'not-applicable', why: 'how a profile says that a control does not apply' },
    { theirs: 'impact 0 and a result failed or broke', ours: 'fail or error, informational', why: 'a failure is not hidden by what it counts' },
    { theirs: 'waiver_data beside failed', ours: 'fail, suppressed', why: 'an exception claimed upstream explains, it does not repair' },
    { theirs: 'waiver_data beside passed, or skipped by the waiver', ours: 'unknown, suppressed', why: 'what is waived is never a pass' },
    { theirs: 'waiver that has expired', ours: 'no suppression', why: 'the exception is over' },
    { theirs: 'passed by attestation', ours: 'unknown', why: 'a person said so; attest it at Tickmark, where it is known who' },
    { theirs: 'profile loaded', ours: 'scan.completed success', why: 'it ran; what came out, its controls say' },
    { theirs: 'profile failed, skipped', ours: 'scan.completed failure', why: 'nothing can be concluded' },
    { theirs: 'attestation file, profile without results', ours: 'ignored', why: 'nothing was evaluated' },
    { theirs: 'any other word', ours: 'unknown', why: 'we do not guess' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      platform: { name: 'redhat', release: '9.4', target_id: 'af9cc1ad-9583-5403-8a69-79a34daa9792' },
      profiles: [
        {
          name: 'linux-baseline',
          version: '2.9.0',
          sha256: '5b6b2189b26425192a9eb4ae99ba52403c054e7a5f0a61f847d773a3444b8546',
          controls: [
            {
              id: 'os-02',
              title: 'Check owner and permissions for /etc/shadow',
              impact: 1,
              results: [{ status: 'failed', code_desc: 'File /etc/shadow is expected not to be readable by other', start_time: '2026-01-31T12:00:00+00:00' }],
            },
          ],
          status: 'loaded',
        },
      ],
      statistics: { duration: 0.032271 },
      version: '5.22.40',
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', map: (record) => resultsOf(record, request.feed.system) });
}

function resultsOf(record: JsonObject, system: string): ItemResult | readonly ItemResult[] {
  if ('control_id' in record && 'explanation' in record) return ignored('an attestation: a person said it, no tool found it');
  return reportResults(record, system);
}
