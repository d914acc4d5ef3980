import type { Database } from '../database.js';

export type BundleStatus = 'queued' | 'waiting-for-seal' | 'running' | 'done' | 'failed' | 'interrupted';

export interface NewBundle {
  readonly id: string;
  readonly engagementId: string;
  readonly revision: number;
  readonly fileName: string;
  readonly createdBy: string;
}

export interface StoredBundle extends NewBundle {
  readonly status: BundleStatus;
  /** 0 to 1. */
  readonly progress: number;
  readonly bytes?: number;
  /** Hexadecimal. */
  readonly sha256?: string;
  readonly detail?: string;
  readonly createdAtMs: number;
  readonly finishedAtMs?: number;
}

interface Row {
  id: string;
  engagement_id: string;
  revision: number;
  file_name: string;
  created_by: string;
  status: BundleStatus;
  progress: number;
  bytes: number | null;
  sha256: string | null;
  detail: string | null;
  created_at: number;
  finished_at: number | null;
}

const KEPT = 20;
/** A process that tells nothing for so long makes it no more. */
const SILENT = "interval '60 seconds'";
const UNFINISHED = "('queued', 'waiting-for-seal', 'running')";
const COLUMNS = `id, engagement_id, revision, file_name, created_by, progress::float8 AS progress, bytes, sha256, detail, created_at, finished_at,
  CASE WHEN status IN ${UNFINISHED} AND alive_at < clock_timestamp() - ${SILENT} THEN 'interrupted' ELSE status END AS status`;

/** Evidence bundles and their bytes, in pieces. The oldest make room. */
export class BundleRepository {
  constructor(private readonly database: Database) {}

  async add({ id, engagementId, revision, fileName, createdBy }: NewBundle): Promise<void> {
    await this.database.query(
      `INSERT INTO bundle (id, engagement_id, revision, file_name, status, created_by) VALUES ($1, $2, $3, $4, 'queued', $5)`,
      [id, engagementId, revision, fileName, createdBy],
    );
    await this.database.query('DELETE FROM bundle WHERE id IN (SELECT id FROM bundle ORDER BY created_at DESC OFFSET $1)', [KEPT]);
    // What a process left that ended in the middle.
    await this.database.query(
      `DELETE FROM bundle_chunk USING bundle WHERE bundle.id = bundle_chunk.bundle_id AND status <> 'done' AND alive_at < clock_timestamp() - ${SILENT}`,
    );
  }

  async find(id: string): Promise<StoredBundle | undefined> {
    const { rows } = await this.database.query<Row>(`SELECT ${COLUMNS} FROM bundle WHERE id = $1`, [id]);
    return rows[0] && toBundle(rows[0]);
  }

  /** The latest first. */
  async ofEngagement(engagementId: string): Promise<readonly StoredBundle[]> {
    const { rows } = await this.database.query<Row>(`SELECT ${COLUMNS} FROM bundle WHERE engagement_id = $1 ORDER BY created_at DESC, id DESC`, [engagementId]);
    return rows.map(toBundle);
  }

  /** How far the one is that this process makes. */
  async tell(id: string, { status, progress, detail }: { readonly status: BundleStatus; readonly progress: number; readonly detail?: string | undefined }): Promise<void> {
    await this.database.query(
      `UPDATE bundle SET status = $2, progress = $3, detail = $4, alive_at = clock_timestamp() WHERE id = $1 AND status IN ${UNFINISHED}`,
      [id, status, progress, detail ?? null],
    );
  }

  async stillWait(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.database.query('UPDATE bundle SET alive_at = clock_timestamp() WHERE id = ANY($1::uuid[])', [ids]);
  }

  async addChunk(id: string, ordinal: number, bytes: Uint8Array): Promise<void> {
    await this.database.query('INSERT INTO bundle_chunk (bundle_id, ordinal, bytes) VALUES ($1, $2, $3)', [id, ordinal, bytes]);
  }

  async finish(id: string, { bytes, sha256 }: { readonly bytes: number; readonly sha256: string }): Promise<void> {
    await this.database.query(
      `UPDATE bundle SET status = 'done', progress = 1, detail = NULL, bytes = $2, sha256 = $3, finished_at = clock_timestamp()
       WHERE id = $1 AND status IN ${UNFINISHED}`,
      [id, bytes, sha256],
    );
  }

  /** With what there was of its bytes. */
  async end(ids: readonly string[], status: 'failed' | 'interrupted', detail: string): Promise<void> {
    await this.database.query(
      `UPDATE bundle SET status = $2, detail = $3, finished_at = clock_timestamp() WHERE id = ANY($1::uuid[]) AND status IN ${UNFINISHED}`,
      [ids, status, detail],
    );
    await this.database.query("DELETE FROM bundle_chunk USING bundle WHERE bundle.id = bundle_chunk.bundle_id AND bundle.id = ANY($1::uuid[]) AND status <> 'done'", [ids]);
  }

  /** The bytes, one piece in memory at a time. */
  async *chunks(id: string): AsyncGenerator<Buffer> {
    for (let ordinal = 0; ; ordinal += 1) {
      const { rows } = await this.database.query<{ bytes: Buffer }>('SELECT bytes FROM bundle_chunk WHERE bundle_id = $1 AND ordinal = $2', [id, ordinal]);
      if (rows[0] === undefined) return;
      yield rows[0].bytes;
    }
  }
}

const toBundle = (row: Row): StoredBundle => ({
  id: row.id,
  engagementId: row.engagement_id,
  revision: row.revision,
  fileName: row.file_name,
  createdBy: row.created_by,
  status: row.status,
  progress: row.progress,
  ...(row.bytes === null ? {} : { bytes: row.bytes }),
  ...(row.sha256 === null ? {} : { sha256: row.sha256 }),
  ...(row.detail === null ? {} : { detail: row.detail }),
  createdAtMs: row.created_at,
  ...(row.finished_at === null ? {} : { finishedAtMs: row.finished_at }),
});
