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

/** When each version was activated. */
export async function readActivationTimes(database: Queryable): Promise<ReadonlyMap<number, number>> {
  const { rows } = await database.query<{ version: number; activated_at: number }>(
    "SELECT version, date_trunc('milliseconds', activated_at) AS activated_at FROM catalogue_activation",
  );
  return new Map(rows.map((row) => [row.version, row.activated_at]));
}
