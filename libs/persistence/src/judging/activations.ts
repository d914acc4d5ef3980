import type { CatalogueFile, ControlDefinition } from '@tickmark/catalogue';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';

/** A version of a control as judging names it. */
export interface ControlVersionId {
  readonly id: number;
  readonly control: string;
  readonly definitionHash: string;
  readonly logicHash: string;
  readonly effectiveFromMs: number;
  readonly retiredFromMs?: number;
}

/** A check under one logic, in force in [effectiveFrom, effectiveTo). */
export interface JudgedCheck {
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

/** A check of a draft. */
export interface ShadowCheck extends JudgedCheck {
  readonly shadowId: number;
}

const ACTIVATION_LOCK = 7_305_815;

/** Held by everything that judges: an activation waits for it, and it for an activation. */
export async function shareActivation(transaction: Queryable): Promise<void> {
  await transaction.query('SELECT pg_advisory_xact_lock_shared($1)', [ACTIVATION_LOCK]);
}

export async function lockActivation(transaction: Queryable): Promise<void> {
  await transaction.query('SELECT pg_advisory_xact_lock($1)', [ACTIVATION_LOCK]);
}

export async function addActivation(
  transaction: Queryable,
  activation: { readonly hash: string; readonly files: readonly CatalogueFile[]; readonly effectiveFromMs: number },
): Promise<number> {
  const { rows } = await transaction.query<{ version: number }>(
    'INSERT INTO catalogue_activation (hash, files, effective_from) VALUES ($1, $2, $3) RETURNING version',
    [activation.hash, JSON.stringify(activation.files), instantToColumn(activation.effectiveFromMs)],
  );
  return (rows[0] as { version: number }).version;
}

interface VersionRow {
  id: number;
  control: string;
  definition_hash: string;
  logic_hash: string;
  effective_from: number;
  retired_from: number | null;
}

/** All versions in the order of their activation. */
export async function controlVersionIds(database: Queryable): Promise<readonly ControlVersionId[]> {
  const { rows } = await database.query<VersionRow>(
    'SELECT id, control, definition_hash, logic_hash, effective_from, retired_from FROM control_version ORDER BY id',
  );
  return rows.map((row) => ({
    id: row.id,
    control: row.control,
    definitionHash: row.definition_hash,
    logicHash: row.logic_hash,
    effectiveFromMs: row.effective_from,
    ...(row.retired_from === null ? {} : { retiredFromMs: row.retired_from }),
  }));
}

export async function addControlVersion(transaction: Queryable, control: ControlDefinition, effectiveFromMs: number): Promise<number> {
  const { rows } = await transaction.query<{ id: number }>(
    `INSERT INTO control_version (control, definition_hash, logic_hash, title, yaml, effective_from)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
    [control.id, control.definitionHash, control.logicHash, control.title, control.yaml, instantToColumn(effectiveFromMs)],
  );
  return (rows[0] as { id: number }).id;
}

export async function retireControlVersion(transaction: Queryable, id: number, retiredFromMs: number): Promise<void> {
  await transaction.query('UPDATE control_version SET retired_from = $2 WHERE id = $1', [id, instantToColumn(retiredFromMs)]);
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

const CHECK_COLUMNS = 'id, control, name, kind, logic_hash, effective_from, effective_to, activation';

/** Of live controls; drafts are asked for by `shadowChecks` alone. */
export async function judgedChecks(database: Queryable): Promise<readonly JudgedCheck[]> {
  const { rows } = await database.query<CheckRow>(`SELECT ${CHECK_COLUMNS} FROM judged_check WHERE shadow_id IS NULL ORDER BY id`);
  return rows.map(toCheck);
}

export async function shadowChecks(database: Queryable, shadowId?: number): Promise<readonly ShadowCheck[]> {
  const { rows } = await database.query<CheckRow & { shadow_id: number }>(
    `SELECT ${CHECK_COLUMNS}, shadow_id FROM judged_check WHERE shadow_id IS NOT NULL AND ($1::int IS NULL OR shadow_id = $1) ORDER BY id`,
    [shadowId ?? null],
  );
  return rows.map((row) => ({ ...toCheck(row), shadowId: row.shadow_id }));
}

const toCheck = (row: CheckRow): JudgedCheck => ({
  id: row.id,
  control: row.control,
  name: row.name,
  kind: row.kind,
  logicHash: row.logic_hash,
  effectiveFromMs: row.effective_from,
  ...(row.effective_to === null ? {} : { effectiveToMs: row.effective_to }),
  activation: row.activation,
});

export async function addJudgedCheck(
  transaction: Queryable,
  check: Omit<JudgedCheck, 'id' | 'effectiveToMs'> & { readonly shadowId?: number },
): Promise<number> {
  const { rows } = await transaction.query<{ id: number }>(
    `INSERT INTO judged_check (control, name, kind, logic_hash, effective_from, activation, shadow_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
    [check.control, check.name, check.kind, check.logicHash, instantToColumn(check.effectiveFromMs), check.activation, check.shadowId ?? null],
  );
  return (rows[0] as { id: number }).id;
}

export async function endJudgedCheck(transaction: Queryable, id: number, effectiveToMs: number): Promise<void> {
  await transaction.query('UPDATE judged_check SET effective_to = $2 WHERE id = $1', [id, instantToColumn(effectiveToMs)]);
}

/** The time of the database, in whole milliseconds, as the ledger's clock takes it. */
export async function databaseNow(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ now: number }>("SELECT date_trunc('milliseconds', clock_timestamp()) AS now");
  return (rows[0] as { now: number }).now;
}

export async function ledgerEpoch(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ epoch: number }>('SELECT epoch FROM ledger_head');
  return rows[0]?.epoch ?? 1;
}
