import { ApiKeyRepository, putIntoLedger, recordAudit } from '@tickmark/persistence';
import type { Database, Feed, Queryable } from '@tickmark/persistence';
import { issueKey } from './register-feed.js';

const MOST_KEYS_OF_A_FEED = 2;

export type RotatedKey =
  | { readonly outcome: 'issued'; readonly apiKey: string }
  /** Both are in use: revoke the old one first. */
  | { readonly outcome: 'two-in-force' };

/** The second key of a feed, so that the integration can change over before the first one is revoked. */
export class RotateKey {
  constructor(private readonly database: Database) {}

  issue(feed: Feed, actor: string): Promise<RotatedKey> {
    return this.database.transaction(async (transaction) => {
      const active = await new ApiKeyRepository(transaction).activeOfFeed(feed.id);
      if (active.length >= MOST_KEYS_OF_A_FEED) return { outcome: 'two-in-force' };
      const apiKey = await issueKey(transaction, feed);
      await note(transaction, { action: 'key.issued', actor, detail: { feed: feed.id } });
      return { outcome: 'issued', apiKey };
    });
  }

  /** False when there is no such key in force. */
  revoke(keyId: number, actor: string): Promise<boolean> {
    return this.database.transaction(async (transaction) => {
      const revoked = await new ApiKeyRepository(transaction).revoke(keyId);
      if (revoked) await note(transaction, { action: 'key.revoked', actor, detail: { key: keyId } });
      return revoked;
    });
  }
}

interface Note {
  readonly action: string;
  readonly actor: string;
  readonly detail: Readonly<Record<string, number>>;
}

async function note(transaction: Queryable, { action, actor, detail }: Note): Promise<void> {
  await recordAudit(transaction, { actor, action, detail });
  await putIntoLedger(transaction, 'access', { action, actor, ...detail });
}
