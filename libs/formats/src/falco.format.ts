import { BEARER } from './authentication.js';
import { falcoAlert } from './falco/alert.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { JSON_LINES_TYPES, readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 20_000, lineBytes: 1024 * 1024 };

/** Alerts of Falco, as its HTTP output and Falcosidekick post them, or from its JSON log. */
export const falco: Format = {
  id: 'falco',
  title: 'Falco and Falcosidekick',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'priority Emergency, Alert, Critical', ours: 'detection.alert critical', why: 'in any case of letters' },
    { theirs: 'priority Error', ours: 'detection.alert high', why: 'the same' },
    { theirs: 'priority Warning', ours: 'detection.alert medium', why: 'the same' },
    { theirs: 'priority Notice', ours: 'detection.alert low', why: 'the same' },
    { theirs: 'priority Informational, Debug', ours: 'detection.alert informational', why: 'the same' },
    { theirs: 'any other priority', ours: 'refused', why: 'we do not guess how bad it is' },
    { theirs: 'rule Falco internal: …', ours: 'config.finding unknown', why: 'events were lost: a gap in what was watched, neither an alert nor a failure' },
    { theirs: 'no alert', ours: 'nothing', why: 'that nothing was detected proves nothing; let the feed be watched for silence' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      hostname: 'node-1',
      output: '12:00:00.000000001: Error File below a known binary directory opened for writing (user=root file=/bin/hack)',
      output_fields: { 'evt.time': 1769860800000000000, 'fd.name': '/bin/hack', 'user.name': 'root' },
      priority: 'Error',
      rule: 'Write below binary dir',
      source: 'syscall',
      time: '2026-01-31T12:00:00.000000001Z',
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', map: falcoAlert });
}
