import type { CompiledCheck } from './model.js';

interface DeclaringFeed {
  readonly types: readonly string[];
  readonly production: boolean;
  readonly createdAtMs: number;
}

/**
 * Since when a feed declares by name what the check needs; Infinity: none does. A feed counts from its creation, and `*`
 * is no declaration (judging.md section 3).
 */
export function feedsDeclareFromMs({ neededTypes }: Pick<CompiledCheck, 'neededTypes'>, feeds: Iterable<DeclaringFeed>): number {
  let fromMs = Number.POSITIVE_INFINITY;
  for (const { types, production, createdAtMs } of feeds) {
    if (production && neededTypes.some((type) => types.includes(type))) fromMs = Math.min(fromMs, createdAtMs);
  }
  return fromMs;
}
