import pg from 'pg';
import type { PoolClient, QueryResult, QueryResultRow } from 'pg';
import { parserFor } from './column-types.js';
import { faultOf } from './faults.js';

/** What repositories need: the pool and a client within a transaction both have it. */
export interface Queryable {
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<QueryResult<Row>>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly app: string;
  /** What it may do in the database; `tickmark_app` unless said otherwise. */
  readonly role?: 'tickmark_app' | 'tickmark_sealer';
  readonly maxConnections?: number;
  readonly statementTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** What is committed may be lost with the machine until a later commit waits for the disk. Never where somebody is answered. */
  readonly lazyCommits?: true;
  /** Told when a connection breaks; the pool opens a new one by itself. */
  readonly onConnectionLost?: (error: Error) => void;
}

const STATEMENT_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** The client gives up a little after the server should have. */
const SILENCE_MARGIN_MS = 2_000;
/**
 * What a client that is gone without a word had locked is let go again: the server ends a transaction that nobody goes on
 * with, and a connection whose other end is not there. By default it would wait for hours.
 */
const SERVER_NOTICES = [
  'idle_in_transaction_session_timeout=20000', 'tcp_keepalives_idle=10', 'tcp_keepalives_interval=5', 'tcp_keepalives_count=3', 'tcp_user_timeout=25000',
].map((setting) => `-c ${setting}`).join(' ');

/** Connections act in their role, in UTC, with commits that are on disk when they are answered. */
function connectionConfig(options: DatabaseOptions): pg.ClientConfig {
  const { url, app, role = 'tickmark_app', statementTimeoutMs = STATEMENT_TIMEOUT_MS, connectTimeoutMs = CONNECT_TIMEOUT_MS, lazyCommits = false } = options;
  return {
    connectionString: url,
    application_name: `tickmark-${app}`,
    options: `-c role=${role} -c timezone=UTC -c synchronous_commit=${lazyCommits ? 'off' : 'on'} -c statement_timeout=${statementTimeoutMs} ${SERVER_NOTICES}`,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: statementTimeoutMs + SILENCE_MARGIN_MS,
    keepAlive: true,
    types: { getTypeParser: parserFor },
  };
}

export class Database implements Queryable {
  readonly pool: pg.Pool;

  constructor(private readonly options: DatabaseOptions) {
    this.pool = new pg.Pool({ ...connectionConfig(options), max: options.maxConnections ?? 10 });
    // A connection may break at any moment, also between two queries of a transaction; unheard, that ends the process.
    this.pool.on('connect', (client) => client.on('error', (error) => this.options.onConnectionLost?.(error)));
    this.pool.on('error', () => undefined);
  }

  query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<QueryResult<Row>> {
    return this.pool.query<Row>(text, [...values]);
  }

  /** READ COMMITTED; rolled back when `work` rejects. A connection in doubt is not used again. */
  async transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      const result = await work(onClient(client));
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      client.release(!(await rolledBack(client, error)));
      throw error;
    }
  }

  /** A connection of one's own, for advisory locks, COPY or LISTEN; `release(true)` ends it. */
  connect(): Promise<PoolClient> {
    return this.pool.connect();
  }

  /** For readiness. */
  async ping(): Promise<undefined> {
    await this.pool.query('SELECT 1');
    return undefined;
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

export function onClient(client: PoolClient): Queryable {
  return {
    query: <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) => client.query<Row>(text, [...values]),
  };
}

/** False for a connection that should not be used again. One that is broken or silent is not even asked. */
export async function rolledBack(client: PoolClient, cause: unknown): Promise<boolean> {
  if (faultOf(cause) === 'unavailable') return false;
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}
