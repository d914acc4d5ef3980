import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';

export type PersonRole = 'admin' | 'security' | 'approver' | 'viewer' | 'auditor';

export interface Person {
  readonly id: number;
  readonly email: string;
  readonly role: PersonRole;
  /** Roles in which attestations are given, beside the role of access. */
  readonly duties: readonly string[];
}

export interface ListedPerson extends Person {
  readonly createdAtMs: number;
}

interface PersonRow {
  id: number;
  email: string;
  role: PersonRole;
  duties: string[];
  password_hash: string;
}

interface ListedRow extends PersonRow {
  created_at: number;
}

const LISTED = 'id, email, role, duties, created_at';

const toListed = ({ id, email, role, duties, created_at }: ListedRow): ListedPerson => ({ id, email, role, duties, createdAtMs: created_at });

export class PeopleRepository {
  constructor(private readonly database: Queryable) {}

  /** Emails are kept in lower case. Undefined when there is such a person already. */
  async insert(email: string, passwordHash: string, role: PersonRole, duties: readonly string[] = []): Promise<Person | undefined> {
    const { rows } = await this.database.query<PersonRow>(
      `INSERT INTO person (email, password_hash, role, duties) VALUES ($1, $2, $3, $4) ON CONFLICT (email) DO NOTHING
       RETURNING id, email, role, duties`,
      [email.toLowerCase(), passwordHash, role, duties],
    );
    return rows[0];
  }

  /** In the order of their addresses, after `after`. */
  async list(limit: number, after = ''): Promise<readonly ListedPerson[]> {
    const { rows } = await this.database.query<ListedRow>(
      `SELECT ${LISTED} FROM person WHERE email > $1 ORDER BY email LIMIT $2`,
      [after, limit],
    );
    return rows.map(toListed);
  }

  /**
   * Undefined when there is none. Held until the transaction ends, and every administrator with them: two who take that
   * away from each other at once would both still count the other.
   */
  async lock(id: number): Promise<ListedPerson | undefined> {
    await this.database.query("SELECT id FROM person WHERE id = $1 OR role = 'admin' ORDER BY id FOR UPDATE", [id]);
    const { rows } = await this.database.query<ListedRow>(`SELECT ${LISTED} FROM person WHERE id = $1`, [id]);
    return rows[0] && toListed(rows[0]);
  }

  async setRoles(id: number, role: PersonRole, duties: readonly string[]): Promise<void> {
    await this.database.query('UPDATE person SET role = $2, duties = $3 WHERE id = $1', [id, role, duties]);
  }

  async countAdmins(): Promise<number> {
    const { rows } = await this.database.query<{ count: number }>("SELECT count(*)::int AS count FROM person WHERE role = 'admin'");
    return rows[0]?.count ?? 0;
  }

  async remove(id: number): Promise<void> {
    await this.database.query('DELETE FROM person WHERE id = $1', [id]);
  }

  async setPassword(email: string, passwordHash: string): Promise<boolean> {
    const { rowCount } = await this.database.query('UPDATE person SET password_hash = $2 WHERE email = $1', [
      email.toLowerCase(),
      passwordHash,
    ]);
    return rowCount === 1;
  }

  async byEmail(email: string): Promise<(Person & { readonly passwordHash: string }) | undefined> {
    const { rows } = await this.database.query<PersonRow>(
      'SELECT id, email, role, duties, password_hash FROM person WHERE email = $1',
      [email.toLowerCase()],
    );
    const row = rows[0];
    return row && { id: row.id, email: row.email, role: row.role, duties: row.duties, passwordHash: row.password_hash };
  }
}

/** Sessions live here alone, so that ending one ends it everywhere at once. */
export class SessionRepository {
  constructor(private readonly database: Queryable) {}

  async insert(idHash: Buffer, personId: number, expiresAtMs: number): Promise<void> {
    await this.database.query('INSERT INTO session (id_hash, person_id, expires_at) VALUES ($1, $2, $3)', [
      idHash,
      personId,
      instantToColumn(expiresAtMs),
    ]);
  }

  /** The person of a session in force. */
  async personOf(idHash: Buffer, nowMs: number): Promise<Person | undefined> {
    const { rows } = await this.database.query<PersonRow>(
      `SELECT p.id, p.email, p.role, p.duties FROM session s JOIN person p ON p.id = s.person_id
       WHERE s.id_hash = $1 AND s.expires_at > $2`,
      [idHash, instantToColumn(nowMs)],
    );
    return rows[0];
  }

  async end(idHash: Buffer): Promise<boolean> {
    const { rowCount } = await this.database.query('DELETE FROM session WHERE id_hash = $1', [idHash]);
    return rowCount === 1;
  }

  async endAllOf(personId: number): Promise<void> {
    await this.database.query('DELETE FROM session WHERE person_id = $1', [personId]);
  }

  async forgetExpired(nowMs: number): Promise<void> {
    await this.database.query('DELETE FROM session WHERE expires_at <= $1', [instantToColumn(nowMs)]);
  }
}
