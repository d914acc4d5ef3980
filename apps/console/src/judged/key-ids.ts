import { boundedKey, readKeyIds } from '@tickmark/persistence';
import type { View } from './view.js';

/** Nobody's. */
const NO_KEY = 0;

/** What was judged again for a list knows its keys by name; on record they are numbers. A key that is not on record has none. */
export async function withKeyIds<T extends { readonly key: string }>(view: View, rows: readonly T[]): Promise<readonly (T & { readonly keyId: number })[]> {
  const names = rows.map(({ key }) => boundedKey(key));
  const ids = await readKeyIds(view.snapshot, [...new Set(names)]);
  return rows.map((row, index) => ({ ...row, keyId: ids.get(names[index] ?? '') ?? NO_KEY }));
}
