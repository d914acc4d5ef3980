import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyAuthenticator, canSignIn } from '@tickmark/access';
import { Database, FeedRepository } from '@tickmark/persistence';
import { systemClock } from '@tickmark/platform';
import { makeTestDatabase } from '@tickmark/testing';
import type { TestDatabase } from '@tickmark/testing';
import { readCredentials } from './credentials-file.js';
import { seedAccess } from './seed-access.js';

jest.setTimeout(120_000);

describe('the seed of access', () => {
  let server: TestDatabase;
  let database: Database;
  let folder: string;
  let credentialsPath: string;

  beforeAll(async () => {
    server = await makeTestDatabase();
    database = new Database({ url: server.url, app: 'spec' });
    folder = await mkdtemp(join(tmpdir(), 'tickmark-seed-'));
    credentialsPath = join(folder, 'state', 'credentials.json');
  });

  afterAll(async () => {
    await database.close();
    await server.drop();
    await rm(folder, { recursive: true });
  });

  const seed = () => seedAccess({ database, clock: systemClock, credentialsPath });
  const holder = (key: string) => new KeyAuthenticator(database, systemClock).authenticate(`Bearer ${key}`);

  it('makes an administrator, a key of each role and the feed local, in a file for its owner alone', async () => {
    const made = await seed();
    expect(await readCredentials(credentialsPath)).toEqual(made);
    expect((await stat(credentialsPath)).mode & 0o777).toBe(0o600);
    expect(made.admin).toEqual({ email: 'admin@tickmark.local', password: expect.stringMatching(/^[A-Za-z0-9_-]{24}$/) });
    expect(await canSignIn(database, made.admin)).toBe(true);
    const local = await new FeedRepository(database).byName('local');
    expect(local).toMatchObject({ system: 'local', production: true, types: ['*'], sources: ['*'], maxSilenceMs: undefined, settleMs: 2_000, perSecond: 2_000, perDay: undefined });
    expect(await holder(made.apiKeys.integration)).toMatchObject({ role: 'integration', feedId: local?.id });
    for (const role of ['dashboard', 'auditor', 'admin'] as const) expect(await holder(made.apiKeys[role])).toMatchObject({ role });
  });

  it('keeps everything when it is run again', async () => {
    const before = await readCredentials(credentialsPath);
    expect(await seed()).toEqual(before);
    const { rows } = await database.query('SELECT count(*)::int AS keys FROM api_key');
    expect(rows).toEqual([{ keys: 4 }]);
  });

  it('makes anew only what no longer works', async () => {
    const before = await seed();
    await database.query("UPDATE api_key SET revoked_at = now() WHERE role = 'auditor'");
    const after = await seed();
    expect(after).toEqual({ ...before, apiKeys: { ...before.apiKeys, auditor: expect.not.stringMatching(before.apiKeys.auditor) } });
    expect(await holder(after.apiKeys.auditor)).toMatchObject({ role: 'auditor' });
  });

  it('makes new ones when the file is gone or is none of ours', async () => {
    const before = await seed();
    await writeFile(credentialsPath, 'nonsense');
    const after = await seed();
    expect(after.admin.password).not.toBe(before.admin.password);
    expect(await canSignIn(database, before.admin)).toBe(false);
    expect(await holder(after.apiKeys.integration)).toMatchObject({ role: 'integration' });
  });
});
