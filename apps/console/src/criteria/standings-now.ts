import type { ControlDefinition } from '@tickmark/catalogue';
import { DEFAULT_COVERAGE_THRESHOLD, isJudgedByPerson, rollUpWord } from '@tickmark/reporting';
import type { ControlStanding, RollUp, RollUpRule } from '@tickmark/reporting';
import { showControls } from '../controls/list-controls.js';
import type { View } from '../judged/view.js';

type ShownControl = Awaited<ReturnType<typeof showControls>>[number];

export interface StandingNow {
  readonly control: ShownControl;
  readonly standing: ControlStanding;
  readonly execution: ControlDefinition['execution'];
}

/** How every control stands at this moment, as a report of Type I would take it. */
export async function standingsNow(view: View): Promise<readonly StandingNow[]> {
  const definitions = [...view.active.catalogue.controls.values()];
  const shown = new Map((await showControls(view, definitions)).map((control) => [control.id, control]));
  return definitions.flatMap((definition) => {
    const control = shown.get(definition.id);
    return control === undefined ? [] : [{ control, execution: definition.execution, standing: standingOf(control, isJudgedByPerson(definition)) }];
  });
}

function standingOf({ id, keyControl, counts }: ShownControl, byPerson: boolean): ControlStanding {
  const { pass, fail, error, unknown, openDeviations } = counts;
  const evaluated = pass + fail;
  return {
    control: id,
    keyControl,
    byPerson,
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
): RollUp & { readonly controls: readonly string[]; readonly automated: boolean } {
  const among = standings.filter(({ control }) => mapped(control));
  const found = among.map(({ standing }) => standing);
  const word = rollUpWord(found, { ...rule, coverageThreshold: DEFAULT_COVERAGE_THRESHOLD });
  return { ...word, controls: found.map(({ control }) => control), automated: among.some(({ execution }) => execution === 'automated') };
}
