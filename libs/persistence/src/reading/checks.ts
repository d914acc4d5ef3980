import type { Queryable } from '../database.js';

/** One logic of one check, in force for [effectiveFromMs, effectiveToMs). */
export interface CheckInForce {
  readonly id: number;
  readonly control: string;
  readonly name: string;
  readonly kind: string;
  readonly logicHash: string;
  readonly effectiveFromMs: number;
  readonly effectiveToMs?: number;
  /** Compiled from the files of this activation. */
  readonly activation: number;
}

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

interface CheckRow {
  id: number;
  control: string;
  name: string;
  kind: string;
  logic_hash: string;
  effective_from: number;
  effective_to: number | null;
  activation: number;
}

/** All logics of all checks (of one control), the oldest first. */
export async function readChecks(database: Queryable, control?: string): Promise<readonly CheckInForce[]> {
  const { rows } = await database.query<CheckRow>(
    `SELECT id, control, name, kind, logic_hash, effective_from, effective_to, activation FROM judged_check
     WHERE $1::text IS NULL OR control = $1 ORDER BY control, name, effective_from, id`,
    [control ?? null],
  );
  return rows.map((row) => ({
    id: row.id,
    control: row.control,
    name: row.name,
    kind: row.kind,
    logicHash: row.logic_hash,
    effectiveFromMs: row.effective_from,
    ...(row.effective_to === null ? {} : { effectiveToMs: row.effective_to }),
    activation: row.activation,
  }));
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
