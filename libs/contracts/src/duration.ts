/** Lengths of time as they are written everywhere: `<n>ms`, `s`, `m`, `h`, `d`. */
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MS;
const PATTERN = /^(\d{1,10})(ms|s|m|h|d)$/;
const LONGEST_MS = 100 * 366 * UNIT_MS.d;

/** Milliseconds of `30m`, `24h` and so on; undefined when the text is not a duration of at most 100 years. */
export function parseDuration(text: string): number | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const ms = Number(match[1]) * UNIT_MS[match[2] as Unit];
  return ms <= LONGEST_MS ? ms : undefined;
}

/** The shortest exact writing: 5400000 is `90m`. `ms` is a whole number, not negative. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (ms >= UNIT_MS[unit] && ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]}${unit}`;
  }
  return `${ms}ms`;
}
