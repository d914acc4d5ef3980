/** A ratio and how it is printed. `ratio` null: there is nothing to divide by, the text says so. */
export interface Figure {
  readonly ratio: number | null;
  readonly text: string;
}

export const NOT_EVALUATED = 'not evaluated';

/**
 * Two decimals, and never rounded into a whole: 99.997 % is not 100.00 %, one failure in a million is not 0.00 %.
 */
export function percentText(ratio: number): string {
  const hundredths = Math.round(ratio * 10_000);
  if (hundredths >= 10_000 && ratio < 1) return '99.99 %';
  if (hundredths <= 0 && ratio > 0) return '0.01 %';
  return `${(hundredths / 100).toFixed(2)} %`;
}

export function figure(part: number, whole: number): Figure {
  return whole > 0 ? { ratio: part / whole, text: percentText(part / whole) } : notEvaluated();
}

export const notEvaluated = (): Figure => ({ ratio: null, text: NOT_EVALUATED });
