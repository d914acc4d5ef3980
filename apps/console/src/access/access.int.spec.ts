import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { ROLES, RegisterFeed, SecretBox, Sessions, feedRegistration, mintApiKey } from '@tickmark/access';
import type { Role } from '@tickmark/access';
import { PeopleRepository } from '@tickmark/persistence';
import { aConsole } from '../calls.testkit.js';
import type { TestConsole } from '../calls.testkit.js';
import { ROUTES } from '../routes.js';
import { ACCESS } from './access-table.js';

const NOW = '2026-03-10T12:00:30.000Z';
type Method = 'GET' | 'POST' | 'DELETE';
interface Operation {
  readonly 'x-tickmark-roles': readonly Role[] | 'anyone';
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

describe('access', () => {
  let app: TestConsole;
  let headersOf: Readonly<Record<Role, Readonly<Record<string, string>>>>;
  let document: Document;

  const person = async (role: 'admin' | 'security' | 'approver' | 'viewer' | 'auditor') => {
    const made = await new PeopleRepository(app.data.database).insert(`${role}@example.test`, 'no password', role);
    if (made === undefined) throw new Error('there already');
    const { token } = await new Sessions(app.data.database, app.clock).start(made);
    return { cookie: `tickmark_session=${token}` };
  };

  beforeAll(async () => {
    app = await aConsole(NOW);
    await app.data.judgedUntil('2026-03-10T12:00:00.000Z');
    const registration = feedRegistration([]).parse({
      name: 'own', system: 'own', production: true, types: ['*'], sources: ['*'], liveness: 'none', authentication: { kind: 'bearer' },
    });
    const registered = await new RegisterFeed(app.data.database, new SecretBox(Buffer.alloc(32, 7))).execute(registration, 'spec');
    const integration = registered.outcome === 'registered' ? registered.apiKey : undefined;
    headersOf = {
      admin: await person('admin'),
      security: await person('security'),
      approver: await person('approver'),
      viewer: await person('viewer'),
      auditor: { authorization: `Bearer ${app.keys.auditor}` },
      dashboard: { authorization: `Bearer ${app.keys.dashboard}` },
      integration: { authorization: `Bearer ${String(integration)}` },
    };
    document = (await app.call('GET', '/openapi.json')).body as unknown as Document;
  });

  afterAll(() => app.close());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase() as Method, roles: operation['x-tickmark-roles'] })),
    );
  const urlOf = (path: string): string => path.replaceAll(/\{\w+\}/g, randomUUID());
  const statusFor = async (method: Method, path: string, headers: Readonly<Record<string, string>>) =>
    (await app.call(method, urlOf(path), { headers, ...(method === 'POST' ? { body: { nonsense: true } } : {}) })).status;

  it('has a row in the table of roles for every operation of the document, and no row for nothing', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations().map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(ACCESS).sort());
  });

  it('has an operation in the document for every route that the server has', () => {
    const printed = app.console.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
    const served = printed.split('\n').flatMap((line) => /(\/\S*|\*) \(([A-Z, ]+)\)/.exec(line)?.slice(1) ?? []);
    expect(served.length).toBeGreaterThan(0);
    for (const { path, method } of ROUTES) {
      expect(app.console.app.getHttpAdapter().getInstance().hasRoute({ method, url: path.replaceAll(/\{(\w+)\}/g, ':$1') })).toBe(true);
    }
    const count = printed.split('\n').reduce((sum, line) => sum + ((/\(([A-Z, ]+)\)/.exec(line)?.[1] ?? '').split(', ').filter((verb) => verb !== '' && verb !== 'HEAD').length), 0);
    expect(count).toBe(ROUTES.length);
  });

  it('answers every role on every operation as the table says', async () => {
    for (const { method, path, roles } of operations()) {
      if (roles === 'anyone') continue;
      for (const role of ROLES) {
        const status = await statusFor(method, path, headersOf[role]);
        const got = `${role} ${method} ${path}: ${status === 403 ? 'refused' : status === 401 ? 'unknown' : 'let in'}`;
        expect(got).toBe(`${role} ${method} ${path}: ${roles.includes(role) ? 'let in' : 'refused'}`);
      }
    }
  });

  it('knows nobody without credentials, with a broken, foreign, revoked or expired key, or with a session that is over', async () => {
    const { rows } = await app.data.database.query<{ id: number }>('SELECT id FROM api_key LIMIT 0');
    expect(rows).toEqual([]);
    const revoked = await oldKey("revoked_at = '2026-03-01'");
    const expired = await oldKey("expires_at = '2026-03-01'");
    const strangers = [
      {}, { authorization: 'Bearer tmk_admin_x' }, { authorization: `Bearer ${mintApiKey('admin')}` }, { authorization: 'Basic YTpi' },
      { authorization: `Bearer ${revoked}` }, { authorization: `Bearer ${expired}` }, { cookie: `tickmark_session=${'x'.repeat(43)}` },
    ];
    for (const headers of strangers) {
      for (const { method, path, roles } of operations().filter((each) => each.roles !== 'anyone').slice(0, 6)) {
        expect([method, path, roles.length > 0, await statusFor(method, path, headers as Record<string, string>)]).toEqual([method, path, true, 401]);
      }
    }
    const answer = await app.call('GET', '/v1/controls');
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="tickmark"');
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({ status: 401, title: 'Not authenticated' });
  });

  const oldKey = async (change: string): Promise<string> => {
    const key = mintApiKey('admin');
    await app.data.database.query("INSERT INTO api_key (name, role, key_hash, scopes) VALUES ('old', 'admin', $1, '{}')", [
      createHash('sha256').update(key).digest(),
    ]);
    await app.data.database.query(`UPDATE api_key SET ${change} WHERE key_hash = $1`, [createHash('sha256').update(key).digest()]);
    return key;
  };

  it('shows an integration the deliveries of its own feed only', async () => {
    const feeds = await app.data.database.query<{ id: number; name: string }>("SELECT id, name FROM feed WHERE name IN ('own', 'okta') ORDER BY name");
    const statuses: unknown[] = [];
    for (const { id, name } of feeds.rows) {
      const delivery = randomUUID();
      await app.data.database.query(
        `INSERT INTO delivery (id, received_at, feed_id, format, content_type, headers, sha256, accepted, repeated, ignored, rejected)
         VALUES ($1, '2026-03-10T11:00:00Z', $2, 'cloudevents', 'application/json', '{}', '\\x00', 0, 0, 0, 0)`,
        [delivery, id],
      );
      statuses.push([name, (await app.call('GET', `/v1/deliveries/${delivery}`, { headers: headersOf.integration })).status]);
    }
    expect(statuses).toEqual([['okta', 404], ['own', 200]]);
  });

  it('puts refusals, reads of auditors and exports on record', async () => {
    await app.data.database.query("DELETE FROM audit_trail WHERE action IN ('refused', 'auditor.read', 'export')");
    await app.data.database.query('DELETE FROM ledger_intake');
    app.clock.nowMs += 120_000;
    await app.call('GET', '/v1/dead-letters', { headers: headersOf.viewer });
    await app.call('GET', '/v1/controls?limit=1', { headers: headersOf.auditor });
    await app.call('GET', `/v1/engagements/${randomUUID()}/summary.csv`, { headers: headersOf.viewer });
    await app.call('GET', '/v1/controls', { headers: headersOf.viewer });
    const { rows } = await app.data.database.query("SELECT actor, action, detail ->> 'operation' AS operation FROM audit_trail WHERE action IN ('refused', 'auditor.read', 'export') ORDER BY id");
    expect(rows).toEqual([
      { actor: 'viewer@example.test', action: 'refused', operation: 'GET /v1/dead-letters' },
      { actor: 'key auditor', action: 'auditor.read', operation: 'GET /v1/controls' },
      { actor: 'viewer@example.test', action: 'export', operation: 'GET /v1/engagements/{id}/summary.csv' },
    ]);
    const leaves = await app.data.database.query("SELECT payload ->> 'action' AS action FROM ledger_intake ORDER BY id");
    expect(leaves.rows).toEqual([{ action: 'auditor.read' }, { action: 'export' }]);
  });

  it('fills no table when one address is refused again and again', async () => {
    app.clock.nowMs += 120_000;
    await app.data.database.query("DELETE FROM audit_trail WHERE action = 'refused'");
    for (let attempt = 0; attempt < 80; attempt += 1) await app.call('GET', '/v1/controls');
    const { rows } = await app.data.database.query("SELECT count(*)::int AS n FROM audit_trail WHERE action = 'refused'");
    expect(rows).toEqual([{ n: 60 }]);
  });

  it('answers an address that is not there by 404, signed in or not', async () => {
    expect((await app.call('GET', '/v1/nothing')).status).toBe(404);
    expect((await app.get('/v1/nothing')).body).toMatchObject({ status: 404, title: 'Not found' });
  });
});
