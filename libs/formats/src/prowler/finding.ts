import { createHash } from 'node:crypto';
import type { InputFault, JsonObject, Result } from '@tickmark/contracts';
import { fromEpoch, parseLenientInstant } from '../reading/instant.js';
import { event, type ItemResult } from '../reading/items.js';

/** One result of one check on one resource, whichever of Prowler's outputs it was read from. */
export interface Finding {
  /** The tool's own id; the same for every scan of the same resource. */
  readonly uid?: string;
  readonly provider: string;
  readonly account?: string;
  readonly region?: string;
  readonly rule: string;
  readonly resource: string;
  readonly status: string;
  readonly muted: boolean;
  readonly severity?: string;
  readonly title?: string;
  /** As written: tells scans apart even where it could not be read. */
  readonly timeText: string;
  readonly timeMs?: number;
  /** The record as the tool wrote it. */
  readonly record: JsonObject;
}

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['PASS', 'pass'],
  ['FAIL', 'fail'],
]);
const SEVERITIES: ReadonlyMap<string, string> = new Map([
  ['critical', 'critical'],
  ['high', 'high'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['informational', 'informational'],
]);
/** Of `title` in the event type: a title that is longer is cut, it decides nothing. */
const MAX_TITLE = 1_024;
const MUTED_WORDS = ['MUTED', 'WARNING'];

/** MANUAL, INFO and every word that is not known here: nobody has checked, so nobody knows. */
function outcomeOf(status: string, muted: boolean): string {
  const outcome = OUTCOMES.get(status.toUpperCase()) ?? 'unknown';
  return muted && outcome === 'pass' ? 'unknown' : outcome;
}

/** Gives each finding of one delivery its event; remembers the ids of the delivery. */
export class FindingEvents {
  private readonly seen = new Map<string, number>();

  eventOf(finding: Finding): ItemResult {
    const muted = finding.muted || MUTED_WORDS.includes(finding.status.toUpperCase());
    const severity = SEVERITIES.get(finding.severity?.toLowerCase() ?? '');
    return event({
      id: this.idOf(finding),
      source: ['prowler', finding.provider, finding.account ?? ''].filter((part) => part !== '').map(encodeURIComponent).join('/'),
      type: 'config.finding',
      subject: finding.resource,
      ...(finding.timeMs === undefined ? {} : { timeMs: finding.timeMs }),
      data: {
        rule: finding.rule,
        resource: finding.resource,
        outcome: outcomeOf(finding.status, muted),
        ...(muted ? { suppressed: true } : {}),
        ...(severity === undefined ? {} : { severity }),
        ...given({ title: finding.title?.slice(0, MAX_TITLE), account: finding.account, region: finding.region }),
      },
    });
  }

  /**
   * `uid@time`: a scan repeats the uid, so the time tells the scans apart. Where the uid is a placeholder or comes a
   * second time (sanitised files have one uid for all) a hash of the record is added, and a count where even that is
   * the same: no finding may swallow another. Sending the file again gives the same ids.
   */
  private idOf(finding: Finding): string {
    const { uid, timeText } = finding;
    const own = uid === undefined || /^<.*>$/.test(uid) || uid.length > 300 ? undefined : `${uid}@${timeText}`;
    if (own !== undefined && !this.seen.has(own)) return this.count(own);
    const parts = [finding.provider, finding.account ?? '', finding.region ?? '', finding.rule, finding.resource, timeText];
    return this.count(`${finding.rule.slice(0, 100)}@${timeText}#${hashOf([...parts, JSON.stringify(finding.record)])}`);
  }

  private count(id: string): string {
    const times = (this.seen.get(id) ?? 0) + 1;
    this.seen.set(id, times);
    return times === 1 ? id : `${id}#${times}`;
  }
}

export type FindingResult = Result<Finding, InputFault>;

type Text = string | null | undefined;
type OptionalText = 'uid' | 'account' | 'region' | 'severity' | 'title';

/** Only what is there: an absent or empty field is left out. */
export function given(fields: Readonly<Partial<Record<OptionalText, Text>>>): Partial<Pick<Finding, OptionalText>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === 'string' && value !== ''));
}

export function firstText(...candidates: readonly Text[]): string | undefined {
  return candidates.find((candidate): candidate is string => typeof candidate === 'string' && candidate !== '');
}

const EPOCH = /^\d{9,13}(\.\d+)?$/;

export type GivenTime = { readonly text: string; readonly ms?: number } | undefined;

/** The first time that is given counts, as epoch number or text; undefined when it cannot be read. */
export function firstTime(...candidates: readonly (string | number | null | undefined)[]): GivenTime {
  const written = candidates.find((candidate) => candidate !== undefined && candidate !== null && candidate !== '');
  if (written === undefined || written === null) return { text: '' };
  const ms = typeof written === 'number' || EPOCH.test(written) ? fromEpoch(Number(written)) : parseLenientInstant(written);
  return ms === undefined ? undefined : { text: String(written), ms };
}

/** A finding whose parts that must be there are there; else which one is not. */
export function completeFinding(
  draft: Omit<Finding, 'resource' | 'timeText' | 'timeMs'>,
  resource: string | undefined,
  time: GivenTime,
  pointers: { readonly resource: string; readonly time: string },
): FindingResult {
  if (resource === undefined) {
    return { ok: false, error: { pointer: pointers.resource, message: 'names no resource, so the result belongs to nothing' } };
  }
  if (time === undefined) return { ok: false, error: { pointer: pointers.time, message: 'is no time that can be read' } };
  return { ok: true, value: { ...draft, resource, timeText: time.text, ...(time.ms === undefined ? {} : { timeMs: time.ms }) } };
}

const hashOf = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

