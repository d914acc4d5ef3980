import type { Terminal } from '../io.js';

/** Text in lines that are read without effort, whatever the terminal. */

const WIDEST = 100;
const NARROWEST = 50;

/** A terminal that does not know says nothing, or nought. */
export const widthOf = ({ columns = 0 }: Terminal): number => (columns === 0 ? WIDEST : Math.max(NARROWEST, Math.min(WIDEST, columns)));

/** What is read as one word: SOC 1, Type II, ISAE 3402. */
const TOGETHER = /\b(SOC|Type|ISAE|AT-C|DC) (?=\d|I)/g;
const JOINT = '\u00a0';

/** Words in lines of at most the width; a word that is longer stands alone. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.replaceAll(TOGETHER, `$1${JOINT}`).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((one) => one.replaceAll(JOINT, ' '));
}

/** The text after a lead, its further lines below its first. */
export function hanging(lead: string, text: string, width: number): readonly string[] {
  return wrapped(text, width - lead.length).map((line, index) => `${index === 0 ? lead : ' '.repeat(lead.length)}${line}`);
}

/** An item of a list, whose further lines stand below its text whatever it begins with. */
export const item = (text: string, width: number, by = 2): readonly string[] => hanging(`${' '.repeat(by)}- `, text, width);

/** Cells side by side, each wrapped in its own column. */
export function sideBySide(cells: readonly string[], widths: readonly number[], gap = 2): readonly string[] {
  const columns = cells.map((cell, index) => wrapped(cell, widths[index] ?? WIDEST));
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) =>
    columns.map((column, index) => (column[row] ?? '').padEnd((widths[index] ?? 0) + gap)).join('').trimEnd(),
  );
}

export const indented = (lines: readonly string[], by = 2): readonly string[] => lines.map((line) => (line === '' ? '' : `${' '.repeat(by)}${line}`));
export const asText = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
