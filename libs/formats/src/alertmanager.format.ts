import type { JsonObject } from '@tickmark/contracts';
import { alertEvent } from './alertmanager/alert.js';
import { BASIC, BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { type ItemResult, placed, rejected } from './reading/items.js';
import { readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000 };

export const alertmanager: Format = {
  id: 'alertmanager',
  title: 'Prometheus Alertmanager webhook',
  contentTypes: ['application/json'],
  limits: LIMITS,
  authentication: [BEARER, BASIC],
  words: [
    { theirs: 'firing', ours: 'detection.alert firing', why: 'each time that it starts is one detection; repeats of it change nothing' },
    { theirs: 'resolved', ours: 'detection.alert resolved, informational, containedAt', why: 'it is over: nothing is left to decide, and nobody has decided' },
    { theirs: 'no status of the alert, group resolved', ours: 'resolved', why: 'a group is resolved when all of it is' },
    { theirs: 'no status of the alert, group firing', ours: 'firing', why: 'some may be over, but the body does not say which' },
    { theirs: 'severity critical, page, disaster', ours: 'critical', why: 'the label of the rule' },
    { theirs: 'severity high, error, major', ours: 'high', why: 'the label of the rule' },
    { theirs: 'severity warning, medium, average', ours: 'medium', why: 'the label of the rule' },
    { theirs: 'severity low, minor', ours: 'low', why: 'the label of the rule' },
    { theirs: 'severity info, none', ours: 'informational', why: 'the label of the rule' },
    { theirs: 'no severity, or another word', ours: 'high', why: 'we do not guess that it is less' },
    { theirs: 'truncatedAlerts above 0', ours: 'refused there', why: 'some alerts were left out; set max_alerts to 0' },
    { theirs: 'no alerts', ours: 'nothing', why: 'silence proves nothing' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      version: '4',
      groupKey: '{}:{alertname="DiskFull"}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'tickmark',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'DiskFull', instance: 'db-1:9100', severity: 'critical' },
          annotations: { summary: 'The disk is full' },
          startsAt: '2026-01-31T12:00:00.123Z',
          endsAt: '0001-01-01T00:00:00Z',
          fingerprint: '1a2b3c4d5e6f7081',
        },
      ],
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  let group: JsonObject | undefined;
  let alerts = 0;
  const map = (record: JsonObject, context: { readonly index: number; readonly envelope?: JsonObject }): ItemResult => {
    group = context.envelope;
    alerts = context.index + 1;
    return alertEvent(record, group);
  };
  const result = readRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['alerts'], map });
  if (result.outcome !== 'items' || group?.truncatedAlerts === undefined || group.truncatedAlerts === 0) return result;
  const left = typeof group.truncatedAlerts === 'number' ? String(group.truncatedAlerts) : 'some';
  const message = `${left} alerts were left out of the group; set max_alerts to 0`;
  return { ...result, items: [...result.items, ...placed(Math.min(alerts, LIMITS.items - 1), rejected('/truncatedAlerts', message))] };
}
