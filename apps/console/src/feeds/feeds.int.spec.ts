import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SecretBox } from '@tickmark/access';
import { FeedRepository } from '@tickmark/persistence';
import { aConsole } from '../calls.testkit.js';
import type { TestConsole } from '../calls.testkit.js';

interface Shown {
  readonly id: string;
  readonly [field: string]: unknown;
}

const REGISTRATION = {
  name: 'hr-prod', system: 'hr', production: true, types: ['hr.worker-left'], sources: ['*'],
  liveness: { maxSilence: '90m' }, authentication: { kind: 'bearer' },
};

describe('feeds', () => {
  let app: TestConsole;

  beforeAll(async () => {
    app = await aConsole('2026-03-10T12:00:30.000Z');
    await app.data.judgedUntil('2026-03-10T12:00:00.000Z');
  });

  afterAll(() => app.close());

  it('are registered with presets, and their key is shown once', async () => {
    const { status, body } = await app.post<Shown>('/v1/feeds', { ...REGISTRATION, limits: { perSecond: 10 } });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String), name: 'hr-prod', system: 'hr', production: true, types: ['hr.worker-left'], sources: ['*'],
      liveness: { maxSilence: '90m' }, authentication: { kind: 'bearer' }, settle: '2s', maxAhead: '5m', maxAge: '400d',
      limits: { perSecond: 10, perDay: null }, createdAt: expect.any(String), apiKey: expect.stringMatching(/^tmk_integration_[0-9A-Za-z]{49}$/),
    });
    const shown = await app.get<Shown>(`/v1/feeds/${body.id}`);
    const { apiKey: _, ...registration } = body;
    expect(shown.body).toEqual({ ...registration, state: 'alive', silentSince: null, lastDeliveryAt: null, lastEventAt: null });
  });

  it('never give back a vendor secret, which is stored encrypted', async () => {
    const registration = { ...REGISTRATION, name: 'github-prod', liveness: 'none', authentication: { kind: 'github', secret: 'a very secret text' } };
    const { status, text, body } = await app.post<Shown>('/v1/feeds', registration);
    expect(status).toBe(201);
    expect(text).not.toContain('a very secret text');
    expect(body).toMatchObject({ liveness: 'none', authentication: { kind: 'github' } });
    expect(body['apiKey']).toBeUndefined();
    expect((await app.get('/v1/feeds')).text).not.toContain('a very secret text');
    const [sealed] = await new FeedRepository(app.data.database).secrets(Number(body.id));
    expect(sealed?.includes('a very secret text')).toBe(false);
    expect(new SecretBox(Buffer.alloc(32, 7)).open(sealed ?? Buffer.alloc(0), `feed/${body.id}`)).toBe('a very secret text');
  });

  it('are refused with the place of the fault, and a taken name by 409', async () => {
    const { status, body } = await app.post('/v1/feeds', { ...REGISTRATION, name: 'HR', liveness: 'sometimes', colour: 'red' });
    expect(status).toBe(400);
    expect((body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort()).toEqual(['/colour', '/liveness', '/name']);
    expect((await app.post('/v1/feeds', { ...REGISTRATION, name: 'okta' })).status).toBe(409);
    expect((await app.post('/v1/feeds', undefined)).status).toBe(400);
  });

  it('are listed by name with what was last heard of them', async () => {
    await app.data.gap({
      id: 'g1', revision: 1, cause: 'feed-silent', feedId: app.data.feed.id, status: 'open',
      fromMs: Date.parse('2026-03-10T11:00:00Z'), knownFromMs: Date.parse('2026-03-10T11:30:02Z'),
    });
    const { body } = await app.get<{ items: Shown[] }>('/v1/feeds');
    expect(body.items.map(({ name, state }) => [name, state])).toEqual([['github-prod', 'not-monitored'], ['hr-prod', 'alive'], ['okta', 'silent']]);
    expect(body.items[2]).toMatchObject({ silentSince: '2026-03-10T11:00:00.000Z' });
    const first = await app.get<{ items: Shown[]; nextCursor: string }>('/v1/feeds?limit=2');
    const second = await app.get<{ items: Shown[] }>(`/v1/feeds?limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items].map(({ name }) => name)).toEqual(['github-prod', 'hr-prod', 'okta']);
    expect((await app.get('/v1/feeds/999')).status).toBe(404);
    expect((await app.get('/v1/feeds/okta')).status).toBe(404);
  });

  it('leave an audit entry and a record for the ledger', async () => {
    const { rows } = await app.data.database.query<{ actor: string }>("SELECT actor FROM audit_trail WHERE action = 'feed.registered' ORDER BY id");
    expect(rows).toEqual([{ actor: 'key admin' }, { actor: 'key admin' }]);
  });

  it('of a topic name the topic and no secret', async () => {
    const topic = { ...REGISTRATION, name: 'topic', authentication: { kind: 'aws-sns', topic: 'arn:aws:sns:eu-central-1:123456789012:config', confirm: false } };
    const { status, body } = await app.post<Shown>('/v1/feeds', topic);
    expect([status, body['authentication'], body['apiKey']]).toEqual([201, { kind: 'aws-sns' }, undefined]);
    expect((await app.post('/v1/feeds', { ...topic, name: 'other', authentication: { kind: 'aws-sns', secret: 'a very secret text' } })).status).toBe(400);
  });
});
