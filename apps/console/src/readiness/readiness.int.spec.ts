import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aConsole } from '../calls.testkit.js';
import type { TestConsole } from '../calls.testkit.js';

interface Problem {
  readonly errors: readonly { readonly pointer: string; readonly message: string }[];
}
interface Control {
  readonly id: string;
  readonly verdict: string;
  readonly [field: string]: unknown;
}
interface Measure {
  readonly id: string;
  readonly verdict: string;
  readonly controls: readonly Control[];
  readonly wantedEvidence: readonly string[];
}
interface Gaps {
  readonly items: readonly Measure[];
  readonly nextCursor: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly controlCounts: Readonly<Record<string, number>>;
  readonly sharedControls: { readonly controls: readonly { readonly id: string }[] } | null;
  readonly [field: string]: unknown;
}
interface Plan {
  readonly steps: readonly { readonly step: number; readonly begins: object; readonly gaps: readonly { readonly id: string; readonly verdict: string }[] }[];
  readonly window: { readonly from: string | null; readonly heldBackBy: readonly { readonly control: string; readonly reason: string }[]; readonly lengths: readonly object[] } | null;
  readonly [field: string]: unknown;
}

const account = (name: string, mfa: boolean) => ({ account: name, system: 'okta', status: 'active', admin: true, mfa, factors: mfa ? ['totp'] : [] });
const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, count) => all + count, 0);

