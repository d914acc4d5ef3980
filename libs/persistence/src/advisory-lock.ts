import type { PoolClient } from 'pg';
import type { Database, Queryable } from './database.js';
import { onClient } from './database.js';

/** Numbers of the locks that only one process of the installation holds at a time. */
export const LOCKS = { controlEventsRelay: 7_305_001, stateChangesRelay: 7_305_002, sealer: 7_305_003, scrub: 7_305_004 } as const;

/** A lock and the connection that holds it: when the connection breaks, the lock is gone and `lost` says so. */
export class HeldLock {
  private broken = false;
  readonly connection: Queryable;

  private constructor(private readonly client: PoolClient) {
    this.connection = onClient(client);
    client.on('error', this.noteLoss);
    client.on('end', this.noteLoss);
  }

  /** Undefined while another process holds it. */
  static async take(database: Database, lock: number): Promise<HeldLock | undefined> {
    const client = await database.connect();
    try {
      const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [lock]);
      if (rows[0]?.held === true) return new HeldLock(client);
      client.release();
      return undefined;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  get lost(): boolean {
    return this.broken;
  }

  /** Ends the connection, and with it the lock. */
  release(): void {
    this.client.off('error', this.noteLoss);
    this.client.off('end', this.noteLoss);
    this.client.on('error', () => undefined);
    this.client.release(true);
  }

  private readonly noteLoss = (): void => {
    this.broken = true;
  };
}
