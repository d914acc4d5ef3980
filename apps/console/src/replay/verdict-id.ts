import { z } from 'zod';
import { bigId, positionMs, positionText, smallId } from '../http/query.js';

/** An occurrence or a stretch of a state, by its place in the tables. */
export type VerdictPlace =
  | { readonly kind: 'occurrence'; readonly checkId: number; readonly keyId: number; readonly atMs: number; readonly occurrence: string }
  | { readonly kind: 'state'; readonly checkId: number; readonly keyId: number; readonly fromMs: number };

/** Short, because they stand in addresses. */
const written = z.union([
  z.tuple([z.literal('o'), smallId, bigId, positionMs, positionText]).transform(
    ([, checkId, keyId, atMs, occurrence]): VerdictPlace => ({ kind: 'occurrence', checkId, keyId, atMs, occurrence }),
  ),
  z.tuple([z.literal('s'), smallId, bigId, positionMs]).transform(([, checkId, keyId, fromMs]): VerdictPlace => ({ kind: 'state', checkId, keyId, fromMs })),
]);

export function verdictId(place: VerdictPlace): string {
  const { checkId, keyId } = place;
  const parts = place.kind === 'occurrence' ? ['o', checkId, keyId, place.atMs, place.occurrence] : ['s', checkId, keyId, place.fromMs];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Undefined: it is none of ours. */
export function placeOf(id: string): VerdictPlace | undefined {
  try {
    return written.safeParse(JSON.parse(Buffer.from(id, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
