import type { Segment } from '@tickmark/evaluation';

/**
 * The part of a key's timeline that belongs to the systems in scope (none named: all). What has no system yet belongs to
 * the key's own; a key that never had one counts everywhere: nothing unknown is left out by a filter.
 */
export function keepSystems(segments: readonly Segment[], systems: readonly string[]): readonly Segment[] {
  if (systems.length === 0) return segments;
  const known = segments.flatMap(({ system }) => system ?? []);
  const isInScope = (system: string): boolean => systems.includes(system);
  if (known.length > 0 && !known.some(isInScope)) return [];
  return segments.filter(({ system }) => system === undefined || isInScope(system));
}
