import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { leafHash, openCheckpoint, parseLeaf, readNoteKey, saltedHash, verifyConsistency, verifyInclusion } from '@tickmark/ledger';
import { aConsole } from '../calls.testkit.js';
import type { TestConsole } from '../calls.testkit.js';
import { LedgerData } from './ledger.testkit.js';

const NOW = '2026-03-10T12:00:30.000Z';

interface Head {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly note: string;
}

interface Proof {
  readonly index: number;
  readonly leaf: string;
  readonly leafHash: string;
  readonly salts: { readonly normal: string; readonly raw: string | null };
  readonly normal: string;
  readonly path: readonly string[];
  readonly checkpoint: Head;
}

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');

describe('the ledger', () => {
  let app: TestConsole;
  let ledger: LedgerData;
  let first: string;
  let last: string;

  beforeAll(async () => {
    app = await aConsole(NOW);
    await app.data.judgedUntil('2026-03-10T12:00:00.000Z');
    ledger = new LedgerData(app);
  });

  afterAll(async () => {
    await ledger.close();
    await app.close();
  });

  it('has no checkpoint before the first one is signed, and says so', async () => {
    expect(await app.get('/v1/ledger/checkpoint')).toMatchObject({ status: 404, body: { detail: 'No checkpoint was signed yet.' } });
    expect(await app.get('/v1/ledger/consistency?from=1')).toMatchObject({ status: 404 });
    expect((await app.get('/v1/ledger/keys')).body).toEqual({ items: [], nextCursor: null });
  });

  it('answers 409 for evidence that is not sealed yet, with how far sealing is', async () => {
    await ledger.append(3);
    const { status, headers, body } = await app.get(`/v1/evidence/${ledger.evidenceIds[2]!}/proof`);
    expect({ status, body, retryAfter: headers['retry-after'] }).toMatchObject({
      status: 409,
      retryAfter: '30',
      body: { title: 'Not sealed', index: 2, sealedLeaves: 0, detail: 'This evidence is leaf 2 and not sealed yet: the last checkpoint covers 0 leaves. Ask again.' },
    });
  });

  it('shows the checkpoint as JSON, and the signed note to who asks for text', async () => {
    first = await ledger.seal('2026-03-10T11:00:00.000Z');
    await ledger.append(300);
    last = await ledger.seal('2026-03-10T12:00:00.000Z');
    expect((await app.get('/v1/ledger/checkpoint')).body).toMatchObject({ origin: 'tickmark', epoch: 1, size: 303, signedAt: '2026-03-10T12:00:00.000Z', note: last });
    expect((await app.get('/v1/ledger/checkpoint?size=3')).body).toMatchObject({ size: 3, note: first });
    const text = await app.get('/v1/ledger/checkpoint', { headers: { accept: 'text/plain' } });
    expect({ type: text.headers['content-type'], text: text.text }).toEqual({ type: 'text/plain; charset=utf-8', text: last });
    expect(await app.get('/v1/ledger/checkpoint?size=4')).toMatchObject({ status: 404, body: { detail: 'No checkpoint of 4 leaves was signed.' } });
    expect((await app.get('/v1/ledger/checkpoint?size=0')).status).toBe(400);
  });

  it('lists the keys in the form in which they are pinned', async () => {
    const { body } = await app.get<{ items: readonly { key: string; validFrom: string; validUntil: string | null }[] }>('/v1/ledger/keys');
    expect(body.items).toMatchObject([{ validFrom: '2026-03-10T11:00:00.000Z', validUntil: null }]);
    expect(readNoteKey(body.items[0]!.key)).toEqual(ledger.key);
  });

  it('proves that evidence stands in it, down to its bytes', async () => {
    for (const [index, size] of [[0, undefined], [2, 3], [255, undefined], [302, undefined]] as const) {
      const { body } = await app.get<Proof>(`/v1/evidence/${ledger.evidenceIds[index]!}/proof${size === undefined ? '' : `?size=${size}`}`);
      const opened = openCheckpoint(body.checkpoint.note, [ledger.key]);
      if (!opened.ok) throw new Error(opened.reason);
      const { checkpoint } = opened;
      expect(checkpoint.size).toBe(size ?? 303);
      const leaf = bytes(body.leaf);
      const claim = { leafHash: leafHash(leaf), index: body.index, size: checkpoint.size, root: checkpoint.root, path: body.path.map(bytes) };
      expect(verifyInclusion(claim)).toEqual({ ok: true });
      expect(body.leafHash).toBe(leafHash(leaf).toString('base64'));
      const [raw, normal] = parseLeaf(leaf)!.digests;
      expect(saltedHash(bytes(body.salts.normal), body.normal)).toEqual(normal);
      expect(saltedHash(bytes(body.salts.raw!), `body ${index}`)).toEqual(raw);
    }
  });

  it('gives the proof as a file, too', async () => {
    const { text } = await app.get(`/v1/evidence/${ledger.evidenceIds[302]!}/proof`, { headers: { accept: 'text/plain' } });
    expect(text).toMatch(/^c2sp\.org\/tlog-proof@v1\nextra [A-Za-z0-9+/]+=*\nindex 302\n([A-Za-z0-9+/]{43}=\n)+\ntickmark\n303\n/);
    expect(text.endsWith(`\n\n${last}`)).toBe(true);
  });

  it('answers 409 when the checkpoint that is named does not cover the evidence, and 404 when there is none or no evidence', async () => {
    expect(await app.get(`/v1/evidence/${ledger.evidenceIds[5]!}/proof?size=3`)).toMatchObject({ status: 409, body: { index: 5, sealedLeaves: 3 } });
    expect((await app.get(`/v1/evidence/${ledger.evidenceIds[5]!}/proof?size=7`)).status).toBe(404);
    expect((await app.get(`/v1/evidence/${randomUUID()}/proof`)).status).toBe(404);
  });

  it('proves that it only grew, between any two sizes up to the last checkpoint', async () => {
    const { body } = await app.get<{ from: { size: number; root: string; checkpoint: Head | null }; to: { size: number; root: string; checkpoint: Head | null }; path: string[] }>(
      '/v1/ledger/consistency?from=3',
    );
    expect([body.from.checkpoint?.note, body.to.checkpoint?.note]).toEqual([first, last]);
    const claim = { oldSize: 3, oldRoot: bytes(body.from.root), newSize: 303, newRoot: bytes(body.to.root), path: body.path.map(bytes) };
    expect(verifyConsistency(claim)).toEqual({ ok: true });
    expect((await app.get('/v1/ledger/consistency?from=100&to=257')).body).toMatchObject({ from: { size: 100, checkpoint: null }, to: { size: 257, checkpoint: null } });
    expect((await app.get('/v1/ledger/consistency?from=10&to=5')).body).toMatchObject({ status: 400, errors: [{ pointer: '/from', message: 'must be at most 5' }] });
    expect((await app.get('/v1/ledger/consistency?from=10&to=304')).body).toMatchObject({ status: 409, detail: 'The last checkpoint covers 303 leaves, not 304.' });
    expect((await app.get('/v1/ledger/consistency')).status).toBe(400);
  });

  it('shows dashboards how much of it is sealed', async () => {
    await ledger.append(2);
    await ledger.says({});
    expect((await app.get('/v1/metrics/overview')).body).toMatchObject({
      ledger: { leaves: 305, sealedLeaves: 303, unsealedLeaves: 2, lastCheckpointAt: '2026-03-10T12:00:00.000Z', refusal: null, alteredLeaf: null },
    });
    const { text } = await app.call('GET', '/metrics');
    expect(text).toContain('tickmark_ledger_unsealed_leaves{app="console"} 2');
    expect((await app.call('GET', '/readyz')).body).toMatchObject({ status: 'ready', degraded: [] });
  });

  it('says that it is degraded when the sealer refuses, and when a sealed leaf was altered', async () => {
    await ledger.says({ refusal: 'an older copy was restored' });
    expect(await app.call('GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'degraded', degraded: [{ name: 'sealer', reason: 'nothing is signed: an older copy was restored' }] } });
    await ledger.says({ alteredLeaf: 17 });
    expect((await app.call('GET', '/readyz')).body).toMatchObject({ degraded: [{ name: 'sealer', reason: 'leaf 17 is not the one that was sealed' }] });
    await ledger.says({});
  });

  it('gives no proof of a leaf that was changed since it was sealed', async () => {
    const forge = async (index: number): Promise<void> => {
      const client = await app.data.database.connect();
      await client.query('SET ROLE NONE');
      await client.query('SET session_replication_role = replica');
      await client.query('UPDATE ledger_leaf SET bytes = set_byte(bytes, 20, get_byte(bytes, 20) # 1) WHERE leaf_index = $1', [index]);
      client.release(true);
    };
    const proofOf = (index: number) => app.get(`/v1/evidence/${ledger.evidenceIds[index]!}/proof`);
    const refused = { status: 500, body: { detail: 'This evidence cannot be proved: its leaf is not the one that was sealed.' } };
    await forge(7);
    expect(await proofOf(7)).toMatchObject(refused);
    // Its neighbours in a full tile are proved all the same.
    expect((await proofOf(8)).status).toBe(200);
    await forge(300);
    expect(await proofOf(300)).toMatchObject(refused);
  });
});
