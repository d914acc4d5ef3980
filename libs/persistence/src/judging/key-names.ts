import { createHash } from 'node:crypto';
import type { Queryable } from '../database.js';

const CHARS_MAX = 1_000;
const CACHED_MAX = 200_000;

/** A key's text as the dictionary takes it: longer ones keep their beginning and get a hash, NUL cannot be stored. */
export function boundedKey(name: string): string {
  const text = name.replaceAll('\0', '\u{fffd}');
  if (text.length <= CHARS_MAX) return text;
  return `${text.slice(0, CHARS_MAX - 67)}...${createHash('sha256').update(text).digest('hex')}`;
}

/** The dictionary of keys, with a cache of what is committed. */
export class KeyNames {
  #ids = new Map<string, number>();

  within(transaction: Queryable): KeyNamesInTransaction {
    return new KeyNamesInTransaction(transaction, this);
  }

  cached(name: string): number | undefined {
    return this.#ids.get(name);
  }

  keep(ids: ReadonlyMap<string, number>): void {
    if (this.#ids.size + ids.size > CACHED_MAX) this.#ids = new Map();
    for (const [name, id] of ids) this.#ids.set(name, id);
  }
}

/** Ids that a transaction made may vanish with it: they are cached only after its commit. */
export class KeyNamesInTransaction {
  readonly #found = new Map<string, number>();

  constructor(
    private readonly transaction: Queryable,
    private readonly names: KeyNames,
  ) {}

  async ids(wanted: Iterable<string>): Promise<ReadonlyMap<string, number>> {
    const ids = new Map<string, number>();
    const unknown = new Set<string>();
    for (const name of wanted) {
      const id = this.#found.get(name) ?? this.names.cached(name);
      if (id === undefined) unknown.add(name);
      else ids.set(name, id);
    }
    for (const [name, id] of await this.#resolve([...unknown].sort())) {
      this.#found.set(name, id);
      ids.set(name, id);
    }
    return ids;
  }

  /** After the commit. */
  keep(): void {
    this.names.keep(this.#found);
  }

  /** Twice, because a name that another transaction commits meanwhile is seen by the next statement only. */
  async #resolve(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const known = await this.#select(names);
    const missing = names.filter((name) => !known.has(name));
    if (missing.length === 0) return known;
    await this.transaction.query('INSERT INTO key_name (name) SELECT unnest($1::text[]) ON CONFLICT (name) DO NOTHING', [missing]);
    return new Map([...known, ...(await this.#select(missing))]);
  }

  async #select(names: readonly string[]): Promise<Map<string, number>> {
    if (names.length === 0) return new Map();
    const { rows } = await this.transaction.query<{ id: number; name: string }>(
      'SELECT id, name FROM key_name WHERE name = ANY($1::text[])',
      [names],
    );
    return new Map(rows.map(({ id, name }) => [name, id]));
  }
}
