import type { Catalogue, ControlDefinition } from '@tickmark/catalogue';
import { coverageFaults, type ExpectedCoverage, type Mapped } from '../catalogue/coverage.ts';
import type { Judged } from './model.ts';

type Side = 'tsc' | 'soc1';

/** Each entry of `maps` left out, and replaced by its neighbour, against what criteria and objectives expect. */
export function judgeMappings(control: ControlDefinition, catalogue: Catalogue, expected: ExpectedCoverage): readonly Judged[] {
  const others = [...catalogue.controls.values()].filter(({ id }) => id !== control.id);
  const known = { tsc: [...catalogue.criteria.keys()], soc1: [...catalogue.objectives.keys()] };
  const line = lineOfMaps(control.yaml);
  const judged = (side: Side, index: number, instead: readonly string[]): Judged => {
    const from = control.maps[side];
    const changed: Mapped = { id: control.id, execution: control.execution, maps: { ...control.maps, [side]: from.toSpliced(index, 1, ...instead) } };
    const fate = coverageFaults(expected, [...others, changed], catalogue).length > 0 ? 'caught' : 'survived';
    const about = { control: control.id, file: control.file, line, place: `maps.${side}.${index}`, mutator: 'mapping' };
    return { ...about, from: from[index] ?? '', to: instead[0] ?? '(left out)', fate };
  };
  return (['tsc', 'soc1'] as const).flatMap((side) =>
    control.maps[side].flatMap((id, index) => [judged(side, index, []), judged(side, index, [neighbourOf(id, known[side], control.maps[side])])]),
  );
}

function neighbourOf(id: string, known: readonly string[], taken: readonly string[]): string {
  const free = [...known.slice(known.indexOf(id)), ...known].find((one) => !taken.includes(one));
  return free ?? id;
}

const lineOfMaps = (yaml: string): number => yaml.split('\n').findIndex((line) => line.startsWith('maps:')) + 1;
