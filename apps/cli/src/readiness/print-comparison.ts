import type { Comparison, SharedControls } from '@tickmark/readiness';
import { shaded, type Io } from '../io.js';
import { asText, hanging, sideBySide, widthOf } from './layout.js';

const ASPECT = 17;

export function printComparison({ rows, overlap, both }: Comparison, shared: SharedControls, io: Io): void {
  const width = widthOf(io.out);
  const half = Math.floor((width - ASPECT - 4) / 2);
  const widths = [ASPECT, half, half];
  const listed = (title: string, texts: readonly string[]): readonly string[] => ['', shaded(io, 'bold', title), ...texts.flatMap((text) => hanging('  - ', text, width))];
  const lines = [
    ...sideBySide(['', 'SOC 1', 'SOC 2'], widths).map((line) => shaded(io, 'bold', line)),
    ...rows.flatMap(({ aspect, soc1, soc2 }) => ['', ...sideBySide([aspect, soc1, soc2], widths)]),
    ...listed('Where they overlap', overlap),
    ...listed('When both are needed', both),
    ...listed('What one set of controls saves, by the shipped catalogue', [shared.text, mappingText(shared)]),
  ];
  io.out.write(asText(lines));
}

const mappingText = ({ objectivesByMapping: by }: SharedControls): string =>
  `Of the objectives of the catalogue a control of SOC 2 serves ${by.shared} fully and ${by.partial} in part; ${by['soc1-only']} are of SOC 1 only.`;
