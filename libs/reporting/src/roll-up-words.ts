import type { ControlDefinition } from '@tickmark/catalogue';
import { percentText } from './figures.js';

/** domain.md 7.10 and 7.11: what is said about a criterion or objective. Nothing stronger exists. */
export const ROLL_UP_WORDS = [
  'no deviations noted by monitoring',
  'deviations noted',
  'insufficient evidence',
  'manual evidence needed',
  'not covered',
] as const;
export type RollUpWord = (typeof ROLL_UP_WORDS)[number];

/** What a mapped control brings to its criterion. */
export interface ControlStanding {
  readonly control: string;
  readonly keyControl: boolean;
  /** Whether any deviation, or any time failing, was seen. */
  readonly deviations: boolean;
  /** The lowest coverage of its checks; null: nothing of it was evaluated. */
  readonly coverage: number | null;
  /** Why nothing was evaluated. */
  readonly shortfall?: string;
  /** Whether a named person judges in it. */
  readonly byPerson: boolean;
}

export interface RollUp {
  readonly state: RollUpWord;
  readonly reasons: readonly string[];
}

export interface RollUpRule {
  /** `weak`: records or metadata only; said to be without deviations only where a person has judged too. */
  readonly machineEvidence?: 'strong' | 'partial' | 'weak';
  /** Coverage below it is insufficient. */
  readonly coverageThreshold: number;
}

export function rollUpWord(standings: readonly ControlStanding[], rule: RollUpRule): RollUp {
  if (standings.length === 0) return { state: 'not covered', reasons: ['no control is mapped to it'] };
  const deviating = standings.filter(({ deviations }) => deviations);
  if (deviating.length > 0) return { state: 'deviations noted', reasons: deviating.map(({ control }) => control) };
  const short = shortfalls(standings, rule.coverageThreshold);
  if (rule.machineEvidence === 'weak' && !standings.some((one) => one.byPerson && isEnough(one, rule.coverageThreshold))) {
    const persons = standings.filter(({ byPerson, keyControl }) => byPerson && !keyControl).flatMap((one) => shortfallOf(one, rule.coverageThreshold));
    return { state: 'manual evidence needed', reasons: ['telemetry shows records or metadata only', ...short, ...persons] };
  }
  return short.length > 0
    ? { state: 'insufficient evidence', reasons: short }
    : { state: 'no deviations noted by monitoring', reasons: [] };
}

function shortfalls(standings: readonly ControlStanding[], threshold: number): readonly string[] {
  const keyControls = standings.filter(({ keyControl }) => keyControl);
  if (keyControls.length === 0) return ['no key control is mapped to it'];
  return keyControls.flatMap((one) => shortfallOf(one, threshold));
}

const isEnough = ({ coverage }: ControlStanding, threshold: number): boolean => coverage !== null && coverage >= threshold;

function shortfallOf(one: ControlStanding, threshold: number): readonly string[] {
  const { control, coverage, shortfall } = one;
  if (coverage === null) return [`${control}: ${shortfall ?? 'not evaluated'}`];
  return isEnough(one, threshold) ? [] : [`${control}: coverage ${percentText(coverage)} is below ${percentText(threshold)}`];
}

/** An attestation, or a cadence that people carry out: somebody signs for what records alone cannot show. */
export function isJudgedByPerson({ execution, checks }: Pick<ControlDefinition, 'execution' | 'checks'>): boolean {
  return checks.some(({ kind }) => kind === 'attestation' || (kind === 'cadence' && execution !== 'automated'));
}
