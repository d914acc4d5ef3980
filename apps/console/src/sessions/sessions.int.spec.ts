import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canSignIn, seedAdmin } from '@tickmark/access';
import type { Credentials } from '@tickmark/access';
import { aConsole } from '../calls.testkit.js';
import type { TestConsole } from '../calls.testkit.js';

describe('sessions', () => {
  let app: TestConsole;
  let admin: Credentials;

  beforeAll(async () => {
    app = await aConsole(new Date().toISOString());
    await app.data.judgedUntil(new Date(app.clock.nowMs).toISOString());
    admin = await seedAdmin(app.data.database, 'admin@example.test');
  });

  afterAll(() => app.close());

  const signIn = (email: string, password: string) => app.call('POST', '/v1/sessions', { body: { email, password } });
  const cookieOf = (answer: Awaited<ReturnType<typeof signIn>>): string => String(answer.headers['set-cookie']).split(';')[0] ?? '';

  it('begin with email and password, whatever the case of the email, and are a cookie that scripts cannot read', async () => {
    const answer = await signIn('Admin@Example.test', admin.password);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ email: 'admin@example.test', role: 'admin', expiresAt: new Date(app.clock.nowMs + 12 * 3_600_000).toISOString() });
    expect(answer.headers['set-cookie']).toMatch(/^tickmark_session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43\d\d\d$/);
    const asked = await app.call('GET', '/v1/controls?limit=1', { headers: { cookie: cookieOf(answer) } });
    expect(asked.status).toBe(200);
  });

  it('do not begin with a wrong password or an unknown email, and the answer is the same', async () => {
    const wrong = await signIn(admin.email, 'wrong');
    const unknown = await signIn('nobody@example.test', 'wrong');
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.text).toBe(unknown.text);
    expect(wrong.headers['set-cookie']).toBeUndefined();
    expect((await signIn('', '')).status).toBe(400);
  });

  it('end at once when the person signs out', async () => {
    const cookie = cookieOf(await signIn(admin.email, admin.password));
    const ended = await app.call('DELETE', '/v1/sessions', { headers: { cookie } });
    expect(ended.status).toBe(204);
    expect(ended.headers['set-cookie']).toMatch(/^tickmark_session=; .*Max-Age=0/);
    expect((await app.call('GET', '/v1/controls', { headers: { cookie } })).status).toBe(401);
  });

  it('are over after twelve hours', async () => {
    const cookie = cookieOf(await signIn(admin.email, admin.password));
    app.clock.nowMs += 12 * 3_600_000;
    try {
      expect((await app.call('GET', '/v1/controls', { headers: { cookie } })).status).toBe(401);
    } finally {
      app.clock.nowMs -= 12 * 3_600_000;
    }
  });

  it('change nothing for a request that comes from another site', async () => {
    const cookie = cookieOf(await signIn(admin.email, admin.password));
    const forged = { cookie, origin: 'https://evil.test', host: 'console.test' };
    expect((await app.call('POST', '/v1/feeds', { headers: forged, body: {} })).status).toBe(401);
    expect((await app.call('POST', '/v1/feeds', { headers: { ...forged, origin: 'https://console.test' }, body: {} })).status).toBe(400);
  });

  it('end when an administrator gets a new password', async () => {
    const cookie = cookieOf(await signIn(admin.email, admin.password));
    const renewed = await seedAdmin(app.data.database, admin.email);
    expect((await app.call('GET', '/v1/controls', { headers: { cookie } })).status).toBe(401);
    expect(await canSignIn(app.data.database, admin)).toBe(false);
    expect(await canSignIn(app.data.database, renewed)).toBe(true);
    admin = renewed;
  });

  it('are refused for a while after too many attempts, even with the right password', async () => {
    app.clock.nowMs += 600_000;
    for (let attempt = 0; attempt < 10; attempt += 1) expect((await signIn(admin.email, 'wrong')).status).toBe(401);
    const answer = await signIn(admin.email, admin.password);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    app.clock.nowMs += 300_000;
    expect((await signIn(admin.email, admin.password)).status).toBe(201);
  });
});
