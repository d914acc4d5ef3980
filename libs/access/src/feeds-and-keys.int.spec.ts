import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '@tickmark/persistence';
import { makeTestDatabase } from '@tickmark/testing';
import type { TestDatabase } from '@tickmark/testing';
import { hashOfKey } from './api-key.js';
import { FeedDirectory } from './feed-directory.js';
import { feedRegistration } from './feed-registration.js';
import type { FeedRegistrationInput } from './feed-registration.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { RegisterFeed } from './register-feed.js';
import type { RegisteredFeed } from './register-feed.js';
import { RotateKey } from './rotate-key.js';
import { SecretBox } from './secret-box.js';
import { issueLocalKey, issueReadingKey, seedLocalFeed } from './seed-local.js';

const box = new SecretBox(Buffer.alloc(32, 5));
let made: TestDatabase;
let database: Database;
beforeAll(async () => {
  made = await makeTestDatabase();
  database = new Database({ url: made.url, app: 'spec' });
});
afterAll(async () => {
  await database.close();
  await made.drop();
});

const registration = (change: Partial<FeedRegistrationInput> = {}) =>
  feedRegistration(['github']).parse({
    name: 'okta',
    system: 'okta',
    production: true,
    types: ['*'],
    sources: ['*'],
    liveness: { maxSilence: '90m' },
    authentication: { kind: 'bearer' },
    ...change,
  });

async function register(change: Partial<FeedRegistrationInput> = {}): Promise<Extract<RegisteredFeed, { outcome: 'registered' }>> {
  const registered = await new RegisterFeed(database, box).execute(registration(change), 'ann@example.org');
  if (registered.outcome !== 'registered') throw new Error('the name is taken');
  return registered;
}

function anAuthenticator() {
  const clock = { nowMs: Date.now(), now: () => clock.nowMs };
  return { clock, keys: new KeyAuthenticator(database, clock) };
}

const one = async (text: string, values: readonly unknown[] = []): Promise<unknown> => (await database.query(text, values)).rows[0];

describe('registering a feed', () => {
  it('gives its key once, keeps only the hash, starts its liveness and goes on record', async () => {
    const { feed, apiKey } = await register({ name: 'first' });
    expect(apiKey).toMatch(/^tmk_integration_/);
    expect(await one('SELECT key_hash, scopes FROM api_key WHERE feed_id = $1', [feed.id])).toEqual({ key_hash: hashOfKey(apiKey!), scopes: ['events'] });
    expect(await one('SELECT due_at - last_sign_at = interval \'90 minutes\' AS due FROM feed_liveness WHERE feed_id = $1', [feed.id])).toEqual({ due: true });
    expect(await one("SELECT actor, action FROM audit_trail WHERE detail->>'name' = 'first'")).toEqual({ actor: 'ann@example.org', action: 'feed.registered' });
    expect(await one("SELECT kind FROM ledger_intake WHERE payload->>'name' = 'first'")).toEqual({ kind: 8 });
  });

  it('refuses a name that is taken and leaves nothing behind', async () => {
    await register({ name: 'taken' });
    expect(await new RegisterFeed(database, box).execute(registration({ name: 'taken' }), 'ann@example.org')).toEqual({ outcome: 'name-taken' });
    expect(await one("SELECT count(*)::int AS n FROM audit_trail WHERE detail->>'name' = 'taken'")).toEqual({ n: 1 });
  });

  it('with a vendor’s secret gives no key and keeps the secret encrypted', async () => {
    const { feed, apiKey } = await register({ name: 'hooks', authentication: { kind: 'github', secret: 'a secret of github' } });
    expect(apiKey).toBeUndefined();
    const row = (await one('SELECT ciphertext FROM feed_secret WHERE feed_id = $1', [feed.id])) as { ciphertext: Buffer };
    expect(row.ciphertext.includes('a secret')).toBe(false);
    expect(await one('SELECT authentication FROM feed WHERE id = $1', [feed.id])).toEqual({ authentication: { kind: 'github' } });
    const directory = new FeedDirectory(database, { now: () => 0 }, box);
    expect(await directory.secretsOf(feed)).toEqual(['a secret of github']);
    expect(await directory.byName('hooks')).toEqual(feed);
    expect(await directory.byId(feed.id)).toEqual(feed);
    expect(await directory.byName('nobody')).toBeUndefined();
  });

  it('with user and password keeps them as the header carries them', async () => {
    const { feed } = await register({ name: 'basic', authentication: { kind: 'basic', username: 'ann', password: 'a:long:password' } });
    expect(await new FeedDirectory(database, { now: () => 0 }, box).secretsOf(feed)).toEqual(['ann:a:long:password']);
  });

  it('of a topic keeps the topic where others have a secret, and whether it may be confirmed', async () => {
    const topic = 'arn:aws:sns:eu-central-1:123456789012:config';
    const { feed, apiKey } = await register({ name: 'topic', authentication: { kind: 'aws-sns', topic } });
    expect([apiKey, feed.authentication]).toEqual([undefined, { kind: 'aws-sns' }]);
    expect(await new FeedDirectory(database, { now: () => 0 }, box).secretsOf(feed)).toEqual([topic]);
    const { feed: other } = await register({ name: 'unconfirmed', authentication: { kind: 'aws-sns', topic, confirm: false } });
    expect(other.authentication).toEqual({ kind: 'aws-sns', confirm: false });
  });

  it('gives the key the scopes of the reserved types that the feed names', async () => {
    const { feed } = await register({ name: 'beats', types: ['*', 'feed.heartbeat'] });
    expect(await one('SELECT scopes FROM api_key WHERE feed_id = $1', [feed.id])).toEqual({ scopes: ['events', 'events:feed.heartbeat'] });
  });
});