describe('readiness', () => {
  let app: TestConsole;

  beforeAll(async () => {
    app = await aConsole('2026-03-10T12:00:30.000Z');
    await app.data.judgedUntil('2026-03-10T12:00:00.000Z');
  });
  afterAll(() => app.close());

  const gaps = async (query = '') => (await app.get<Gaps>(`/v1/readiness/gaps${query}`)).body;
  const control = async (id: string): Promise<Control | undefined> => (await gaps()).items.flatMap(({ controls }) => controls).find((one) => one.id === id);
  /** As ingestion keeps it: judged data has points only. */
  const keep = async (type: string, at: string, feedId = app.data.feed.id) => {
    await app.data.database.query(
      `INSERT INTO evidence (leaf_index, received_at, id, delivery_id, ordinal, feed_id, source_id, event_id, type, time, time_assumed, too_old, normal, salt)
       VALUES ((SELECT coalesce(max(leaf_index), 0) + 1 FROM evidence), $1, $2, $2, 0, $3, 1, $5, $4, $1, false, false, '{}', '')`,
      [at, randomUUID(), feedId, type, `${type} ${at}`],
    );
  };

  describe('the decision', () => {
    const decide = (answers: unknown) => app.post<Problem & Record<string, unknown>>('/v1/readiness/decision', { answers });

    it('asks thirteen questions and shows both reports side by side', async () => {
      const { status, body } = await app.get<{ questions: { id: string }[]; comparison: { rows: { aspect: string }[] } }>('/v1/readiness/questions');
      expect([status, body.questions.map(({ id }) => id)]).toEqual([200, Array.from({ length: 13 }, (_, index) => `Q${index + 1}`)]);
      expect(body.comparison.rows.map(({ aspect }) => aspect)).toEqual(expect.arrayContaining(['Purpose', 'Scope', 'Readers', 'Type of business', 'Standard', 'Distribution', 'Detail', 'Outside the US']));
      expect((await app.get('/v1/readiness/questions?lang=en')).status).toBe(400);
    });

    it('says which report, with reasons', async () => {
      const { status, body } = await decide({ Q1: true, Q2: true, Q3: true, Q4: true, Q7: true, Q8: true, Q11: true });
      expect(status).toBe(200);
      expect(body).toMatchObject({ soc1: 'yes', soc2: 'yes', soc3: 'no', categories: ['security', 'processing-integrity'], type: 'II', standard: 'AICPA', reports: ['soc1', 'soc2'] });
      expect((body['reasons'] as string[])[1]).toMatch(/^Q2: /);
    });

    it('takes a missing answer as no and ignores what is not reached', async () => {
      expect((await decide({ Q5: true, Q11: true })).body).toMatchObject({ soc1: 'no', soc2: 'no', soc3: 'no', categories: [], type: null, standard: null });
    });

    it('refuses an unknown question and what is neither true nor false with 422 and their place', async () => {
      const { status, body } = await decide({ Q14: true, Q1: 'yes', Q2: { deep: [1] } });
      expect(status).toBe(422);
      expect(body.errors.map(({ pointer }) => pointer)).toEqual(['/answers/Q14', '/answers/Q1', '/answers/Q2']);
      expect((await app.post('/v1/readiness/decision', {})).status).toBe(400);
      expect((await app.post('/v1/readiness/decision', { answers: {}, more: 1 })).status).toBe(400);
    });

    it('is not overrun by an answer that goes deep', async () => {
      const deep = `{"answers": {"Q1": ${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
      const response = await app.console.app.inject({
        method: 'POST', url: '/v1/readiness/decision', payload: deep, headers: { authorization: `Bearer ${app.keys.admin}`, 'content-type': 'application/json' },
      });
      expect([400, 422]).toContain(response.statusCode);
    });
  });

  describe('gaps', () => {
    it('name every criterion and objective; where nothing covers one they say so, and which evidence is wanted', async () => {
      const body = await gaps();
      const { criteria, objectives } = app.data.catalogue;
      const all = [...(await gaps('?reports=soc2&categories=availability,confidentiality,processing-integrity,privacy')).items, ...(await gaps('?reports=soc1')).items];
      expect(all.map(({ id }) => id)).toEqual([...criteria.keys(), ...objectives.keys()]);
      expect(body).toMatchObject({ reports: ['soc1', 'soc2'], categories: ['security'], nextCursor: null, judgedUntil: '2026-03-10T12:00:00.000Z' });
      expect(sum(body.counts)).toBe(body.items.length);
      for (const { id, controls, verdict, wantedEvidence } of all) {
        expect([id, verdict === 'no-control']).toEqual([id, controls.length === 0]);
        if (controls.length === 0 || verdict === 'manual-evidence-needed') expect(wantedEvidence.length).toBeGreaterThan(0);
      }
      expect([...new Set(all.map(({ verdict }) => verdict))]).not.toContain('evidence-flowing');
    });

    it('tell a type that no feed names from one whose feed has sent none', async () => {
      expect(await control('admin-mfa')).toMatchObject({
        verdict: 'no-evidence-yet', firstEvidenceAt: null,
        eventTypes: [{ type: 'identity.account', status: 'declared', feeds: ['okta'], lastEvidenceAt: null }],
      });
      expect(await control('backups-succeed')).toMatchObject({
        verdict: 'no-feed', reasons: ['no feed names backup.completed'],
        eventTypes: [{ type: 'backup.completed', status: 'missing', feeds: [], lastEvidenceAt: null }],
      });
    });

    it('do not count evidence of feeds that are not production', async () => {
      const { body } = await app.post<{ id: string }>('/v1/feeds', {
        name: 'staging', system: 'backup', production: false, types: ['backup.completed'], sources: ['*'], liveness: 'none', authentication: { kind: 'bearer' },
      });
      await keep('backup.completed', '2026-03-01T00:00:00Z', Number(body.id));
      expect(await control('backups-succeed')).toMatchObject({ verdict: 'no-feed', lastEvidenceAt: null });
    });

    it('see evidence flow once it is judged, since its first event', async () => {
      await keep('identity.account', '2026-03-10T07:00:00Z');
      await keep('identity.account', '2026-03-10T08:00:00Z');
      await app.data.judge(
        [
          { type: 'identity.account', at: '2026-03-10T07:00:00Z', data: account('a1', true) },
          { type: 'identity.account', at: '2026-03-10T08:00:00Z', data: account('a2', true) },
        ],
        '2026-03-10T12:00:00.000Z',
      );
      expect(await control('admin-mfa')).toMatchObject({
        verdict: 'evidence-flowing', reasons: [], state: 'pass', firstEvidenceAt: '2026-03-10T07:00:00.000Z', lastEvidenceAt: '2026-03-10T08:00:00.000Z',
        eventTypes: [{ status: 'delivering', feeds: ['okta'] }],
      });
      const body = await gaps();
      expect(body.controlCounts['evidence-flowing']).toBeGreaterThan(0);
      expect((body['misconceptions'] as { id: string }[]).map(({ id }) => id)).toContain('vendor-covers-us');
    });

    it('do not take what is only expected, or what goes before, for evidence of a control', async () => {
      // Accounts say which systems are to be reviewed, and what a leaver has to lose.
      expect(await control('access-recertified-quarterly')).toMatchObject({ verdict: 'no-feed', firstEvidenceAt: null, reasons: ['no feed names identity.access-review'] });
      expect(await control('leaver-access-removed')).toMatchObject({ verdict: 'no-evidence-yet', firstEvidenceAt: null });
    });

    it('see an open deviation before anything else', async () => {
      await app.data.judge([{ type: 'identity.account', at: '2026-03-10T09:00:00Z', data: account('a3', false) }], '2026-03-10T12:00:00.000Z');
      expect(await control('admin-mfa')).toMatchObject({ verdict: 'deviations-open', reasons: ['1 key fails now'] });
      const deviating = await gaps('?verdict=deviations-open');
      expect(deviating.items.map(({ id }) => id)).toContain('CC6.1');
      expect(new Set(deviating.items.map(({ verdict }) => verdict))).toEqual(new Set(['deviations-open']));
      expect(deviating.items).toHaveLength(deviating.counts['deviations-open'] ?? 0);
    });

    it('do not ask to remediate a change of which no deviation is open: what happened once stays a failure', async () => {
      const change = { change: 'c1', repository: 'r', branch: 'main', author: 'al', mergedBy: 'al', head: 'h1' };
      await app.data.judge([{ type: 'vcs.change-merged', at: '2026-03-10T09:00:00Z', data: change }], '2026-03-10T12:00:00.000Z');
      expect(await control('changes-approved-by-other')).toMatchObject({ state: 'fail', verdict: 'no-feed' });
    });

    it('see evidence go stale when nothing more comes', async () => {
      await app.data.gap({ id: 'g1', revision: 1, cause: 'feed-silent', feedId: app.data.feed.id, status: 'open', fromMs: Date.parse('2026-03-10T09:30:00Z'), knownFromMs: Date.parse('2026-03-10T10:00:00Z') });
      const found = await control('admin-mfa');
      expect(found?.['reasons']).toContain('of 2 keys it is not known how they stand now');
    });

    it('come in pages, also of some of them', async () => {
      const ids: string[] = [];
      for (let cursor: string | null = '', page = 0; cursor !== null && page < 20; page += 1) {
        const body: Gaps = await gaps(`?limit=20${cursor === '' ? '' : `&cursor=${cursor}`}`);
        ids.push(...body.items.map(({ id }) => id));
        cursor = body.nextCursor;
      }
      expect(ids).toEqual((await gaps()).items.map(({ id }) => id));
      const first = await gaps('?limit=1&verdict=no-feed,no-control');
      const second = await gaps(`?limit=1&verdict=no-feed,no-control&cursor=${first.nextCursor ?? ''}`);
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual((await gaps('?limit=2&verdict=no-feed,no-control')).items.map(({ id }) => id));
    });

    it('are of an engagement where one is named', async () => {
      const opened = await app.post<{ id: string }>('/v1/engagements', { name: 'Payroll', reports: ['soc1'], type: 'I', asOf: '2026-03-31', objectives: ['ICFR-PAY-4', 'ICFR-LA-5'] });
      const { items, sharedControls, ...body } = await gaps(`?engagement=${opened.body.id}`);
      expect(body).toMatchObject({ reports: ['soc1'], categories: [], objectives: ['ICFR-PAY-4', 'ICFR-LA-5'] });
      expect([items.map(({ id }) => id), sharedControls]).toEqual([['ICFR-PAY-4', 'ICFR-LA-5'], null]);
      expect((await app.get<Plan>(`/v1/readiness/plan?engagement=${opened.body.id}`)).body).toMatchObject({ type: 'I', window: null });
      expect((await app.get(`/v1/readiness/gaps?engagement=${randomUUID()}`)).status).toBe(404);
      const both = await app.get<Problem>(`/v1/readiness/gaps?engagement=${opened.body.id}&reports=soc1`);
      expect([both.status, both.body.errors.map(({ pointer }) => pointer)]).toEqual([400, ['/reports']]);
    });

    it.each([
      ['?objectives=ICFR-XX-1', '/objectives/0'],
      ['?reports=soc2&objectives=ICFR-LA-5', '/objectives'],
      ['?reports=soc4', '/reports/0'],
      ['?categories=security,all', '/categories/1'],
      ['?verdict=ready', '/verdict/0'],
      ['?engagement=7', '/engagement'],
      ['?colour=red', '/colour'],
      ['?cursor=x', '/cursor'],
    ])('refuse %s by its place %s', async (query, pointer) => {
      const { status, body } = await app.get<Problem>(`/v1/readiness/gaps${query}`);
      expect([status, body.errors.map((error) => error.pointer)]).toEqual([400, [pointer]]);
    });

    it('count what one set of controls saves where both reports are in scope', async () => {
      expect((await gaps()).sharedControls?.controls.map(({ id }) => id)).toContain('admin-mfa');
    });
  });

  describe('the plan', () => {
    const plan = async (query = '') => (await app.get<Plan>(`/v1/readiness/plan${query}`)).body;

    it('has its steps from the start that is given, and puts what remains into them', async () => {
      const body = await plan('?start=2026-04-01&reports=soc2');
      expect(body).toMatchObject({ type: 'II', start: '2026-04-01', reports: ['soc2'] });
      expect(body.steps.map(({ step }) => step)).toEqual([1, 2, 3, 5, 6, 7, 8]);
      expect(body.steps[0]?.begins).toEqual({ earliest: '2026-04-01', latest: '2026-04-01' });
      expect(body.steps[2]?.gaps).toContainEqual(expect.objectContaining({ id: 'admin-mfa', verdict: 'deviations-open' }));
      expect((await plan()).start).toBe('2026-03-10');
    });

    it('names no day for the window while a key control has no evidence, and says which ones hold it back', async () => {
      const { window } = await plan('?reports=soc2');
      expect(window).toMatchObject({ from: null, othersAllow: '2026-03-11', reasons: [expect.stringContaining('no date can be named')] });
      const held = window?.heldBackBy.map(({ control: id }) => id) ?? [];
      expect(held).toContain('leaver-access-removed');
      expect(held).not.toContain('admin-mfa');
    });

    it('goes by the type and the samples that are asked for', async () => {
      expect((await plan('?type=I')).window).toBeNull();
      const { window } = await plan('?type=I-then-II&samples=quarterly:4,daily:25-40');
      expect(JSON.stringify(window?.lengths)).toContain('"customarySample":{"least":4,"most":4}');
    });

    it.each([
      ['?start=soon', '/start'],
      ['?start=1999-12-31', '/start'],
      ['?type=III', '/type'],
      ['?samples=yearly:1', '/samples'],
      ['?samples=daily:9-3', '/samples'],
    ])('refuses %s by its place', async (query, pointer) => {
      const { status, body } = await app.get<Problem>(`/v1/readiness/plan${query}`);
      expect([status, body.errors.map((error) => error.pointer)]).toEqual([400, [pointer]]);
    });
  });
});
