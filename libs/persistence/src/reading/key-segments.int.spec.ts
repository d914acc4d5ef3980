import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { makeTestDatabase } from '@tickmark/testing';
import type { TestDatabase } from '@tickmark/testing';
import { Database } from '../database.js';
import { readKeySegments } from './key-segments.js';
import type { KeySegments, SegmentRange } from './key-segments.js';
import { countPresent, readPresent } from './open-segments.js';
import { inSnapshot } from './snapshot.js';

jest.setTimeout(120_000);
const DAY_MS = 86_400_000;
const BEGIN_MS = Date.parse('2026-03-01T00:00:00Z');
const KEYS = 600;
const DAYS = 20;

describe('segments of a check', () => {
  let server: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    server = await makeTestDatabase();
    database = new Database({ url: server.url, app: 'spec' });
    await database.query(`INSERT INTO key_name (name) SELECT 'k' || n FROM generate_series(1, ${KEYS}) n`);
    await database.query("INSERT INTO key_span (check_id, key_id, group_id, begin_at) SELECT 1, id, id, '2026-03-01' FROM key_name");
    // More rows than one page; the last segment of each key is open.
    await database.query(
      `INSERT INTO segment (check_id, key_id, group_id, from_at, to_at, state, basis, feed_ids)
       SELECT 1, k.id, k.id, '2026-03-01'::timestamptz + d * interval '1 day',
         CASE WHEN d < ${DAYS - 1} THEN '2026-03-01'::timestamptz + (d + 1) * interval '1 day' END, d % 2, 0, '{1}'
       FROM key_name k, generate_series(0, ${DAYS - 1}) d`,
    );
  });

  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  const all = (changes: Partial<SegmentRange> = {}): Promise<readonly KeySegments[]> =>
    inSnapshot(database, async (snapshot) => {
      const range = { checkId: 1, fromMs: BEGIN_MS, toMs: BEGIN_MS + 100 * DAY_MS, named: true, ...changes };
      const keys: KeySegments[] = [];
      for await (const key of readKeySegments(snapshot, range)) keys.push(key);
      return keys;
    });

  it('come key by key, whole and in order, across pages', async () => {
    const keys = await all();
    expect(keys.map(({ key }) => key)).toEqual(Array.from({ length: KEYS }, (_, index) => `k${index + 1}`));
    expect(new Set(keys.map(({ segments }) => segments.length))).toEqual(new Set([DAYS]));
    for (const { segments } of keys) segments.slice(1).forEach((segment, index) => expect(segment.fromMs).toBe(segments[index]?.toMs));
    expect(keys[0]?.segments[0]).toEqual({ state: 'pass', fromMs: BEGIN_MS, toMs: BEGIN_MS + DAY_MS, basis: 'evidence', feedIds: [1] });
  });

  it('are those that touch the range, of one key if asked, and without names where nobody needs them', async () => {
    const keys = await all({ fromMs: BEGIN_MS + DAY_MS, toMs: BEGIN_MS + 2 * DAY_MS, named: false });
    expect(keys).toHaveLength(KEYS);
    expect(keys[0]).toMatchObject({ key: '', group: '', segments: [{ state: 'fail', fromMs: BEGIN_MS + DAY_MS }] });
    const [first] = await all();
    expect((await all({ keyId: first?.keyId ?? 0 })).map(({ key }) => key)).toEqual(['k1']);
    expect(await all({ checkId: 2 })).toEqual([]);
  });

  it('end with their key, which then is in nothing at present', async () => {
    const page = () => readPresent(database, { checkIds: [1], limit: 2 });
    expect((await page()).map(({ key, segment }) => [key, segment.state])).toEqual([['k1', 'fail'], ['k2', 'fail']]);
    await database.query("UPDATE key_span SET retired_at = '2026-03-02T12:00:00Z' WHERE key_id = (SELECT id FROM key_name WHERE name = 'k1')");
    const [retired] = await all();
    expect(retired?.segments.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [BEGIN_MS, BEGIN_MS + DAY_MS],
      [BEGIN_MS + DAY_MS, BEGIN_MS + 1.5 * DAY_MS],
    ]);
    expect((await page()).map(({ key }) => key)).toEqual(['k2', 'k3']);
    expect(await countPresent(database, [1], [])).toEqual([{ checkId: 1, state: 'fail', basis: 'evidence', feedIds: [1], keys: KEYS - 1 }]);
  });
});
