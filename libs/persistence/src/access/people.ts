import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';

export type PersonRole = 'admin' | 'security' | 'approver' | 'viewer' | 'auditor';

export interface Person {
  readonly id: number;
  readonly email: string;
  readonly role: PersonRole;
}

interface PersonRow {
  id: number;
  email: string;
  role: PersonRole;
  password_hash: string;
}

export class PeopleRepository {
  constructor(private readonly database: Queryable) {}

  /** Emails are kept in lower case. Undefined when there is such a person already. */
  async insert(email: string, passwordHash: string, role: PersonRole): Promise<Person | undefined> {
    const { rows } = await this.database.query<PersonRow>(
      'INSERT INTO person (email, password_hash, role) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING RETURNING id, email, role',
      [email.toLowerCase(), passwordHash, role],
    );
    return rows[0];
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
      'SELECT id, email, role, password_hash FROM person WHERE email = $1',
      [email.toLowerCase()],
    );
    const row = rows[0];
    return row && { id: row.id, email: row.email, role: row.role, passwordHash: row.password_hash };
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
      `SELECT p.id, p.email, p.role FROM session s JOIN person p ON p.id = s.person_id
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
