import type { Queryable } from '../database.js';

const MOST_REMEMBERED = 50_000;

/** Sources as small integers; a name keeps its number for ever, so what is known is never asked again. */
export class SourceNames {
  private readonly known = new Map<string, number>();

  constructor(private readonly database: Queryable) {}

  /** The number, when it is known without asking. */
  peek(name: string): number | undefined {
    return this.known.get(name);
  }

  async resolve(names: Iterable<string>): Promise<ReadonlyMap<string, number>> {
    const wanted = [...new Set(names)];
    const missing = wanted.filter((name) => !this.known.has(name)).sort();
    const found = new Map(wanted.flatMap((name) => this.entry(name)));
    if (missing.length === 0) return found;
    for (const { id, name } of await this.learn(missing)) {
      if (this.known.size >= MOST_REMEMBERED) this.known.clear();
      this.known.set(name, id);
      found.set(name, id);
    }
    return found;
  }

  private entry(name: string): [string, number][] {
    const id = this.known.get(name);
    return id === undefined ? [] : [[name, id]];
  }

  private async learn(names: readonly string[]): Promise<readonly { id: number; name: string }[]> {
    await this.database.query(
      'INSERT INTO source_name (name) SELECT n FROM unnest($1::text[]) AS n ORDER BY n ON CONFLICT (name) DO NOTHING',
      [names],
    );
    const { rows } = await this.database.query<{ id: number; name: string }>(
      'SELECT id, name FROM source_name WHERE name = ANY($1)',
      [names],
    );
    return rows;
  }
}
