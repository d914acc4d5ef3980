import type { EngagementDefinition } from '@tickmark/reporting';
import { instantToColumn, optionalInstantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';

export interface Engagement {
  readonly id: string;
  readonly definition: EngagementDefinition;
  readonly createdAtMs: number;
  readonly createdBy: string;
}

export interface NewRevision {
  readonly engagementId: string;
  readonly revision: number;
  readonly cutOffLeafIndex: number;
  readonly cutOffClockMs: number;
  readonly judgedUntilMs?: number;
  /** The summary, exact bytes. */
  readonly summary: string;
  readonly createdBy: string;
}

export interface RevisionFact {
  readonly revision: number;
  readonly cutOffLeafIndex: number;
  readonly cutOffClockMs: number;
  readonly judgedUntilMs?: number;
  readonly createdAtMs: number;
  readonly createdBy: string;
}

interface EngagementRow {
  id: string;
  definition: EngagementDefinition;
  created_at: number;
  created_by: string;
}

interface RevisionRow {
  revision: number;
  cut_off_leaf_index: number;
  cut_off_clock: number;
  judged_until: number | null;
  created_at: number;
  created_by: string;
}

const COLUMNS = 'id, definition, created_at, created_by';

export class EngagementRepository {
  constructor(private readonly database: Queryable) {}

  async insert(id: string, definition: EngagementDefinition, createdBy: string): Promise<Engagement> {
    const { rows } = await this.database.query<EngagementRow>(
      `INSERT INTO engagement (id, name, definition, created_by) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
      [id, definition.name, definition, createdBy],
    );
    return toEngagement(rows[0] as EngagementRow);
  }

  async byId(id: string): Promise<Engagement | undefined> {
    const { rows } = await this.database.query<EngagementRow>(`SELECT ${COLUMNS} FROM engagement WHERE id = $1`, [id]);
    return rows[0] && toEngagement(rows[0]);
  }

  /** The latest first. */
  async list(limit: number, after?: { readonly createdAtMs: number; readonly id: string }): Promise<readonly Engagement[]> {
    const { rows } = await this.database.query<EngagementRow>(
      `SELECT ${COLUMNS} FROM engagement
       WHERE $1::timestamptz IS NULL OR (date_trunc('milliseconds', created_at), id) < ($1, $2::uuid)
       ORDER BY date_trunc('milliseconds', created_at) DESC, id DESC LIMIT $3`,
      [optionalInstantToColumn(after?.createdAtMs), after?.id ?? null, limit],
    );
    return rows.map(toEngagement);
  }

  async revisions(engagementId: string): Promise<readonly RevisionFact[]> {
    const { rows } = await this.database.query<RevisionRow>(
      `SELECT revision, cut_off_leaf_index, cut_off_clock, judged_until, created_at, created_by
       FROM engagement_revision WHERE engagement_id = $1 ORDER BY revision`,
      [engagementId],
    );
    return rows.map(toRevision);
  }

  /** The frozen bytes. */
  async summaryOf(engagementId: string, revision: number): Promise<string | undefined> {
    const { rows } = await this.database.query<{ summary: string }>(
      'SELECT summary FROM engagement_revision WHERE engagement_id = $1 AND revision = $2',
      [engagementId, revision],
    );
    return rows[0]?.summary;
  }

  /** False when another one took the number meanwhile. */
  async addRevision(revision: NewRevision): Promise<boolean> {
    const { rowCount } = await this.database.query(
      `INSERT INTO engagement_revision (engagement_id, revision, cut_off_leaf_index, cut_off_clock, judged_until, summary, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [
        revision.engagementId, revision.revision, revision.cutOffLeafIndex, instantToColumn(revision.cutOffClockMs),
        optionalInstantToColumn(revision.judgedUntilMs), revision.summary, revision.createdBy,
      ],
    );
    return rowCount === 1;
  }
}

const toEngagement = (row: EngagementRow): Engagement => ({
  id: row.id,
  definition: row.definition,
  createdAtMs: row.created_at,
  createdBy: row.created_by,
});

const toRevision = (row: RevisionRow): RevisionFact => ({
  revision: row.revision,
  cutOffLeafIndex: row.cut_off_leaf_index,
  cutOffClockMs: row.cut_off_clock,
  ...(row.judged_until === null ? {} : { judgedUntilMs: row.judged_until }),
  createdAtMs: row.created_at,
  createdBy: row.created_by,
});
