import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Sessions } from '@tickmark/access';
import { AttestationRepository, PeopleRepository } from '@tickmark/persistence';
import type { PersonRole } from '@tickmark/persistence';
import { aConsole } from '../calls.testkit.js';
import type { TestConsole } from '../calls.testkit.js';

const CONTROL = 'client-mandates-confirmed';
const GOOD = { control: CONTROL, per: 'all-clients', conclusion: 'accepted', file: 'mandates.pdf' };

describe('attestations', () => {
  let app: TestConsole;
  let approver: Readonly<Record<string, string>>;

  const signedIn = async (email: string, role: PersonRole, duties: readonly string[] = []) => {
    const person = await new PeopleRepository(app.data.database).insert(email, 'no password', role, duties);
    const { token } = await new Sessions(app.data.database, app.clock).start(person!);
    return { cookie: `tickmark_session=${token}` };
  };
  const give = (body: object, headers = approver) => app.call('POST', '/v1/attestations', { body, headers });
  const faultOf = async (body: object) => (await give(body)).body['errors'] as { pointer: string; message: string }[];

  beforeAll(async () => {
    app = await aConsole('2026-03-10T12:00:30.000Z');
    approver = await signedIn('bea@example.test', 'approver');
  });
  afterAll(() => app.close());

  it('are given by the person who signed in: author and role are theirs, and evidence follows', async () => {
    const { status, body } = await give({ ...GOOD, note: 'all renewed', periodEnd: '2025-12-31T00:00:00Z' });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      control: CONTROL, check: 'confirmed', per: 'all-clients', by: 'bea@example.test', role: 'approver', conclusion: 'accepted',
      file: 'mandates.pdf', note: 'all renewed', periodEnd: '2025-12-31T00:00:00.000Z', evidenceId: null,
    });
    const id = String(body['id']);
    await new AttestationRepository(app.data.database).becameEvidence(id, '0198c000-0000-7000-8000-000000000001');
    expect((await app.get(`/v1/attestations/${id}`)).body).toMatchObject({ id, evidenceId: '0198c000-0000-7000-8000-000000000001' });
  });

  it('cannot name an author or a role in the body', async () => {
    for (const forged of [{ by: 'somebody-else' }, { role: 'admin' }]) {
      expect((await give({ ...GOOD, ...forged })).status).toBe(400);
    }
  });

  it('are never given by a key, nor by who does not hold the role, nor by an auditor', async () => {
    const byKey = await app.post('/v1/attestations', GOOD);
    expect([byKey.status, byKey.body['detail']]).toEqual([403, expect.stringContaining('a key is nobody')]);
    const viewer = await give(GOOD, await signedIn('vi@example.test', 'viewer'));
    expect([viewer.status, viewer.body['detail']]).toEqual([403, expect.stringContaining('in the role approver')]);
    expect((await give(GOOD, await signedIn('audit@example.test', 'auditor'))).status).toBe(403);
  });

  it('are given by whoever an administrator gave the duty, whatever they may do elsewhere', async () => {
    expect((await give(GOOD, await signedIn('duty@example.test', 'viewer', ['approver']))).status).toBe(202);
  });

  it('that would count for nothing are refused with the field that is wrong', async () => {
    expect(await faultOf({ ...GOOD, control: 'nothing' })).toMatchObject([{ pointer: '/control' }]);
    expect(await faultOf({ ...GOOD, control: 'admin-mfa' })).toMatchObject([{ pointer: '/control', message: expect.stringContaining('events alone') }]);
    expect(await faultOf({ ...GOOD, check: 'other' })).toMatchObject([{ pointer: '/check', message: expect.stringContaining('confirmed') }]);
    expect(await faultOf({ ...GOOD, per: 'acme' })).toMatchObject([{ pointer: '/per', message: expect.stringContaining('all-clients') }]);
    expect(await faultOf({ control: CONTROL, per: 'all-clients', conclusion: 'accepted' })).toEqual([{ pointer: '/file', message: 'is needed by this control' }]);
    expect(await faultOf({ ...GOOD, file: '  ' })).toMatchObject([{ pointer: '/file' }]);
    expect(await faultOf({ ...GOOD, validFor: '366d' })).toEqual([{ pointer: '/validFor', message: 'must not be longer than the control says: 365d' }]);
  });

  it('are listed, the latest first, by control', async () => {
    const { body } = await app.get<{ items: readonly { by: string }[]; nextCursor: string | null }>(`/v1/attestations?control=${CONTROL}&limit=1`);
    expect(body.items.map(({ by }) => by)).toEqual(['duty@example.test']);
    const rest = await app.get<{ items: readonly { by: string }[] }>(`/v1/attestations?cursor=${body.nextCursor ?? ''}`);
    expect(rest.body.items.map(({ by }) => by)).toEqual(['bea@example.test']);
    expect((await app.get('/v1/attestations?control=other')).body).toEqual({ items: [], nextCursor: null });
    expect((await app.get('/v1/attestations/0198c000-0000-7000-8000-0000000000ff')).status).toBe(404);
  });
});

