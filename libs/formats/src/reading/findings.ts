import type { JsonObject } from '@tickmark/contracts';
import { eventId, shortened } from './event-id.js';
import { event, type ItemResult } from './items.js';

/** One result about one rule and one resource. */
export interface Finding {
  readonly rule: string;
  readonly resource: string;
  readonly outcome: string;
  /** An exception claimed upstream: explains, does not repair. */
  readonly suppressed?: boolean;
  readonly severity?: string | null | undefined;
  readonly title?: string | null | undefined;
  readonly timeMs?: number | undefined;
}

const SEVERITIES: ReadonlyMap<string, string> = new Map([
  ['critical', 'critical'],
  ['high', 'high'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['info', 'informational'],
]);

/** Gives each result of one object its event; two that are alike in all their names are two. */
export class Findings {
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly source: string,
    private readonly version: string,
  ) {}

  of({ rule, resource, outcome, suppressed, severity, title, timeMs }: Finding): ItemResult {
    const id = eventId(this.version, rule, resource);
    const times = (this.seen.get(id) ?? 0) + 1;
    this.seen.set(id, times);
    const rated = SEVERITIES.get(severity ?? '');
    const data: JsonObject = {
      rule: shortened(rule, 256),
      resource: shortened(resource, 1_024),
      outcome,
      ...(suppressed === true ? { suppressed } : {}),
      ...(rated === undefined ? {} : { severity: rated }),
      ...(typeof title === 'string' && title !== '' ? { title: title.slice(0, 1_024) } : {}),
    };
    const normal = { id: times === 1 ? id : eventId(id, `#${times}`), source: this.source, type: 'config.finding', subject: shortened(resource, 1_024), data };
    return event(timeMs === undefined ? normal : { ...normal, timeMs });
  }
}

const WORST_FIRST = ['fail', 'error', 'unknown', 'pass'];

/** Of several results about one thing the worst counts; none at all says nothing, and nothing is not a pass. */
export function worstOf(outcomes: readonly string[]): string {
  return WORST_FIRST.find((outcome) => outcomes.includes(outcome)) ?? (outcomes.length === 0 ? 'unknown' : 'not-applicable');
}
