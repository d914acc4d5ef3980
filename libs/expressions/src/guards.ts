/** Paths of optional fields that are known to be present where an expression is read. */
export type Facts = ReadonlySet<string>;

export const NO_FACTS: Facts = new Set<string>();

export const both = (a: Facts, b: Facts): Facts => {
  if (a.size === 0) return b;
  return b.size === 0 ? a : new Set([...a, ...b]);
};

export const common = (a: Facts, b: Facts): Facts => {
  if (a.size === 0 || b.size === 0) return NO_FACTS;
  return new Set([...a].filter((path) => b.has(path)));
};

/** What holds about optional fields when a condition came out true, and when it came out false. */
export interface Guards {
  readonly whenTrue: Facts;
  readonly whenFalse: Facts;
}

export const NO_GUARDS: Guards = { whenTrue: NO_FACTS, whenFalse: NO_FACTS };
