import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, makeTestDatabase } from '@tickmark/testing';
import type { TestDatabase } from '@tickmark/testing';
import { HeldLock, LOCKS } from './advisory-lock.js';
import { Database } from './database.js';
import { faultOf } from './faults.js';

let made: TestDatabase;
let database: Database;
const lost: Error[] = [];
beforeAll(async () => {
  made = await makeTestDatabase();
  database = new Database({ url: made.url, app: 'spec', maxConnections: 3, statementTimeoutMs: 500, onConnectionLost: (error) => lost.push(error) });
});
afterAll(async () => {
  await database.close();
  await made.drop();
});

const ownPid = 'SELECT pg_backend_pid() AS pid';

/** From another connection, as the owner of the database: as if the server had ended it. */
async function endConnection(pid: number): Promise<void> {
  await database.query("SELECT set_config('role', 'none', false), pg_terminate_backend($1), set_config('role', 'tickmark_app', false)", [pid]);
}

describe('a database', () => {
  it('keeps the origin of a ledger from its first leaf on', async () => {
    const name = (origin: string) => database.query('UPDATE ledger_head SET origin = $1 RETURNING origin', [origin]);
    expect((await database.query('SELECT origin FROM ledger_head')).rows).toEqual([{ origin: 'tickmark' }]);
    expect((await name('demo')).rows).toEqual([{ origin: 'demo' }]);
    await database.query('UPDATE ledger_head SET next_index = 1');
    await expect(name('tickmark')).rejects.toThrow('keeps its origin');
    expect((await name('demo')).rows).toEqual([{ origin: 'demo' }]);
  });

  it('reads times as milliseconds and bigints as numbers, and acts as the application', async () => {
    const { rows } = await database.query("SELECT '2026-01-02T03:04:05.678+01:00'::timestamptz AS at, 9007199254740991::bigint AS big, current_user::text AS who");
    expect(rows).toEqual([{ at: Date.parse('2026-01-02T02:04:05.678Z'), big: 9_007_199_254_740_991, who: 'tickmark_app' }]);
  });

  it('gives no number that it cannot hold exactly', async () => {
    await expect(database.query('SELECT 9007199254740993::bigint AS big')).rejects.toThrow('2^53');
  });

  it('keeps all of a transaction or nothing', async () => {
    const insert = "INSERT INTO source_name (name) VALUES ('kept')";
    await expect(database.transaction(async (transaction) => {
      await transaction.query(insert);
      throw new Error('no');
    })).rejects.toThrow('no');
    expect((await database.query("SELECT 1 FROM source_name WHERE name = 'kept'")).rowCount).toBe(0);
    await database.transaction((transaction) => transaction.query(insert));
    expect((await database.query("SELECT 1 FROM source_name WHERE name = 'kept'")).rowCount).toBe(1);
  });

  it('survives a connection that breaks within a transaction, and says so', async () => {
    const broken = database.transaction(async (transaction) => {
      const { rows } = await transaction.query<{ pid: number }>(ownPid);
      await endConnection(rows[0]!.pid);
      // Between two queries: nothing but the listener hears of it.
      await eventually(() => expect(lost).not.toEqual([]));
      await transaction.query('SELECT 1');
    });
    expect(faultOf(await broken.then(() => undefined, (error: unknown) => error))).toBe('unavailable');
    expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('holds a lock for one at a time, and notices when it is lost', async () => {
    const held = await HeldLock.take(database, LOCKS.controlEventsRelay);
    expect(await HeldLock.take(database, LOCKS.controlEventsRelay)).toBeUndefined();
    const { rows } = await held!.connection.query<{ pid: number }>(ownPid);
    await endConnection(rows[0]!.pid);
    await expect(held!.connection.query('SELECT pg_sleep(1)')).rejects.toThrow();
    await eventually(() => expect(held!.lost).toBe(true));
    held!.release();
    const next = await HeldLock.take(database, LOCKS.controlEventsRelay);
    expect(next?.lost).toBe(false);
    next?.release();
  });

  it.each([
    ['SELECT pg_sleep(5)', 'unavailable'],
    ["INSERT INTO source_name (name) VALUES ('twice'), ('twice')", 'data'],
    ['SELECT 1/0', 'data'],
    ['SELECT nothing', 'other'],
  ])('says of %s that it is %s', async (text, fault) => {
    expect(faultOf(await database.query(text).then(() => undefined, (error: unknown) => error))).toBe(fault);
  });
});

it('refuses NUL as data, and the connection lives on', async () => {
  const refused = await database.query('SELECT $1::text', ['a\0b']).then(() => undefined, (error: unknown) => error);
  expect(faultOf(refused)).toBe('data');
});

describe('the months ahead', () => {
  it('are made before they begin, and making them again changes nothing', async () => {
    const tables = async () => (await database.query("SELECT c.relname FROM pg_class c WHERE c.relname ~ '^evidence_[0-9]{6}$'")).rowCount;
    const before = await tables();
    expect(before).toBe(3);
    await database.query('SELECT ensure_partitions_ahead()');
    expect(await tables()).toBe(before);
  });
});
