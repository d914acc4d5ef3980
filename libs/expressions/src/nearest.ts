/** The candidate that a misspelt word most likely meant; undefined when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

const LONGEST_WORD = 64;

/** Optimal string alignment distance (a swap of two neighbours counts once), cut off at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (a.length > LONGEST_WORD || Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) current.push(cell(a, b, { i, j, before, previous, current }));
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? limit;
}

interface Cell {
  readonly i: number;
  readonly j: number;
  readonly before: readonly number[];
  readonly previous: readonly number[];
  readonly current: readonly number[];
}

function cell(a: string, b: string, { i, j, before, previous, current }: Cell): number {
  const at = (row: readonly number[], index: number): number => row[index] ?? 0;
  const replaced = at(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
  const best = Math.min(replaced, at(previous, j) + 1, at(current, j - 1) + 1);
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return swapped ? Math.min(best, at(before, j - 2) + 1) : best;
}

/** `did you mean "status"?`, else the whole list where it is short. */
export function suggestion(word: string, candidates: Iterable<string>): string | undefined {
  const known = [...candidates].sort();
  const near = nearest(word, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (known.length === 0 || known.length > 25) return undefined;
  return `known here: ${known.join(', ')}`;
}
