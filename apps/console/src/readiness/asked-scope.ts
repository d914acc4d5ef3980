import { toInstant } from '@tickmark/contracts';
import { EngagementRepository } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import { scopeOf } from '@tickmark/readiness';
import type { Scope } from '@tickmark/readiness';
import { REPORT_KINDS, completeEngagement } from '@tickmark/reporting';
import type { EngagementDefinition, EngagementRequest } from '@tickmark/reporting';
import type { View } from '../judged/view.js';

/** What a reader asks about: reports, categories and objectives, or those of an engagement. */
export interface Asked {
  readonly reports?: EngagementRequest['reports'] | undefined;
  readonly categories?: EngagementRequest['categories'] | undefined;
  readonly objectives?: readonly string[] | undefined;
  readonly engagement?: string | undefined;
}

export interface AskedScope {
  readonly scope: Scope;
  /** Of the engagement, where one is asked about. */
  readonly type?: 'I' | 'II';
}

export async function askedScope(view: View, asked: Asked): Promise<AskedScope> {
  const { catalogue } = view.active;
  if (asked.engagement === undefined) return { scope: scopeOf(definitionOf(view, asked), catalogue) };
  const beside = (['reports', 'categories', 'objectives'] as const).filter((name) => asked[name] !== undefined);
  if (beside.length > 0) throw refused(beside.map((name) => ({ pointer: `/${name}`, message: 'stands in the engagement; leave it out, or leave out engagement' })));
  const found = await new EngagementRepository(view.snapshot).byId(asked.engagement);
  if (found === undefined) throw new HttpProblem(404, 'There is no engagement with this id; GET /v1/engagements lists them.');
  return { scope: scopeOf(found.definition, catalogue), type: found.definition.time.type };
}

function definitionOf(view: View, { reports = [...REPORT_KINDS], categories, objectives }: Asked): EngagementDefinition {
  const completed = completeEngagement(
    {
      name: 'readiness',
      reports,
      type: 'I',
      asOf: toInstant(view.nowMs),
      ...(categories === undefined ? {} : { categories }),
      ...(objectives === undefined ? {} : { objectives: [...objectives] }),
    },
    view.active.catalogue,
  );
  if (completed.ok) return completed.value;
  throw refused(completed.faults);
}

const refused = (errors: readonly { readonly pointer: string; readonly message: string }[]): HttpProblem =>
  new HttpProblem(400, 'The query is not valid; see errors.', { errors: [...errors] });
