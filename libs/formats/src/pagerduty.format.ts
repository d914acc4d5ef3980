import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { incidentOfVersion2, incidentOfVersion3 } from './pagerduty/incident.js';
import { PAGERDUTY_SIGNATURE } from './pagerduty/signature.js';
import type { ItemResult } from './reading/items.js';
import { readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 1_000 };

export const pagerduty: Format = {
  id: 'pagerduty',
  title: 'PagerDuty webhooks (V3 and V2)',
  contentTypes: ['application/json'],
  limits: LIMITS,
  authentication: [PAGERDUTY_SIGNATURE, BEARER],
  words: [
    { theirs: 'status triggered, acknowledged, resolved', ours: 'incident.updated with that status', why: 'the words of the tool' },
    { theirs: 'acknowledged or resolved by a person', ours: 'decidedAt', why: 'somebody took it up' },
    { theirs: 'acknowledged or resolved by a service, a rule or nobody', ours: 'no decidedAt', why: 'no person decided' },
    { theirs: 'priority P1 to P5, SEV-1 to SEV-5', ours: 'critical, high, medium, low, informational', why: 'the order of the names that come with PagerDuty' },
    { theirs: 'urgency high, low without such a priority', ours: 'high, low', why: 'the same' },
    { theirs: 'neither priority nor urgency', ours: 'high', why: 'we do not guess that it is less' },
    { theirs: 'notes, status updates, responders, services', ours: 'ignored', why: 'the state of no incident changed' },
    { theirs: 'pagey.ping', ours: 'ignored', why: 'the webhook was tried; nothing happened' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      event: {
        id: '01BWDWL3NYY7LUFPZCC28QUCMK',
        event_type: 'incident.acknowledged',
        resource_type: 'incident',
        occurred_at: '2026-01-31T12:04:00.458Z',
        agent: { id: 'PLH1HKV', summary: 'Ines', type: 'user_reference' },
        data: { id: 'PGR0VU2', type: 'incident', status: 'acknowledged', urgency: 'high', priority: { id: 'PSO75BM', summary: 'P1' } },
      },
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const map = (record: JsonObject, { envelope }: { readonly envelope?: JsonObject }): ItemResult => (envelope === undefined ? incidentOfVersion3(record) : incidentOfVersion2(record));
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['messages'], map });
}