describe('people', () => {
  let app: TestConsole;
  beforeAll(async () => {
    app = await aConsole('2026-03-10T12:00:30.000Z');
  });
  afterAll(() => app.close());

  const actions = async () =>
    (await app.data.database.query<{ payload: { action: string; email: string } }>("SELECT payload FROM ledger_intake WHERE payload ->> 'action' LIKE 'person.%' ORDER BY id"))
      .rows.map(({ payload }) => `${payload.action} ${payload.email}`);

  it('are added with a password that is shown once and lets them sign in, and every change is in the ledger', async () => {
    const added = await app.post('/v1/people', { email: 'Ada@Example.test', role: 'viewer', duties: ['risk-owner'] });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ email: 'ada@example.test', role: 'viewer', duties: ['risk-owner'] });
    const password = String(added.body['password']);
    expect((await app.call('POST', '/v1/sessions', { body: { email: 'ada@example.test', password } })).status).toBe(201);
    expect((await app.post('/v1/people', { email: 'ada@example.test', role: 'admin' })).status).toBe(409);

    const id = String(added.body['id']);
    expect((await app.post(`/v1/people/${id}/roles`, { role: 'security', duties: [] })).body).toMatchObject({ role: 'security', duties: [] });
    const { body } = await app.get('/v1/people');
    expect(body['items']).toEqual([{ id, email: 'ada@example.test', role: 'security', duties: [], createdAt: expect.any(String) }]);
    expect((await app.call('DELETE', `/v1/people/${id}`, { key: app.keys.admin })).status).toBe(204);
    expect((await app.call('POST', '/v1/sessions', { body: { email: 'ada@example.test', password } })).status).toBe(401);
    expect((await app.call('DELETE', `/v1/people/${id}`, { key: app.keys.admin })).status).toBe(404);
    expect(await actions()).toEqual(['person.added ada@example.test', 'person.roles-changed ada@example.test', 'person.removed ada@example.test']);
  });

  it('keep an administrator among them', async () => {
    const only = (await app.post('/v1/people', { email: 'root@example.test', role: 'admin' })).body;
    expect((await app.call('DELETE', `/v1/people/${String(only['id'])}`, { key: app.keys.admin })).status).toBe(409);
    expect((await app.post(`/v1/people/${String(only['id'])}/roles`, { role: 'viewer', duties: [] })).status).toBe(409);
    await app.post('/v1/people', { email: 'second@example.test', role: 'admin' });
    expect((await app.call('DELETE', `/v1/people/${String(only['id'])}`, { key: app.keys.admin })).status).toBe(204);
  });

  it('keep an administrator also when several are demoted and removed at once', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => app.post('/v1/people', { email: `${name}@example.test`, role: 'admin' })));
    const admins = async () =>
      ((await app.get('/v1/people')).body['items'] as { id: string; role: string }[]).filter(({ role }) => role === 'admin').map(({ id }) => id);
    const answers = await Promise.all(
      (await admins()).map((id, index) =>
        index % 2 === 0
          ? app.call('DELETE', `/v1/people/${id}`, { key: app.keys.admin })
          : app.post(`/v1/people/${id}/roles`, { role: 'viewer', duties: [] }),
      ),
    );
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(1);
    expect(await admins()).toHaveLength(1);
  });

  it('are refused with the path of what is wrong', async () => {
    const { status, body } = await app.post('/v1/people', { email: 'no address', role: 'owner', duties: ['Not A Duty'] });
    expect(status).toBe(400);
    expect((body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort()).toEqual(['/duties/0', '/email', '/role']);
  });
});
