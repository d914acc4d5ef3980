import type { Queryable } from '../database.js';

export interface ControlVersion {
  readonly control: string;
  readonly definitionHash: string;
  readonly logicHash: string;
  readonly title: string;
  readonly yaml: string;
  readonly effectiveFromMs: number;
  /** The control's file is gone from here on. */
  readonly retiredFromMs?: number;
}

interface VersionRow {
  control: string;
  definition_hash: string;
  logic_hash: string;
  title: string;
  yaml: string;
  effective_from: number;
  retired_from: number | null;
}

/** All versions (of one control), the oldest first. */
export async function readControlVersions(database: Queryable, control?: string): Promise<readonly ControlVersion[]> {
  const { rows } = await database.query<VersionRow>(
    `SELECT control, definition_hash, logic_hash, title, yaml, effective_from, retired_from FROM control_version
     WHERE $1::text IS NULL OR control = $1 ORDER BY control, effective_from, id`,
    [control ?? null],
  );
  return rows.map((row) => ({
    control: row.control,
    definitionHash: row.definition_hash,
    logicHash: row.logic_hash,
    title: row.title,
    yaml: row.yaml,
    effectiveFromMs: row.effective_from,
    ...(row.retired_from === null ? {} : { retiredFromMs: row.retired_from }),
  }));
}
