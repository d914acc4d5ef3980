import { DEFAULT_COVERAGE_THRESHOLD, rollUpWord } from '@tickmark/reporting';
import type { ControlStanding, RollUp, RollUpRule } from '@tickmark/reporting';
import { showControls } from '../controls/list-controls.js';
import type { View } from '../judged/view.js';

type ShownControl = Awaited<ReturnType<typeof showControls>>[number];

export interface StandingNow {
  readonly control: ShownControl;
  readonly standing: ControlStanding;
}

/** How every control stands at this moment, as a report of Type I would take it. */
export async function standingsNow(view: View): Promise<readonly StandingNow[]> {
  const controls = await showControls(view, [...view.active.catalogue.controls.values()]);
  return controls.map((control) => ({ control, standing: standingOf(control) }));
}

function standingOf({ id, keyControl, counts }: ShownControl): ControlStanding {
  const { pass, fail, error, unknown, openDeviations } = counts;
  const evaluated = pass + fail;
  return {
    control: id,
    keyControl,
    deviations: fail > 0 || openDeviations > 0,
    ...(evaluated === 0 ? { coverage: null, shortfall: shortfallOf(counts) } : { coverage: evaluated / (evaluated + error + unknown) }),
  };
}

function shortfallOf({ keys, noOccurrence, error, unknown }: ShownControl['counts']): string {
  if (keys === 0) return 'no key has reported yet';
  return noOccurrence > 0 && error + unknown === 0 ? 'did not occur' : 'not evaluated';
}

export function rollUpNow(
  standings: readonly StandingNow[],
  mapped: (control: ShownControl) => boolean,
  rule: Omit<RollUpRule, 'coverageThreshold'>,
): RollUp & { readonly controls: readonly string[] } {
  const found = standings.filter(({ control }) => mapped(control)).map(({ standing }) => standing);
  const word = rollUpWord(found, { ...rule, coverageThreshold: DEFAULT_COVERAGE_THRESHOLD });
  return { ...word, controls: found.map(({ control }) => control) };
}
