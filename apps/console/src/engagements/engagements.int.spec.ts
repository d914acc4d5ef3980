import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { PeriodSummary, RevisionDifference } from '@tickmark/reporting';
import { aConsole } from '../calls.testkit.js';
import type { TestConsole } from '../calls.testkit.js';

const NOW = '2026-04-02T12:00:30.000Z';
const W = '2026-04-02T12:00:00.000Z';
const HOUR_MS = 3_600_000;

interface Made {
  readonly id: string;
  readonly [field: string]: unknown;
}

const account = (name: string, changes: Record<string, unknown> = {}) => ({
  account: name, system: 'okta', status: 'active', admin: true, mfa: true, factors: ['totp'], ...changes,
});
const QUARTER = {
  name: 'First quarter', reports: ['soc1', 'soc2'], type: 'II', from: '2026-01-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z',
  categories: ['security'], objectives: ['ICFR-LA-3', 'ICFR-LA-5'], systems: [],
};

describe('engagements', () => {
  let app: TestConsole;
  let evidence: readonly string[];

  beforeAll(async () => {
    app = await aConsole(NOW);
    await app.data.judgedUntil(W, 40);
    evidence = await app.data.judge(
      [
        { type: 'identity.account', at: '2026-03-31T00:00:00Z', data: account('a1') },
        { type: 'identity.account', at: '2026-03-31T12:00:00Z', data: account('a2', { mfa: false, factors: [], system: 'aws' }) },
        { type: 'identity.account', at: '2026-03-31T18:00:00Z', data: account('a2', { system: 'aws' }) },
        { type: 'identity.account', at: '2026-03-01T09:00:00Z', data: account('b1', { admin: false, worker: 'w1' }) },
        { type: 'identity.account', at: '2026-03-01T09:00:00Z', data: account('b2', { admin: false, worker: 'w1', system: 'erp' }) },
        { type: 'hr.worker-left', at: '2026-03-02T17:00:00Z', data: { worker: 'w1', lastDay: '2026-03-02T17:00:00Z' } },
        { type: 'identity.account', at: '2026-03-02T22:00:00Z', data: account('b2', { admin: false, worker: 'w1', system: 'erp', status: 'disabled' }) },
        { type: 'identity.account', at: '2026-03-03T23:00:00Z', data: account('b1', { admin: false, worker: 'w1', status: 'disabled' }) },
      ],
      W,
    );
    await app.data.deviation({
      id: 'd-leaver', control: 'leaver-access-removed', key: 'w1/okta/b1', status: 'closed', system: 'okta',
      occurredAt: '2026-03-03T17:00:00Z', detectedAt: '2026-03-03T17:00:02Z', notifiedAt: '2026-03-03T17:00:03Z',
      remediatedAt: '2026-03-03T23:00:00Z', verifiedAt: '2026-03-03T23:00:01Z', evidenceIds: [evidence[7] ?? ''],
    });
    await app.data.deviation({
      id: 'd-mfa', control: 'admin-mfa', key: 'a2', status: 'closed', system: 'aws',
      occurredAt: '2026-03-31T12:00:00Z', detectedAt: '2026-03-31T12:00:01Z', remediatedAt: '2026-03-31T18:00:00Z', verifiedAt: '2026-03-31T18:00:01Z',
    });
    await app.data.deviation({
      id: 'd-gone', control: 'admin-mfa', key: 'a9', status: 'withdrawn',
      occurredAt: '2026-02-01T12:00:00Z', detectedAt: '2026-02-01T12:00:01Z', withdrawnAt: '2026-02-01T13:00:00Z',
    });
    await app.data.gap({
      id: 'g1', revision: 1, cause: 'feed-silent', feedId: app.data.feed.id, status: 'closed',
      fromMs: Date.parse('2026-03-31T20:00:00Z'), toMs: Date.parse('2026-03-31T22:00:00Z'), knownFromMs: Date.parse('2026-03-31T22:00:02Z'),
    });
  });

  afterAll(() => app.close());

  const open = async (changes: Record<string, unknown> = {}): Promise<Made> =>
    (await app.post<Made>('/v1/engagements', { ...QUARTER, ...changes })).body;

  it('are opened, shown and listed', async () => {
    const { status, body } = await app.post<Made>('/v1/engagements', QUARTER);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...QUARTER, id: expect.any(String), coverageThreshold: 0.95, createdAt: expect.any(String), createdBy: 'key admin',
    });
    expect((await app.get(`/v1/engagements/${body.id}`)).body).toEqual({ ...body, revisions: [] });
    const list = await app.get<{ items: Made[] }>('/v1/engagements');
    expect(list.body.items.map(({ id }) => id)).toContain(body.id);
    expect((await app.get(`/v1/engagements/${randomUUID()}`)).status).toBe(404);
  });

  it('page their list without losing one', async () => {
    for (const name of ['p1', 'p2', 'p3']) await open({ name });
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null && page < 20; page += 1) {
      const { body }: { body: { items: Made[]; nextCursor: string | null } } = await app.get(`/v1/engagements?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    }
    const { body } = await app.get<{ items: Made[] }>('/v1/engagements?limit=500');
    expect(seen).toEqual(body.items.map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it.each([
    [{ ...QUARTER, to: undefined }, '/to'],
    [{ ...QUARTER, objectives: ['X-9'] }, '/objectives/0'],
    [{ ...QUARTER, reports: ['soc3'] }, '/reports/0'],
    [{ ...QUARTER, colour: 'red' }, '/colour'],
    [{ ...QUARTER, name: '' }, '/name'],
  ])('refuse what is not one: %#', async (body, pointer) => {
    const answer = await app.post('/v1/engagements', body);
    expect(answer.status).toBe(400);
    expect((answer.body['errors'] as { pointer: string }[]).map((error) => error.pointer)).toEqual([pointer]);
  });

  it('have a live summary with exact figures of time, occurrences, deviations and gaps', async () => {
    const { id } = await open();
    const { body } = await app.get<PeriodSummary>(`/v1/engagements/${id}/summary.json`);
    expect(body.header).toMatchObject({
      statement: "Prepared by management from its monitoring records. Not a SOC report, not an auditor's opinion.",
      status: 'live, not frozen', revision: null, entity: 'Larkspur Payroll', systems: 'all', reports: ['soc1', 'soc2'], type: 'II',
      period: { from: '2026-01-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' }, elapsedTo: '2026-04-01T00:00:00.000Z',
      judgedUntil: W, dataCutOff: { leafIndex: '40' }, generatedAt: NOW, feedsWithoutLiveness: [],
    });
    const mfa = body.controls.find((control) => control.id === 'admin-mfa');
    // a1: 24 h, of them 2 h silent; a2: from noon, 6 h failing, 6 h with a second factor, of them 2 h silent.
    expect(mfa?.checks).toEqual([
      expect.objectContaining({
        name: 'second-factor', kind: 'state', keys: 4, livenessMonitored: true, blindMs: 2 * HOUR_MS,
        time: {
          scopeMs: 36 * HOUR_MS, effectiveMs: 26 * HOUR_MS, failingMs: 6 * HOUR_MS, unknownMs: 4 * HOUR_MS,
          outOfScopeMs: 2 * Date.parse('2026-04-01T00:00:00Z') - 2 * Date.parse('2026-03-01T09:00:00Z'),
          coverage: { ratio: 32 / 36, text: '88.89 %' },
          observedEffectiveness: { ratio: 26 / 32, text: '81.25 %' },
          lowerBound: { ratio: 26 / 36, text: '72.22 %' },
          upperBound: { ratio: 30 / 36, text: '83.33 %' },
        },
      }),
    ]);
    expect(mfa?.controlLevel).toMatchObject({ failMs: 6 * HOUR_MS });
    expect(mfa?.timeline?.map(({ state, from, to }) => [state, from, to])).toEqual([
      ['unknown', '2026-01-01T00:00:00.000Z', '2026-03-01T09:00:00.000Z'],
      ['no-occurrence', '2026-03-01T09:00:00.000Z', '2026-03-31T00:00:00.000Z'],
      ['pass', '2026-03-31T00:00:00.000Z', '2026-03-31T12:00:00.000Z'],
      ['fail', '2026-03-31T12:00:00.000Z', '2026-03-31T18:00:00.000Z'],
      ['pass', '2026-03-31T18:00:00.000Z', '2026-03-31T20:00:00.000Z'],
      ['unknown', '2026-03-31T20:00:00.000Z', '2026-03-31T22:00:00.000Z'],
      ['pass', '2026-03-31T22:00:00.000Z', '2026-04-01T00:00:00.000Z'],
    ]);
    const leavers = body.controls.find((control) => control.id === 'leaver-access-removed');
    expect(leavers?.checks[0]?.occurrences).toEqual({
      populationFrom: 'all observations of removed-in-time with an event time in the period, over 2 keys',
      population: 2, evaluated: 2, deviations: 1, pending: 0, outOfScope: 0, unevaluated: 0,
      deviationRate: { ratio: 0.5, text: '50.00 %' }, worstCase: { ratio: 0.5, text: '50.00 %' }, result: 'evaluated',
    });
    expect(body.deviations.map((each) => [each.id, each.status])).toEqual([['d-gone', 'withdrawn'], ['d-mfa', 'closed'], ['d-leaver', 'closed']]);
    expect(body.deviations[2]).toMatchObject({
      occurredAt: '2026-03-03T17:00:00.000Z', detectedAt: '2026-03-03T17:00:02.000Z', notifiedAt: '2026-03-03T17:00:03.000Z',
      remediatedAt: '2026-03-03T23:00:00.000Z', verifiedAt: '2026-03-03T23:00:01.000Z',
      timeToDetectMs: 2_000, timeToRemediateMs: 6 * HOUR_MS - 1_000, exposureMs: 6 * HOUR_MS + 1_000, owner: 'it-operations',
    });
    expect(body.measures).toMatchObject({ timeToDetect: { n: 2 }, timeToRemediate: { n: 2 }, openDeviations: [] });
    expect(body.gaps).toEqual([
      expect.objectContaining({ id: 'g1', cause: 'feed-silent', source: 'feed okta', controls: expect.arrayContaining(['admin-mfa', 'leaver-access-removed']) }),
    ]);
    expect(body.criteria.find((criterion) => criterion.id === 'CC6.1')).toMatchObject({ state: 'deviations noted' });
    for (const { state, controls } of body.criteria) expect(state === 'not covered').toBe(controls.length === 0);
    expect(body.objectives.map((objective) => [objective.id, objective.state])).toEqual([
      ['ICFR-LA-3', 'deviations noted'],
      ['ICFR-LA-5', 'deviations noted'],
    ]);
  });

  it('look at their systems only', async () => {
    const { id } = await open({ systems: ['erp'] });
    const { body } = await app.get<PeriodSummary>(`/v1/engagements/${id}/summary.json`);
    const leavers = body.controls.find((control) => control.id === 'leaver-access-removed');
    expect(leavers?.checks[0]?.occurrences).toMatchObject({ population: 1, evaluated: 1, deviations: 0 });
    expect(body.deviations.map((each) => each.id)).toEqual(['d-gone']);
    expect(body.header.systems).toEqual(['erp']);
  });

  it('count a time-out that blindness hides as undecided, also where the silence began after the period', async () => {
    const app2 = await aConsole('2026-04-01T13:00:00.000Z');
    try {
      await app2.data.judgedUntil('2026-04-01T12:59:59.000Z');
      await app2.data.judge(
        [
          { type: 'identity.account', at: '2026-03-01T09:00:00Z', data: account('b1', { admin: false, worker: 'w1' }) },
          { type: 'hr.worker-left', at: '2026-03-31T12:00:00Z', data: { worker: 'w1', lastDay: '2026-03-31T12:00:00Z' } },
        ],
        '2026-04-01T12:59:59.000Z',
      );
      const { body: made } = await app2.post<Made>('/v1/engagements', QUARTER);
      const figures = async () =>
        (await app2.get<PeriodSummary>(`/v1/engagements/${made.id}/summary.json`)).body.controls.find((control) => control.id === 'leaver-access-removed')?.checks[0]?.occurrences;
      expect(await figures()).toMatchObject({ population: 1, evaluated: 1, deviations: 1 });
      await app2.data.gap({
        id: 'g1', revision: 1, cause: 'feed-silent', feedId: app2.data.feed.id, status: 'open',
        fromMs: Date.parse('2026-04-01T06:00:00Z'), knownFromMs: Date.parse('2026-04-01T06:30:02Z'),
      });
      expect(await figures()).toMatchObject({ population: 1, evaluated: 0, deviations: 0, unevaluated: 1, result: 'not evaluated' });
    } finally {
      await app2.close();
    }
  });

  it('freeze revisions whose bytes stay the same after late evidence; the live summary moves on', async () => {
    const { id } = await open();
    const frozen = await app.post(`/v1/engagements/${id}/revisions`, undefined);
    expect(frozen.status).toBe(201);
    expect(frozen.body).toMatchObject({ revision: 1, cutOff: { leafIndex: '40' }, judgedUntil: W, createdBy: 'key admin' });
    const before = await app.get(`/v1/engagements/${id}/summary.json?revision=1`);
    const csvBefore = await app.get(`/v1/engagements/${id}/summary.csv?revision=1`);
    expect(before.body['header']).toMatchObject({ status: 'frozen', revision: 1 });
    await app.data.judge([{ type: 'identity.account', at: '2026-03-31T06:00:00Z', receivedAt: '2026-04-02T11:59:00Z', data: account('a1', { mfa: false, factors: [] }) }], W);
    const after = await app.get(`/v1/engagements/${id}/summary.json?revision=1`);
    expect(after.text).toBe(before.text);
    expect((await app.get(`/v1/engagements/${id}/summary.csv?revision=1`)).text).toBe(csvBefore.text);
    const live = await app.get<PeriodSummary>(`/v1/engagements/${id}/summary.json`);
    expect(live.body.controls.find((control) => control.id === 'admin-mfa')?.checks[0]?.time).toMatchObject({ failingMs: 24 * HOUR_MS });
    const second = await app.post(`/v1/engagements/${id}/revisions`, {});
    expect(second.body).toMatchObject({ revision: 2 });
    expect((await app.get<Made>(`/v1/engagements/${id}`)).body['revisions']).toEqual([frozen.body, second.body]);
    expect((await app.get(`/v1/engagements/${id}/summary.json?revision=3`)).status).toBe(404);
    expect((await app.get(`/v1/engagements/${id}/summary.json?revision=first`)).status).toBe(400);
  });

  it('say what two revisions say differently', async () => {
    const { id } = await open({ systems: ['erp'], name: 'Compared' });
    await app.post(`/v1/engagements/${id}/revisions`, {});
    await app.data.deviation({
      id: 'd-erp', control: 'admin-mfa', key: 'e1', status: 'open', system: 'erp',
      occurredAt: '2026-03-20T12:00:00Z', detectedAt: '2026-03-20T12:00:01Z',
    });
    await app.post(`/v1/engagements/${id}/revisions`, {});
    const list = await app.get<{ items: Made[]; nextCursor: string }>(`/v1/engagements/${id}/revisions?limit=1`);
    expect(list.body.items).toEqual([expect.objectContaining({ revision: 1, cutOff: { leafIndex: '40', clock: expect.any(String) } })]);
    const next = await app.get<{ items: Made[] }>(`/v1/engagements/${id}/revisions?limit=1&cursor=${list.body.nextCursor}`);
    expect(next.body).toEqual({ items: [expect.objectContaining({ revision: 2 })], nextCursor: null });
    const { status, body } = await app.get<RevisionDifference>(`/v1/engagements/${id}/revisions/difference?from=1&to=2`);
    expect(status).toBe(200);
    expect([body.from.revision, body.to.revision]).toEqual([1, 2]);
    expect(body.deviations).toEqual({ added: [expect.objectContaining({ id: 'd-erp', status: 'open' })], removed: [], withdrawn: [], changed: [] });
    expect(body.controls).toMatchObject({ added: [], removed: [], changed: [{ id: 'admin-mfa', timelineChanged: false }] });
    expect(body.controls.changed[0]?.fields).toEqual([{ field: '/deviations/open', before: 0, after: 1 }]);
    const back = await app.get<RevisionDifference>(`/v1/engagements/${id}/revisions/difference?from=2&to=1`);
    expect(back.body.deviations.removed.map((one) => one.id)).toEqual(['d-erp']);
    expect((await app.get(`/v1/engagements/${id}/revisions/difference?from=1&to=3`)).status).toBe(404);
    expect((await app.get(`/v1/engagements/${id}/revisions/difference?from=1`)).status).toBe(400);
    await app.data.database.query("DELETE FROM deviation WHERE id = 'd-erp'");
  });

  it('give the summary as one table', async () => {
    const { id } = await open();
    const { text, headers } = await app.get(`/v1/engagements/${id}/summary.csv`);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toBe(`attachment; filename="summary-${id}-live.csv"`);
    const lines = text.split('\r\n');
    expect(lines[0]).toMatch(/^section,id,title,control,check,key,state,severity,owner,system,from,to,detectedAt/);
    expect(lines.filter((line) => line.startsWith('deviation,'))).toHaveLength(3);
    expect(lines.some((line) => line.startsWith('header,statement,') && line.includes('Not a SOC report'))).toBe(true);
  });

  it('of Type I show the state at the date', async () => {
    const asOf = '2026-03-31T13:00:00.000Z';
    const { id } = await open({ type: 'I', from: undefined, to: undefined, asOf, name: 'Design' });
    const { body } = await app.get<PeriodSummary>(`/v1/engagements/${id}/summary.json`);
    expect(body.header).toMatchObject({ type: 'I', asOf });
    expect(body.controls.find((control) => control.id === 'admin-mfa')).toMatchObject({
      stateAsOf: 'fail',
      checks: [expect.objectContaining({ keysAsOf: { fail: 2, 'not-applicable': 2 } })],
    });
    expect(body.deviations.map((each) => each.id)).toEqual(['d-mfa']);
  });

  it('do not count time that has not passed, and call unknown what judging has not reached', async () => {
    const { id } = await open({ to: '2026-07-01T00:00:00.000Z' });
    const running = await app.get<PeriodSummary>(`/v1/engagements/${id}/summary.json`);
    expect(running.body.header.elapsedTo).toBe(NOW);
    app.clock.nowMs = Date.parse('2026-04-03T12:00:00.000Z');
    try {
      const late = await app.get<PeriodSummary>(`/v1/engagements/${id}/summary.json`);
      expect(late.body.header).toMatchObject({ notJudgedSince: W, elapsedTo: '2026-04-03T12:00:00.000Z' });
      const timeline = late.body.controls.find((control) => control.id === 'admin-mfa')?.timeline;
      expect(timeline?.at(-1)).toMatchObject({ state: 'unknown', to: '2026-04-03T12:00:00.000Z' });
    } finally {
      app.clock.nowMs = Date.parse(NOW);
    }
  });
});
