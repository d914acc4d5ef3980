/** Text that Postgres can keep: no NUL, and no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** The path to the first text that cannot be kept. The value has been checked by a schema, so its depth is bounded. */
export function unstorablePath(value: unknown, path: readonly PropertyKey[] = []): readonly PropertyKey[] | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = isStorable(name) ? unstorablePath(inner, [...path, name]) : [...path, name];
    if (found !== undefined) return found;
  }
  return undefined;
}
