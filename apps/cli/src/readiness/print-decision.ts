import type { Decision, Misconception } from '@tickmark/readiness';
import { shaded, type Io } from '../io.js';
import { asText, hanging, widthOf, wrapped } from './layout.js';

export function printDecision(decision: Decision, io: Io): void {
  const width = widthOf(io.out);
  const { soc1, soc2, soc3, categories, type, standard, path, advice, misconceptions } = decision;
  const fact = (name: string, value: string): string => `  ${name.padEnd(10)}${value}`;
  const lines = [
    ...wrapped(decision.outcome, width).map((line) => shaded(io, 'bold', line)),
    '',
    fact('SOC 1', soc1 === 'likely' ? "likely: ask customers' auditors" : soc1),
    fact('SOC 2', soc2 === 'yes' ? `yes: ${categories.join(', ')}` : soc2),
    fact('SOC 3', soc3),
    fact('type', type ?? 'none'),
    fact('standard', standard ?? 'none'),
    '',
    shaded(io, 'bold', 'Why'),
    ...path.flatMap(({ question, answer, reason }) => hanging(`  ${question.padEnd(4)}${answer.padEnd(5)}`, reason, width)),
    ...(advice.length === 0 ? [] : ['', shaded(io, 'bold', 'Advice'), ...advice.flatMap((each) => hanging('  - ', each, width))]),
    ...misconceptionLines(misconceptions, io),
  ];
  io.out.write(asText(lines));
}

export function misconceptionLines(misconceptions: readonly Misconception[], io: Io): readonly string[] {
  if (misconceptions.length === 0) return [];
  const width = widthOf(io.out);
  return [
    '',
    shaded(io, 'bold', 'Often believed, and not so'),
    ...misconceptions.flatMap(({ belief, answer }) => [...hanging('  - ', `“${belief}”`, width), ...hanging('    ', answer, width)]),
  ];
}

/** How to get the same decision again, to be copied. */
export const repeatLine = (answers: Readonly<Record<string, unknown>>): string =>
  `tickmark readiness decide --answers '${JSON.stringify(answers)}'`;
