import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { documentResults } from './oscal/document.js';
import type { ItemResult } from './reading/items.js';
import { readYamlRecords, YAML_TYPES } from './reading/yaml-records.js';

const LIMITS: FormatLimits = { bodyBytes: 10 * 1024 * 1024, items: 1_000 };

/** What assessors and their tools write in NIST's OSCAL, versions 1.0 and 1.1. */
export const oscal: Format = {
  id: 'oscal',
  title: 'OSCAL assessment results, plans of action and milestones',
  contentTypes: ['application/json', 'application/oscal+json', ...YAML_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'finding satisfied', ours: 'pass', why: 'the objective was assessed and is met' },
    { theirs: 'finding satisfied, reason other or fail', ours: 'unknown', why: 'not for a test that passed' },
    { theirs: 'finding satisfied, implementation planned or partial', ours: 'unknown', why: 'what is not there cannot have been seen to work' },
    { theirs: 'finding satisfied, implementation not-applicable', ours: 'not-applicable', why: 'the same' },
    { theirs: 'finding not-satisfied, whatever its reason', ours: 'fail', why: 'the objective is not met' },
    { theirs: 'not-satisfied with a risk deviation-approved', ours: 'fail, suppressed', why: 'an exception claimed upstream explains, it does not repair' },
    { theirs: 'satisfied with a risk deviation-approved', ours: 'unknown, suppressed', why: 'what is excepted is never a pass' },
    { theirs: 'risk deviation-requested', ours: 'no suppression', why: 'nobody granted it' },
    { theirs: 'finding or pass whose observations have expired', ours: 'unknown', why: 'what was seen may no longer be so' },
    { theirs: 'result of a tool: pass, passed, fixed', ours: 'pass', why: 'the rule was evaluated and holds' },
    { theirs: 'result of a tool: fail, failed', ours: 'fail', why: 'the rule was evaluated and does not hold' },
    { theirs: 'result of a tool: error', ours: 'error', why: 'the rule could not be evaluated' },
    { theirs: 'result of a tool: notapplicable', ours: 'not-applicable', why: 'the same' },
    { theirs: 'result of a tool: notselected', ours: 'ignored', why: 'the rule was not evaluated' },
    { theirs: 'any other result of a tool', ours: 'unknown', why: 'we do not guess' },
    { theirs: 'several of one rule and subject', ours: 'the worst of them', why: 'a part that holds does not make up for one that fails' },
    { theirs: 'observation without a result of its own', ours: 'ignored', why: 'its finding says what it means' },
    { theirs: 'risk closed; any other status', ours: 'risk.recorded closed; open', why: 'an approved deviation is still a risk' },
    { theirs: 'facets risk, severity, else impact; none', ours: 'rating; high', why: 'what nobody has rated must not wait longer than a high one' },
    { theirs: 'neither findings nor observations', ours: 'ignored', why: 'nothing was concluded' },
    { theirs: 'items of a plan, other models of OSCAL', ours: 'ignored', why: 'no result of an assessment' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      'assessment-results': {
        uuid: 'ec0dad37-54e0-40fd-a925-6d0bdea94c0d',
        metadata: { title: 'Monthly assessment', 'last-modified': '2026-01-31T13:00:00Z', version: '2026-01', 'oscal-version': '1.1.2' },
        'import-ap': { href: './plan.oscal.json' },
        results: [
          {
            uuid: 'a1d20136-37e0-42aa-9834-4e9d8c36d798',
            title: 'January',
            description: 'Roles of engineers',
            start: '2026-01-31T11:00:00Z',
            end: '2026-01-31T12:00:00Z',
            'reviewed-controls': { 'control-selections': [{}] },
            findings: [
              {
                uuid: '45d8a6c2-1368-4bad-9ba0-7141f0a32889',
                title: 'Engineers may delete the audit log',
                description: 'The role allows more than it needs.',
                target: { type: 'objective-id', 'target-id': 'ac-6.1_obj', status: { state: 'not-satisfied' } },
              },
            ],
          },
        ],
      },
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const map = (record: JsonObject): readonly ItemResult[] => documentResults(record, request.feed.system);
  return readYamlRecords(request, { limits: LIMITS, bigNumbers: 'text', map });
}
