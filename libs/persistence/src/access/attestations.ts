import type { JsonObject } from '@tickmark/contracts';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';

/** What a signed-in person confirmed or refused, on its way to being evidence. */
export interface StoredAttestation {
  readonly id: string;
  /** Order of giving. */
  readonly number: number;
  readonly givenAtMs: number;
  readonly control: string;
  readonly check: string;
  /** Of the event `attestation.given`. */
  readonly data: JsonObject;
  readonly evidenceId?: string;
  readonly refusal?: string;
}

interface Row {
  id: string;
  number: number;
  given_at: number;
  control: string;
  check_name: string;
  data: JsonObject;
  evidence_id: string | null;
  refusal: string | null;
}

const COLUMNS = 'id, number, given_at, control, check_name, data, evidence_id, refusal';
const WAITING = 'evidence_id IS NULL AND refusal IS NULL';

export class AttestationRepository {
  constructor(private readonly database: Queryable) {}

  async add({ id, givenAtMs, control, check, data }: Omit<StoredAttestation, 'number'>): Promise<StoredAttestation> {
    const { rows } = await this.database.query<Row>(
      `INSERT INTO attestation (id, given_at, control, check_name, data) VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`,
      [id, instantToColumn(givenAtMs), control, check, data],
    );
    const row = rows[0];
    if (row === undefined) throw new Error('An insert gives its row back.');
    return toAttestation(row);
  }

  async byId(id: string): Promise<StoredAttestation | undefined> {
    const { rows } = await this.database.query<Row>(`SELECT ${COLUMNS} FROM attestation WHERE id = $1`, [id]);
    return rows[0] && toAttestation(rows[0]);
  }

  /** The newest first, before `before`. */
  async list({ control, before, limit }: { control?: string; before?: number; limit: number }): Promise<readonly StoredAttestation[]> {
    const { rows } = await this.database.query<Row>(
      `SELECT ${COLUMNS} FROM attestation WHERE ($1::text IS NULL OR control = $1) AND ($2::bigint IS NULL OR number < $2)
       ORDER BY number DESC LIMIT $3`,
      [control ?? null, before ?? null, limit],
    );
    return rows.map(toAttestation);
  }

  /** In the order in which they were given. */
  async waiting(limit: number): Promise<readonly StoredAttestation[]> {
    const { rows } = await this.database.query<Row>(`SELECT ${COLUMNS} FROM attestation WHERE ${WAITING} ORDER BY number LIMIT $1`, [limit]);
    return rows.map(toAttestation);
  }

  async becameEvidence(id: string, evidenceId: string): Promise<void> {
    await this.database.query('UPDATE attestation SET evidence_id = $2 WHERE id = $1', [id, evidenceId]);
  }

  async wasRefused(id: string, refusal: string): Promise<void> {
    await this.database.query('UPDATE attestation SET refusal = $2 WHERE id = $1', [id, refusal]);
  }
}

const toAttestation = (row: Row): StoredAttestation => ({
  id: row.id,
  number: row.number,
  givenAtMs: row.given_at,
  control: row.control,
  check: row.check_name,
  data: row.data,
  ...(row.evidence_id === null ? {} : { evidenceId: row.evidence_id }),
  ...(row.refusal === null ? {} : { refusal: row.refusal }),
});
