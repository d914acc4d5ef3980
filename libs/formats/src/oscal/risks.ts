import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId } from '../reading/event-id.js';
import { event, type ItemResult } from '../reading/items.js';
import { itemsIn, type Placed, propOf, props, text } from './parts.js';

const riskBody = z.object({
  uuid: z.string().min(1).max(256),
  status: z.string().min(1),
  characterizations: z.array(z.object({ facets: z.array(z.object({ name: z.string(), value: z.unknown().optional() })).nullish() })).nullish(),
  'mitigating-factors': z.array(z.unknown()).nullish(),
  remediations: z.array(z.object({ lifecycle: text, props })).nullish(),
});
type Risk = z.infer<typeof riskBody>;

const RATINGS: ReadonlyMap<string, string> = new Map([
  ['very-high', 'critical'],
  ['critical', 'critical'],
  ['high', 'high'],
  ['moderate', 'medium'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['very-low', 'low'],
]);
const RESPONSES: ReadonlyMap<string, string> = new Map([
  ['accept', 'accept'],
  ['avoid', 'avoid'],
  ['mitigate', 'reduce'],
  ['transfer', 'transfer'],
  ['share', 'transfer'],
]);
const APPROVED = 'deviation-approved';

export interface Risks {
  readonly events: readonly ItemResult[];
  /** Those from which somebody has approved to deviate. */
  readonly approved: ReadonlySet<string>;
}

export interface Version {
  readonly source: string;
  readonly version: string;
  readonly timeMs: number | undefined;
}

export function risksOf(list: unknown, pointer: string, version: Version): Risks {
  const { read, faults } = itemsIn(riskBody, list, pointer);
  const approved = new Set(read.filter(({ value }) => value.status === APPROVED).map(({ value }) => value.uuid));
  return { events: [...read.map((risk) => riskEvent(risk, version)), ...faults], approved };
}

function riskEvent({ value: risk }: Placed<Risk>, { source, version, timeMs }: Version): ItemResult {
  const done = (risk.remediations ?? []).filter(({ lifecycle }) => lifecycle === 'completed').length;
  const response = responseOf(risk);
  const data: JsonObject = {
    risk: risk.uuid,
    rating: ratingOf(risk),
    status: risk.status === 'closed' ? 'closed' : 'open',
    controls: (risk['mitigating-factors'] ?? []).length + done,
    ...(response === undefined ? {} : { response }),
  };
  const normal = { id: eventId(risk.uuid, version), source, type: 'risk.recorded', subject: risk.uuid, data };
  return event(timeMs === undefined ? normal : { ...normal, timeMs });
}

/** Rated as a whole, else by its impact; one that nobody has rated must not wait longer than a high one. */
function ratingOf({ characterizations }: Risk): string {
  const facets = (characterizations ?? []).flatMap((one) => one.facets ?? []);
  for (const name of ['risk', 'severity', 'impact']) {
    const words = facets.flatMap((facet) => (facet.name === name && typeof facet.value === 'string' ? [RATINGS.get(facet.value.toLowerCase()) ?? 'high'] : []));
    const worst = ['critical', 'high', 'medium', 'low'].find((rating) => words.includes(rating));
    if (worst !== undefined) return worst;
  }
  return 'high';
}

function responseOf({ status, remediations }: Risk): string | undefined {
  const planned = (remediations ?? []).filter(({ lifecycle }) => lifecycle !== 'recommendation').map(({ props: given }) => RESPONSES.get(propOf(given, 'type') ?? ''));
  return planned.findLast((response) => response !== undefined) ?? (status === APPROVED ? 'accept' : undefined);
}
