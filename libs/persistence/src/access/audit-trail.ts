import type { Queryable } from '../database.js';

export interface AuditEntry {
  /** A person's email, a key's name, or the process itself. */
  readonly actor: string;
  readonly action: string;
  /** Never a secret. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export async function recordAudit(database: Queryable, entry: AuditEntry): Promise<void> {
  await database.query('INSERT INTO audit_trail (actor, action, detail) VALUES ($1, $2, $3)', [
    entry.actor,
    entry.action,
    entry.detail,
  ]);
}
