import type { CatalogueFile } from '@tickmark/catalogue';
import type { Queryable } from '../database.js';

export interface Activation {
  readonly version: number;
  readonly hash: string;
  readonly files: readonly CatalogueFile[];
}

/** The number of the active catalogue version; undefined: none was ever activated. */
export async function readActiveVersion(database: Queryable): Promise<number | undefined> {
  const { rows } = await database.query<{ version: number | null }>('SELECT max(version) AS version FROM catalogue_activation');
  return rows[0]?.version ?? undefined;
}

export async function readActivation(database: Queryable, version: number): Promise<Activation | undefined> {
  const { rows } = await database.query<{ version: number; hash: string; files: CatalogueFile[] }>(
    'SELECT version, hash, files FROM catalogue_activation WHERE version = $1',
    [version],
  );
  return rows[0];
}
