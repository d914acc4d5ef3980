import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aConsole } from '../calls.testkit.js';
import type { TestConsole } from '../calls.testkit.js';

const NOW = '2026-03-10T12:00:30.000Z';
const W = '2026-03-10T12:00:00.000Z';

interface Item {
  readonly [field: string]: unknown;
}
interface List {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
  readonly judgedUntil: string | null;
}

const account = (name: string, changes: Record<string, unknown> = {}) => ({
  account: name, system: 'okta', status: 'active', admin: true, mfa: true, factors: ['totp'], ...changes,
});

describe('controls', () => {
  let app: TestConsole;
  let evidence: readonly string[];

  beforeAll(async () => {
    app = await aConsole(NOW);
    await app.data.judgedUntil(W);
    evidence = await app.data.judge(
      [
        { type: 'identity.account', at: '2026-03-10T08:00:00Z', data: account('a1') },
        { type: 'identity.account', at: '2026-03-10T09:00:00Z', data: account('a2', { mfa: false, factors: [] }) },
        { type: 'identity.account', at: '2026-03-10T09:30:00Z', data: account('a3', { admin: false }) },
        { type: 'identity.account', at: '2026-03-10T10:00:00Z', receivedAt: '2026-03-10T11:00:00Z', data: account('a2') },
        // A leaver whose one account was disabled in time, and the other not.
        { type: 'identity.account', at: '2026-03-01T09:00:00Z', data: account('b1', { admin: false, worker: 'w1' }) },
        { type: 'identity.account', at: '2026-03-01T09:00:00Z', data: account('b2', { admin: false, worker: 'w1', system: 'erp' }) },
        { type: 'hr.worker-left', at: '2026-03-02T17:00:00Z', data: { worker: 'w1', lastDay: '2026-03-02T17:00:00Z' } },
        { type: 'identity.account', at: '2026-03-02T22:00:00Z', data: account('b2', { admin: false, worker: 'w1', system: 'erp', status: 'disabled' }) },
        { type: 'identity.account', at: '2026-03-03T23:00:00Z', data: account('b1', { admin: false, worker: 'w1', status: 'disabled' }) },
      ],
      W,
    );
  });

  afterAll(() => app.close());

  it('are listed with state, counts and version, by their file names', async () => {
    const { status, body } = await app.get<List>('/v1/controls?limit=500');
    expect(status).toBe(200);
    expect(body.judgedUntil).toBe(W);
    expect(body.nextCursor).toBeNull();
    expect(body.items.map(({ id }) => id)).toEqual([...app.data.catalogue.controls.keys()].sort());
    expect(body.items.find(({ id }) => id === 'admin-mfa')).toEqual({
      id: 'admin-mfa',
      title: 'Administrators sign in with a second factor',
      version: app.data.catalogue.controls.get('admin-mfa')?.definitionHash,
      owner: 'it-operations',
      severity: 'critical',
      keyControl: true,
      maps: { tsc: ['CC6.1'], soc1: ['ICFR-LA-1', 'ICFR-LA-5'] },
      state: 'pass',
      counts: { pass: 2, fail: 0, error: 0, unknown: 0, notApplicable: 3, noOccurrence: 0, keys: 5, openDeviations: 0 },
    });
    // No key has reported: unknown, never a pass.
    expect(body.items.find(({ id }) => id === 'backups-succeed')).toMatchObject({ state: 'unknown', counts: { keys: 0 } });
  });

  it('come in pages whose cursor is opaque', async () => {
    const seen: unknown[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null && page < 20; page += 1) {
      const { body }: { body: List } = await app.get<List>(`/v1/controls?limit=20${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(body.items.length).toBeLessThanOrEqual(20);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual([...app.data.catalogue.controls.keys()].sort());
  });

  it('show their definition as written, and their versions', async () => {
    const { body } = await app.get('/v1/controls/leaver-access-removed');
    expect(body['definition']).toMatchObject({ frequency: 'per-event', checks: [{ name: 'removed-in-time', kind: 'followed-by' }] });
    expect((body['definition'] as Item)['yaml']).toMatch(/^id: leaver-access-removed/);
    expect(body['versions']).toEqual([
      expect.objectContaining({ title: 'Leavers lose access within 24 hours', effectiveFrom: '2026-01-01T00:00:00.000Z', effectiveTo: null }),
    ]);
    expect((await app.get('/v1/controls/nothing')).status).toBe(404);
  });

  it('show what each key is in, and by state and key', async () => {
    const { body } = await app.get<List>('/v1/controls/admin-mfa/states');
    expect(body.items.map(({ key, state }) => `${String(key)} ${String(state)}`).sort()).toEqual([
      'a1 pass', 'a2 pass', 'a3 not-applicable', 'b1 not-applicable', 'b2 not-applicable',
    ]);
    const one = await app.get<List>('/v1/controls/admin-mfa/states?state=pass&key=a1');
    expect(one.body).toEqual({
      items: [{ id: expect.any(String), key: 'a1', check: 'second-factor', state: 'pass', since: '2026-03-10T08:00:00.000Z', evidenceId: evidence[0], system: 'okta' }],
      nextCursor: null,
      judgedUntil: W,
    });
    expect((await app.get<List>('/v1/controls/admin-mfa/states?key=nobody')).body.items).toEqual([]);
    expect((await app.get<List>('/v1/controls/admin-mfa/states?state=fail')).body.items).toEqual([]);
  });

  it('page their states one by one without losing or doubling a key', async () => {
    const keys: unknown[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null && page < 20; page += 1) {
      const { body }: { body: List } = await app.get<List>(`/v1/controls/admin-mfa/states?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      keys.push(...body.items.map(({ key }) => key));
      cursor = body.nextCursor;
    }
    expect(keys.sort()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2']);
  });

  it('show the timeline of a key in half-open segments', async () => {
    const { body } = await app.get<List>('/v1/controls/leaver-access-removed/timeline?key=w1/okta/b1&from=2026-03-01T00:00:00Z&to=2026-03-05T00:00:00Z');
    expect(body.items).toEqual([
      { id: expect.any(String), key: 'w1/okta/b1', check: 'removed-in-time', state: 'no-occurrence', from: '2026-03-01T09:00:00.000Z', to: '2026-03-02T17:00:00.000Z' },
      expect.objectContaining({ state: 'no-occurrence', reason: 'pending', from: '2026-03-02T17:00:00.000Z', to: '2026-03-03T17:00:00.000Z' }),
      expect.objectContaining({ state: 'fail', from: '2026-03-03T17:00:00.000Z', to: '2026-03-03T23:00:00.000Z' }),
      expect.objectContaining({ state: 'pass', from: '2026-03-03T23:00:00.000Z', to: '2026-03-05T00:00:00.000Z', evidenceId: evidence[8] }),
    ]);
  });

  it('show their own timeline, rolled up, from effectiveFrom on without a hole', async () => {
    const { body } = await app.get<List>('/v1/controls/leaver-access-removed/timeline');
    expect(body.items.map(({ key, check, state, from, to }) => ({ key, check, state, from, to }))).toEqual([
      { key: null, check: null, state: 'unknown', from: '2026-01-01T00:00:00.000Z', to: '2026-03-01T09:00:00.000Z' },
      { key: null, check: null, state: 'no-occurrence', from: '2026-03-01T09:00:00.000Z', to: '2026-03-02T22:00:00.000Z' },
      { key: null, check: null, state: 'pass', from: '2026-03-02T22:00:00.000Z', to: '2026-03-03T17:00:00.000Z' },
      { key: null, check: null, state: 'fail', from: '2026-03-03T17:00:00.000Z', to: '2026-03-03T23:00:00.000Z' },
      { key: null, check: null, state: 'pass', from: '2026-03-03T23:00:00.000Z', to: NOW },
    ]);
    const first = await app.get<List>('/v1/controls/leaver-access-removed/timeline?limit=2');
    const second = await app.get<List>(`/v1/controls/leaver-access-removed/timeline?limit=500&cursor=${String(first.body.nextCursor)}`);
    expect([...first.body.items, ...second.body.items]).toEqual(body.items);
  });

  it('list the population with outcomes', async () => {
    const { body } = await app.get<List>('/v1/controls/leaver-access-removed/observations');
    expect(body.items.map(({ key, outcome, at }) => ({ key, outcome, at }))).toEqual([
      { key: 'w1/erp/b2', outcome: 'pass', at: '2026-03-02T17:00:00.000Z' },
      { key: 'w1/okta/b1', outcome: 'fail', at: '2026-03-02T17:00:00.000Z' },
    ]);
    const failed = await app.get<List>('/v1/controls/leaver-access-removed/observations?outcome=fail');
    expect(failed.body.items.map(({ key }) => key)).toEqual(['w1/okta/b1']);
    const outside = await app.get<List>('/v1/controls/leaver-access-removed/observations?from=2026-03-03T00:00:00Z');
    expect(outside.body.items).toEqual([]);
  });

  it('say what was known then: late evidence and later verdicts are left out', async () => {
    const then = 'knownAt=2026-03-10T10:30:00.000Z';
    const states = await app.get<List>(`/v1/controls/admin-mfa/states?${then}&key=a2`);
    expect(states.body.items).toEqual([expect.objectContaining({ state: 'fail', since: '2026-03-10T09:00:00.000Z', evidenceId: evidence[1] })]);
    expect(states.body.judgedUntil).toBe('2026-03-10T10:30:00.000Z');
    expect((await app.get<List>('/v1/controls/admin-mfa/states?key=a2')).body.items[0]).toMatchObject({ state: 'pass' });
    const pending = await app.get<List>('/v1/controls/leaver-access-removed/observations?knownAt=2026-03-03T12:00:00.000Z');
    expect(pending.body.items.map(({ key, outcome }) => [key, outcome])).toEqual([['w1/erp/b2', 'pass'], ['w1/okta/b1', 'pending']]);
    const before = await app.get<List>('/v1/controls/leaver-access-removed/timeline?key=w1/okta/b1&knownAt=2026-03-03T12:00:00.000Z');
    expect(before.body.items.at(-1)).toMatchObject({ state: 'no-occurrence', reason: 'pending', to: '2026-03-03T12:00:00.000Z' });
    expect((await app.get<List>('/v1/controls/admin-mfa/states?knownAt=2026-02-01T00:00:00Z')).body.items).toEqual([]);
  });

  it('say the same computed again as of now as what is stored', async () => {
    for (const path of ['admin-mfa/timeline', 'leaver-access-removed/timeline', 'leaver-access-removed/timeline?key=w1/erp/b2', 'admin-mfa/observations']) {
      const stored = await app.get<List>(`/v1/controls/${path}`);
      const again = await app.get<List>(`/v1/controls/${path}${path.includes('?') ? '&' : '?'}knownAt=${NOW}`);
      expect(again.body).toEqual(stored.body);
    }
  });

  it('refuse what they do not know, and say where', async () => {
    const { status, body, headers } = await app.get('/v1/controls/admin-mfa/states?colour=red&limit=501&state=green&knownAt=yesterday&cursor=abc');
    expect(status).toBe(400);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(body).toMatchObject({ type: 'about:blank', title: 'Bad request', status: 400 });
    expect((body['errors'] as Item[]).map(({ pointer }) => pointer).sort()).toEqual(['/colour', '/knownAt', '/limit', '/state']);
    expect((await app.get('/v1/controls/admin-mfa/states?cursor=abc')).status).toBe(400);
    expect((await app.get('/v1/controls/admin-mfa/timeline?from=2026-02-01&to=2026-01-01')).status).toBe(400);
    const other = (await app.get<List>('/v1/controls?limit=1')).body.nextCursor;
    expect((await app.get(`/v1/controls/admin-mfa/states?cursor=${String(other)}`)).status).toBe(400);
  });

  it('are unknown from where judging stands still', async () => {
    app.clock.nowMs = Date.parse('2026-03-10T12:01:00.001Z');
    try {
      const { body } = await app.get<List>('/v1/controls/admin-mfa/states?key=a1');
      expect(body.items).toEqual([
        { id: expect.any(String), key: 'a1', check: 'second-factor', state: 'unknown', since: W, reason: `not judged since ${W}`, system: 'okta' },
      ]);
      const controls = await app.get<List>('/v1/controls?limit=500');
      expect(new Set(controls.body.items.map(({ state }) => state))).toEqual(new Set(['unknown']));
      const timeline = await app.get<List>('/v1/controls/admin-mfa/timeline');
      expect(timeline.body.items.at(-1)).toMatchObject({ state: 'unknown', from: W });
    } finally {
      app.clock.nowMs = Date.parse(NOW);
    }
  });
});

describe('controls under a silent feed', () => {
  let app: TestConsole;

  beforeAll(async () => {
    app = await aConsole(NOW);
    await app.data.judgedUntil(W);
    await app.data.judge(
      [
        { type: 'identity.account', at: '2026-03-10T08:00:00Z', data: account('a1') },
        { type: 'identity.account', at: '2026-03-10T09:00:00Z', data: account('a2', { mfa: false, factors: [] }) },
        { type: 'identity.account', at: '2026-03-09T09:00:00Z', data: account('b1', { admin: false, worker: 'w1' }) },
        { type: 'hr.worker-left', at: '2026-03-09T11:30:00Z', data: { worker: 'w1', lastDay: '2026-03-09T11:30:00Z' } },
      ],
      W,
    );
    const { id: feedId } = app.data.feed;
    const gap = { id: 'g1', cause: 'feed-silent' as const, feedId, fromMs: Date.parse('2026-03-10T11:00:00Z'), knownFromMs: Date.parse('2026-03-10T11:30:02Z') };
    await app.data.gap({ ...gap, revision: 1, status: 'open' });
  });

  afterAll(() => app.close());

  it('lose their passes and time-outs to unknown and keep what failed on evidence', async () => {
    const { body } = await app.get<List>('/v1/controls/admin-mfa/states');
    expect(body.items.map(({ key, state, since, reason }) => ({ key, state, since, reason }))).toEqual([
      { key: 'a1', state: 'unknown', since: '2026-03-10T11:00:00.000Z', reason: 'feed-silent' },
      { key: 'a2', state: 'fail', since: '2026-03-10T09:00:00.000Z', reason: undefined },
      { key: 'b1', state: 'not-applicable', since: '2026-03-09T09:00:00.000Z', reason: 'out-of-scope' },
    ]);
    const timedOut = await app.get<List>('/v1/controls/leaver-access-removed/states');
    expect(timedOut.body.items).toEqual([expect.objectContaining({ key: 'w1/okta/b1', state: 'unknown', since: '2026-03-10T11:30:00.000Z' })]);
  });

  it('count an undecidable time-out as unknown in the population', async () => {
    const { body } = await app.get<List>('/v1/controls/leaver-access-removed/observations');
    expect(body.items).toEqual([expect.objectContaining({ key: 'w1/okta/b1', outcome: 'unknown', reason: 'feed-silent' })]);
    expect((await app.get<List>('/v1/controls/leaver-access-removed/observations?outcome=fail')).body.items).toEqual([]);
    expect((await app.get<List>('/v1/controls/leaver-access-removed/observations?outcome=unknown')).body.items).toHaveLength(1);
  });

  it('count their keys the same way', async () => {
    const { body } = await app.get<List>('/v1/controls?limit=500');
    expect(body.items.find(({ id }) => id === 'admin-mfa')).toMatchObject({ state: 'fail', counts: { pass: 0, fail: 1, unknown: 1, notApplicable: 1, keys: 3 } });
    expect(body.items.find(({ id }) => id === 'leaver-access-removed')).toMatchObject({ state: 'unknown', counts: { unknown: 1, keys: 1 } });
  });

  it('did not know of the silence before it was known', async () => {
    const { body } = await app.get<List>('/v1/controls/admin-mfa/states?key=a1&knownAt=2026-03-10T11:30:00.000Z');
    expect(body.items).toEqual([expect.objectContaining({ state: 'pass' })]);
  });

  it('have single keys blinded by an error of the check', async () => {
    const gap = { id: 'g2', cause: 'check-error' as const, control: 'admin-mfa', check: 'second-factor', key: 'a1', fromMs: Date.parse('2026-03-10T10:00:00Z') };
    await app.data.gap({ ...gap, revision: 1, status: 'open', knownFromMs: Date.parse('2026-03-10T10:00:01Z') });
    const { body } = await app.get<List>('/v1/controls/admin-mfa/states?key=a1');
    expect(body.items).toEqual([expect.objectContaining({ state: 'error', reason: 'check-error' })]);
    const controls = await app.get<List>('/v1/controls?limit=500');
    expect(controls.body.items.find(({ id }) => id === 'admin-mfa')).toMatchObject({ counts: { fail: 1, error: 1, unknown: 0, notApplicable: 1, keys: 3 } });
  });
});