describe('a key', () => {
  it('names its feed and scopes, and its use is written down', async () => {
    const { feed, apiKey } = await register({ name: 'used' });
    const { keys } = anAuthenticator();
    expect(await keys.authenticate(`Bearer ${apiKey!}`)).toMatchObject({ role: 'integration', feedId: feed.id, scopes: new Set(['events']) });
    await keys.recordUse();
    expect(await one('SELECT last_used_at IS NOT NULL AS used FROM api_key WHERE feed_id = $1', [feed.id])).toEqual({ used: true });
  });

  it('is refused soon after it was revoked; two at most are in force', async () => {
    const { feed, apiKey } = await register({ name: 'rotated' });
    const { clock, keys } = anAuthenticator();
    const rotate = new RotateKey(database);
    const [second, third] = [await rotate.issue(feed, 'ann@example.org'), await rotate.issue(feed, 'ann@example.org')];
    expect([second.outcome, third.outcome]).toEqual(['issued', 'two-in-force']);
    const holder = await keys.authenticate(`Bearer ${apiKey!}`);
    expect(holder).toHaveProperty('keyId');
    expect(await rotate.revoke((holder as { keyId: number }).keyId, 'ann@example.org')).toBe(true);
    expect(await rotate.revoke((holder as { keyId: number }).keyId, 'ann@example.org')).toBe(false);
    clock.nowMs += 2_000;
    expect(await keys.authenticate(`Bearer ${apiKey!}`)).toEqual({ message: expect.stringContaining('revoked') });
    expect((await rotate.issue(feed, 'ann@example.org')).outcome).toBe('issued');
  });

  it('is refused after its end', async () => {
    const { feed, apiKey } = await register({ name: 'ending' });
    const { clock, keys } = anAuthenticator();
    await database.query("UPDATE api_key SET expires_at = now() + interval '1 hour' WHERE feed_id = $1", [feed.id]);
    expect(await keys.authenticate(`Bearer ${apiKey!}`)).toHaveProperty('keyId');
    clock.nowMs += 3_600_001;
    expect(await keys.authenticate(`Bearer ${apiKey!}`)).toEqual({ message: expect.stringContaining('expired') });
  });

  it.each([undefined, '', 'Basic abc', 'Bearer', 'Bearer x', 'Bearer tmk_integration_00000000000000000000000000000000000000000000000000'])(
    'is not %j, and nobody is asked',
    async (authorization) => {
      const nobody = { query: () => Promise.reject(new Error('asked')) };
      const refused = await new KeyAuthenticator(nobody, { now: () => 0 }).authenticate(authorization);
      expect(refused).toEqual({ message: expect.any(String) });
      if (authorization) expect(JSON.stringify(refused)).not.toContain('0000000000');
    },
  );
});

describe('the first start', () => {
  it('makes the feed "local" with its key once, whoever asks at the same time', async () => {
    const keys = await Promise.all([seedLocalFeed(database), seedLocalFeed(database), seedLocalFeed(database)]);
    expect(keys.filter((key) => key !== undefined)).toHaveLength(1);
    expect(await one("SELECT system, production, types, sources, max_silence_ms, settle_ms, per_second, per_day FROM feed WHERE name = 'local'")).toEqual({
      system: 'local', production: true, types: ['*'], sources: ['*'], max_silence_ms: null, settle_ms: 2_000, per_second: 2_000, per_day: null,
    });
    const { keys: authenticator } = anAuthenticator();
    for (const key of [keys.find((key) => key !== undefined), await issueLocalKey(database)]) {
      expect(await authenticator.authenticate(`Bearer ${key!}`)).toMatchObject({ role: 'integration', name: 'local' });
    }
    expect(await authenticator.authenticate(`Bearer ${await issueReadingKey(database, 'auditor')}`)).toMatchObject({ role: 'auditor', feedId: undefined });
  });
});
