import type { Catalogue, Criterion, Objective } from '@tickmark/catalogue';
import { controlGap } from './control-gap.js';
import type { ControlGap } from './control-gap.js';
import { VERDICTS, worstOf } from './facts.js';
import type { OnFile, Verdict } from './facts.js';
import type { Scope } from './scope.js';

/** A criterion or objective: what covers it, how that stands, and which evidence is wanted where nothing does. */
export interface MeasureGap {
  readonly measure: 'criterion' | 'objective';
  readonly id: string;
  readonly title: string;
  /** The category of a criterion, the family of an objective. */
  readonly group: string;
  /** How far a machine can evidence the criterion. */
  readonly machineEvidence?: 'strong' | 'partial' | 'weak';
  /** How far one control serves both reports. */
  readonly mapping?: 'shared' | 'partial' | 'soc1-only';
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly controls: readonly ControlGap[];
  readonly wantedEvidence: readonly string[];
}

export interface Gaps {
  readonly measures: readonly MeasureGap[];
  readonly controls: readonly ControlGap[];
}

export function gapsOf(scope: Scope, catalogue: Catalogue, onFile: OnFile): Gaps {
  const controls = scope.controls.map((control) => ({ maps: control.maps, gap: controlGap(control, catalogue, onFile) }));
  const mappedTo = (side: 'tsc' | 'soc1', id: string): readonly ControlGap[] =>
    controls.filter(({ maps }) => maps[side].includes(id)).map(({ gap }) => gap);
  return {
    measures: [
      ...scope.criteria.map((criterion) => criterionGap(criterion, mappedTo('tsc', criterion.id))),
      ...scope.objectives.map((objective) => objectiveGap(objective, mappedTo('soc1', objective.id))),
    ],
    controls: controls.map(({ gap }) => gap),
  };
}

/** How many of them stand how; every word has a count. */
export const countsOf = (gaps: readonly { readonly verdict: Verdict }[]): Readonly<Record<Verdict, number>> =>
  Object.fromEntries(VERDICTS.map((word) => [word, gaps.filter(({ verdict }) => verdict === word).length])) as Record<Verdict, number>;

function criterionGap({ id, title, category, machineEvidence, evidence }: Criterion, controls: readonly ControlGap[]): MeasureGap {
  const found = verdictOf(controls, machineEvidence);
  return { measure: 'criterion', id, title, group: category, machineEvidence, ...found, controls, wantedEvidence: wanted(found.verdict, controls, evidence) };
}

function objectiveGap({ id, title, family, mapping, evidence }: Objective, controls: readonly ControlGap[]): MeasureGap {
  const found = verdictOf(controls, undefined);
  return { measure: 'objective', id, title, group: family, mapping, ...found, controls, wantedEvidence: wanted(found.verdict, controls, evidence) };
}

interface Found {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
}

/** A deviation of any control counts; what else is missing counts of key controls, and of all where there is none. */
function verdictOf(controls: readonly ControlGap[], machineEvidence: 'strong' | 'partial' | 'weak' | undefined): Found {
  if (controls.length === 0) return { verdict: 'no-control', reasons: ['no control is mapped to it'] };
  const deciding = controls.some(({ keyControl }) => keyControl) ? controls.filter(({ keyControl }) => keyControl) : controls;
  const counted = controls.filter((control) => control.verdict === 'deviations-open' || deciding.includes(control));
  const judgement = personWanted(controls, machineEvidence);
  const reasons = [...counted.flatMap(({ id, reasons: why }) => why.map((reason) => `${id}: ${reason}`)), ...judgement];
  const verdicts = counted.map(({ verdict }) => verdict);
  return { verdict: worstOf(judgement.length > 0 ? [...verdicts, 'manual-evidence-needed'] : verdicts), reasons };
}

/** Telemetry alone never evidences what a machine sees records or metadata of only. */
function personWanted(controls: readonly ControlGap[], machineEvidence: MeasureGap['machineEvidence']): readonly string[] {
  if (machineEvidence !== 'weak' || controls.some(hasPersonJudged)) return [];
  return ['a machine sees records or metadata of it only: a person has to confirm it'];
}

const hasPersonJudged = ({ byPerson, firstEvidenceAt }: ControlGap): boolean => byPerson && firstEvidenceAt !== null;

/** Ideas for where nothing is automated, or where that is not enough. */
function wanted(verdict: Verdict, controls: readonly ControlGap[], ideas: readonly string[]): readonly string[] {
  if (verdict === 'evidence-flowing') return [];
  return verdict === 'manual-evidence-needed' || controls.every(({ eventTypes }) => eventTypes.length === 0) ? ideas : [];
}
