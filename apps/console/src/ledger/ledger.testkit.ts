import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { leafBytes, leafHash, noteKey, publicBytes, saltedHash, signCheckpoint } from '@tickmark/ledger';
import { Database, insertCheckpoint, insertSealerKey, insertTiles, noteSealerStatus, readGrowingTree, readLeafBytes } from '@tickmark/persistence';
import type { SealerStatus } from '@tickmark/persistence';
import type { TestConsole } from '../calls.testkit.js';

const RECEIVED_AT = '2026-03-01T10:00:01.000Z';
const salts = { raw: Buffer.alloc(16, 1), normal: Buffer.alloc(16, 2) };

/** Evidence in a ledger of the console's database, and checkpoints of it as sealer signs them. */
export class LedgerData {
  readonly #sealer: Database;
  readonly #privateKey = generateKeyPairSync('ed25519').privateKey;
  readonly key = noteKey('tickmark', publicBytes(this.#privateKey));
  readonly evidenceIds: string[] = [];

  constructor(private readonly app: TestConsole) {
    this.#sealer = new Database({ url: app.database.url, app: 'spec', role: 'tickmark_sealer' });
  }

  async append(count: number): Promise<void> {
    const { database, feed } = this.app.data;
    const from = this.evidenceIds.length;
    for (let index = from; index < from + count; index += 1) {
      const [id, deliveryId, body, normal] = [randomUUID(), randomUUID(), Buffer.from(`body ${index}`), `{"id":"e${index}","source":"urn:okta","type":"identity.account"}`];
      await database.query(
        `INSERT INTO delivery (id, received_at, feed_id, format, content_type, headers, sha256, body, salt, accepted, repeated, ignored, rejected)
         VALUES ($1, $2, $3, 'cloudevents', 'application/json', '{}', $4, $5, $6, 1, 0, 0, 0)`,
        [deliveryId, RECEIVED_AT, feed.id, createHash('sha256').update(body).digest(), body, salts.raw],
      );
      await database.query(
        `INSERT INTO evidence (leaf_index, received_at, id, delivery_id, ordinal, feed_id, source_id, event_id, type, time, time_assumed, too_old, normal, salt)
         VALUES ($1, $2, $3, $4, 0, $5, 1, $6, 'identity.account', '2026-03-01T10:00:00Z', false, false, $7, $8)`,
        [index, RECEIVED_AT, id, deliveryId, feed.id, `e${index}`, normal, salts.normal],
      );
      const leaf = leafBytes({ kind: 'evidence', id, receivedAtMs: Date.parse(RECEIVED_AT), digests: [saltedHash(salts.raw, body), saltedHash(salts.normal, normal)] });
      await database.query('INSERT INTO ledger_leaf (leaf_index, received_at, kind, bytes) VALUES ($1, $2, 1, $3)', [index, RECEIVED_AT, leaf]);
      this.evidenceIds.push(id);
    }
    await database.query('UPDATE ledger_head SET next_index = $1', [this.evidenceIds.length]);
  }

  async seal(signedAt: string): Promise<string> {
    const [size, signedAtMs] = [this.evidenceIds.length, Date.parse(signedAt)];
    const tree = await readGrowingTree(this.#sealer);
    const leaves = await readLeafBytes(this.#sealer, { from: tree.size, to: size });
    await insertTiles(this.#sealer, leaves.flatMap((leaf) => tree.append(leafHash(leaf))));
    const root = Buffer.from(tree.root());
    const note = signCheckpoint({ origin: 'tickmark', size, root }, this.#privateKey);
    await insertSealerKey(this.#sealer, { ...this.key, validFromMs: signedAtMs });
    await insertCheckpoint(this.#sealer, { epoch: 1, size, origin: 'tickmark', root, note, signedAtMs });
    return note;
  }

  says(status: SealerStatus): Promise<void> {
    return noteSealerStatus(this.#sealer, status);
  }

  close(): Promise<void> {
    return this.#sealer.close();
  }
}
