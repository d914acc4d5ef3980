import type { InputFault, JsonObject, NormalEvent } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId, shortened } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, type ItemResult, rejected } from '../reading/items.js';

export const text = z.string().nullish();

const MAX_TITLE = 1_024;
const MAX_RULE = 256;
const RATED = ['critical', 'high', 'medium', 'low'];

/** No severity that is known here: nobody has rated it yet, and what may be anything must not wait longer than a high one. */
const severityOf = (word: string | null | undefined): string => {
  const severity = word?.toLowerCase() ?? '';
  return RATED.includes(severity) ? severity : 'high';
};

/** One report: where it comes from, what tells it from all others, and when it was written. */
export interface Report {
  readonly source: string;
  readonly id: readonly string[];
  /** Undefined where the report says none: then it is when we received it. */
  readonly timeMs: number | undefined;
}

/** What the tool told of one thing, in the words of an event type. */
export interface Told {
  /** What tells it from the rest of its report. */
  readonly key: readonly string[];
  readonly type: string;
  readonly subject: string;
  readonly data: JsonObject;
}

/** Gives each result of one report its event. Two that are alike in all their names are two: the second is counted. */
export class ReportEvents {
  private readonly seen = new Map<string, number>();

  constructor(private readonly report: Report) {}

  eventOf(told: Told): ItemResult {
    const { timeMs } = this.report;
    const id = eventId(...this.report.id, ...told.key);
    const times = (this.seen.get(id) ?? 0) + 1;
    this.seen.set(id, times);
    const normal: NormalEvent = {
      id: times === 1 ? id : eventId(id, `#${times}`),
      source: this.report.source,
      type: told.type,
      subject: told.subject,
      ...(timeMs === undefined ? {} : { timeMs }),
      data: told.data,
    };
    return event(normal);
  }
}

export interface FoundVulnerability {
  readonly finding: string;
  readonly asset: string;
  readonly severity: string | null | undefined;
  readonly status: 'open' | 'accepted' | 'fixed';
}

/** Without `firstSeenAt`: most scanners remember no earlier scan, and we do not make it up. */
export const vulnerability = (found: FoundVulnerability): Omit<Told, 'key'> => ({
  type: 'vuln.finding',
  subject: found.asset,
  data: {
    finding: found.finding,
    asset: found.asset,
    severity: severityOf(found.severity),
    status: found.status,
  },
});

export interface CheckResult {
  readonly rule: string;
  readonly resource: string;
  readonly outcome: string;
  readonly suppressed?: boolean;
  readonly severity?: string | null | undefined;
  readonly title?: string | null | undefined;
}

export function checkResult(check: CheckResult): Omit<Told, 'key'> {
  const severity = check.severity?.toLowerCase() ?? '';
  const data = {
    rule: check.rule.slice(0, MAX_RULE),
    resource: check.resource,
    outcome: check.outcome,
    ...(check.suppressed === true ? { suppressed: true } : {}),
    ...(RATED.includes(severity) ? { severity } : {}),
    ...(typeof check.title === 'string' && check.title !== '' ? { title: check.title.slice(0, MAX_TITLE) } : {}),
  };
  return { type: 'config.finding', subject: check.resource, data };
}

export interface FoundSecret {
  readonly place: string;
  readonly rule: string;
  readonly severity: string | null | undefined;
}

export const secret = ({ place, rule, severity }: FoundSecret): Omit<Told, 'key'> => {
  const id = shortened(`${place}@${rule}`, 256);
  return { type: 'detection.alert', subject: id, data: { id, severity: severityOf(severity), status: 'open', kind: 'secret' } };
};

/** A report was written about one artifact, which was looked at, or was not for all that is known. */
export const scanned = (tool: string, artifact: string, looked: boolean): Told => {
  const scanner = shortened(`${tool}/${artifact}`, 256);
  return { key: ['scan'], type: 'scan.completed', subject: scanner, data: { scanner, outcome: 'success', covered: looked ? 1 : 0, total: 1 } };
};

/** Nobody publishes advisories for its operating system any more, so that nothing is found says less than it seems to. */
export const endOfSupport = (artifact: string): Told => ({
  key: ['os'],
  ...checkResult({ rule: 'os-supported', resource: artifact, outcome: 'fail', title: 'The operating system still gets security updates' }),
});

/** Go writes the year 0001 for no time at all. Reports were seen with months and days of one digit. */
export function instantOf(written: string): number | undefined {
  const padded = written.length > 64 ? written : written.replace(/^(\d{4})-(\d{1,2})-(\d{1,2})T/, padDate);
  const ms = parseRfc3339(padded);
  return ms === undefined || ms < 0 ? undefined : ms;
}

const padDate = (_whole: string, year: string, month: string, day: string): string => `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T`;

export const under = (prefix: string, { pointer, message }: InputFault): ItemResult => rejected(`${prefix}${pointer}`, message);
