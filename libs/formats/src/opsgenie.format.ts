import { BASIC, BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { opsgenieAlert } from './opsgenie/alert.js';
import { readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 1_000 };

/** One alert a request; the integration signs nothing. */
export const opsgenie: Format = {
  id: 'opsgenie',
  title: 'Opsgenie outgoing webhooks',
  contentTypes: ['application/json'],
  limits: LIMITS,
  authentication: [BEARER, BASIC],
  words: [
    { theirs: 'Create, UnAcknowledge', ours: 'detection.alert with that status', why: 'it is open, and nobody has it in hand' },
    { theirs: 'Acknowledge on the web or a phone', ours: 'decidedAt', why: 'somebody took it up' },
    { theirs: 'Acknowledge, Close by an API or a rule', ours: 'no decidedAt', why: 'no person decided' },
    { theirs: 'Close', ours: 'informational, containedAt', why: 'it is over: nothing is left to decide' },
    { theirs: 'priority 1 to 5, P1 to P5', ours: 'critical, high, medium, low, informational', why: 'the same order' },
    { theirs: 'no priority', ours: 'high', why: 'we do not guess that it is less' },
    { theirs: 'notes, tags, owners, escalations, any other action', ours: 'ignored', why: 'the state of the alert did not change' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      action: 'Create',
      alert: { alertId: 'ec03dad6-62c8-4c94-b38b-d88f398e900f', message: 'The disk is full', createdAt: 1769860800000, updatedAt: 1769860800000, priority: 'P1' },
      source: { name: 'monitoring', type: 'API' },
      integrationId: 'daca46c6-e26b-4dda-8f8a-21f6db7eeaef',
      integrationName: 'Tickmark',
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', map: (record) => opsgenieAlert(record) });
}
