import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addJudgedCheck, startShadow } from '@tickmark/persistence';
import { aConsole } from '../calls.testkit.js';
import type { TestConsole } from '../calls.testkit.js';

const NOW = '2026-03-10T12:00:30.000Z';
const FROM_MS = Date.parse('2026-03-01T00:00:00Z');

const account = (name: string, factors: readonly string[]) => ({
  type: 'identity.account', at: '2026-03-10T09:00:00Z',
  data: { account: name, system: 'okta', status: 'active', admin: true, mfa: true, factors: [...factors] },
});

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, { readonly content: unknown }>> }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties: { readonly errors: { readonly items: { readonly properties: Readonly<Record<string, unknown>> } } } }>> };
}

describe('shadows', () => {
  let app: TestConsole;
  let yaml: string;

  beforeAll(async () => {
    app = await aConsole(NOW);
    await app.data.judgedUntil('2026-03-10T12:00:00.000Z');
    await app.data.judge([account('a1', ['totp']), account('a2', ['webauthn'])], '2026-03-10T12:00:00.000Z');
    yaml = (app.data.catalogue.controls.get('admin-mfa')?.yaml ?? '').replace('f == "webauthn" || f == "totp"', 'f == "webauthn"');
  });

  afterAll(() => app.close());

  const start = async (): Promise<number> => (await app.post<{ id: number }>('/v1/shadows', { yaml })).body.id;

  /** As the evaluator takes a draft up: the check, and what it judged. */
  const judged = async (shadowId: number): Promise<void> => {
    const control = app.data.catalogue.controls.get('admin-mfa');
    const row = { control: 'admin-mfa', name: 'second-factor', kind: 'state', logicHash: control?.logicHash ?? '', effectiveFromMs: FROM_MS, activation: 1, shadowId };
    const id = await addJudgedCheck(app.data.database, row);
    await startShadow(app.data.database, shadowId, { startedAtMs: FROM_MS, checkIds: [id] });
    const live = app.data.checks.get('admin-mfa/second-factor')?.id;
    for (const [table, columns, values] of [
      ['key_span', 'key_id, group_id, begin_at, retired_at', 'key_id, group_id, begin_at, retired_at'],
      [
        'segment', 'key_id, from_at, to_at, group_id, state, basis, reason, evidence_id, system, feed_ids, occurrence',
        "key_id, from_at, to_at, group_id, CASE WHEN n.name = 'a1' AND state = 0 THEN 1 ELSE state END, basis, reason, evidence_id, system, feed_ids, occurrence",
      ],
    ] as const) {
      await app.data.database.query(
        `INSERT INTO ${table} (check_id, ${columns}) SELECT $1, ${values} FROM ${table} t JOIN key_name n ON n.id = t.key_id WHERE check_id = $2`,
        [id, live],
      );
    }
  };

  it('answer a draft with faults by 422 and the line of each', async () => {
    const { status, body } = await app.post('/v1/shadows', { yaml: yaml.replace('key: account.account', 'key: account.acount') });
    expect(status).toBe(422);
    const line = yaml.split('\n').findIndex((each) => each.includes('key: account.account')) + 1;
    expect(body['errors']).toEqual([expect.objectContaining({ pointer: '/yaml', line, message: expect.stringContaining('acount') })]);
  });

  it('say in the document what a refusal holds: the line of each fault', async () => {
    const document = (await app.call('GET', '/openapi.json')).body as unknown as OpenApi;
    expect(document.paths['/v1/shadows']?.['post']?.responses['422']?.content).toEqual({ 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } });
    expect(document.components.schemas['Problem']?.properties.errors.items.properties['line']).toMatchObject({ type: 'integer' });
  });

  it('wait until the evaluator takes them up', async () => {
    const id = await start();
    expect((await app.get(`/v1/shadows/${id}`)).body).toMatchObject({ id, control: 'admin-mfa', status: 'waiting', judgedFrom: null, items: [], yaml });
    await app.call('DELETE', `/v1/shadows/${id}`, { key: app.keys.admin });
  });

  it('say by key what the draft says otherwise, and are seen nowhere else', async () => {
    const before = (await app.get('/v1/controls/admin-mfa/states')).body;
    const id = await start();
    await judged(id);
    expect((await app.get(`/v1/shadows/${id}`)).body).toMatchObject({
      status: 'judging',
      items: [{
        key: 'a1', check: 'second-factor',
        live: { state: 'pass', since: '2026-03-10T09:00:00.000Z', failures: 0 },
        draft: { state: 'fail', since: '2026-03-10T09:00:00.000Z', failures: 1 },
      }],
      nextCursor: null, errors: { count: 0, latest: [] },
    });
    expect((await app.get('/v1/controls/admin-mfa/states')).body).toEqual(before);
    expect((await app.call('DELETE', `/v1/shadows/${id}`, { key: app.keys.admin })).status).toBe(204);
    expect((await app.get(`/v1/shadows/${id}`)).status).toBe(404);
    expect((await app.get('/v1/shadows')).body).toEqual({ items: [], nextCursor: null });
  });

  it('are five at most', async () => {
    for (let n = 0; n < 5; n += 1) await start();
    expect((await app.post('/v1/shadows', { yaml })).status).toBe(409);
  });
});
