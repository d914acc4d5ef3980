import type { StoredDeviation } from '@tickmark/persistence';

type Key = Pick<StoredDeviation, 'control' | 'check' | 'keyId'>;

const nameOf = ({ control, check, keyId }: Key): string => `${control}/${check} ${keyId}`;

/** Deviations on record by the key of a check, whichever version opened them; what changes is put in its place. */
export class RecordsOfKeys {
  readonly #byKey = new Map<string, Map<string, StoredDeviation>>();

  constructor(stored: readonly StoredDeviation[]) {
    for (const one of stored) this.put(one);
  }

  of(key: Key): readonly StoredDeviation[] {
    return [...(this.#byKey.get(nameOf(key))?.values() ?? [])];
  }

  /** Which version opened it stays. */
  put(one: StoredDeviation): void {
    const ofKey = this.#byKey.get(nameOf(one)) ?? new Map<string, StoredDeviation>();
    const { checkId, groupId } = ofKey.get(one.record.id) ?? one;
    this.#byKey.set(nameOf(one), ofKey.set(one.record.id, { ...one, checkId, groupId }));
  }
}
