import type { ControlGap } from './control-gap.js';
import { VERDICTS } from './facts.js';
import type { Verdict } from './facts.js';
import type { Gaps, MeasureGap } from './gaps.js';

/** What is still missing, in the step in which it is to be settled. */
export interface PlannedGap {
  readonly kind: 'criterion' | 'objective' | 'control';
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
  readonly action: string;
}

const ACTION: { readonly [verdict in Verdict]: string } = {
  'no-control': 'choose or write a control for it, or name it as not relevant with its reason',
  'deviations-open': 'remediate what is open, so that the window does not begin with it',
  'no-feed': 'connect a feed that sends its events',
  'no-evidence-yet': 'let its events come, and see that it judges them',
  'evidence-stale': 'let its evidence flow again',
  'manual-evidence-needed': 'agree who confirms it, how often and in which role',
  'evidence-flowing': '',
};

const BUILT_IN_STEP_3: readonly Verdict[] = ['deviations-open', 'no-feed', 'no-evidence-yet', 'evidence-stale'];

/** The worst first. Step 2 settles who confirms what, step 3 builds; monitoring knows of no gap in the others. */
export const gapsOfStep = (step: number, gaps: Gaps): readonly PlannedGap[] =>
  [...foundFor(step, gaps)].sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict));

function foundFor(step: number, { measures, controls }: Gaps): readonly PlannedGap[] {
  if (step === 2) {
    return [
      ...measures.filter(({ verdict }) => verdict === 'manual-evidence-needed').filter(wantsPerson).map(ofMeasure),
      ...controls.filter(({ verdict }) => verdict === 'manual-evidence-needed').map(ofControl),
    ];
  }
  if (step !== 3) return [];
  return [
    ...measures.filter(({ verdict }) => verdict === 'no-control').map(ofMeasure),
    ...controls.filter(({ verdict }) => BUILT_IN_STEP_3.includes(verdict)).map(ofControl),
  ];
}

/** Where a control only waits for its confirmation, the control stands in the list itself. */
const wantsPerson = ({ controls }: MeasureGap): boolean => controls.every(({ verdict }) => verdict !== 'manual-evidence-needed');

const ofMeasure = ({ measure, id, title, verdict }: MeasureGap): PlannedGap => ({ kind: measure, id, title, verdict, action: ACTION[verdict] });
const ofControl = ({ id, title, verdict, attestation }: ControlGap): PlannedGap => ({
  kind: 'control',
  id,
  title,
  verdict,
  action: verdict === 'manual-evidence-needed' && attestation === 'not-given' ? 'let the named role confirm it' : ACTION[verdict],
});
