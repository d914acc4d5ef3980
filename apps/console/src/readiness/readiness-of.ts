import { countsOf, gapsOf, sharedControls } from '@tickmark/readiness';
import type { Gaps, Scope } from '@tickmark/readiness';
import { instantOrNull } from '../http/query.js';
import type { View } from '../judged/view.js';
import { askedScope } from './asked-scope.js';
import type { Asked, AskedScope } from './asked-scope.js';
import { readOnFile } from './read-on-file.js';

export interface Readiness extends AskedScope {
  readonly gaps: Gaps;
}

/** Gaps of what is asked about, of the instant of the view. */
export async function readinessOf(view: View, asked: Asked): Promise<Readiness> {
  const found = await askedScope(view, asked);
  return { ...found, gaps: gapsOf(found.scope, view.active.catalogue, await readOnFile(view, found.scope)) };
}

/** What stands above gaps and plan alike. */
export const showReadiness = (view: View, { scope, gaps }: Readiness) => ({
  ...showScope(scope),
  counts: countsOf(gaps.measures),
  controlCounts: countsOf(gaps.controls),
  sharedControls: scope.reports.length === 2 ? sharedControls(scope) : null,
  judgedUntil: instantOrNull(view.judging.watermarkMs),
});

const showScope = ({ reports, categories, objectives }: Scope) => ({ reports, categories, objectives: objectives.map(({ id }) => id) });

export const aboutReports = ({ reports }: Scope) => ({ soc1: reports.includes('soc1'), soc2: reports.includes('soc2') });
