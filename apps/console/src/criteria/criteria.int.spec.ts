import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aConsole } from '../calls.testkit.js';
import type { TestConsole } from '../calls.testkit.js';

interface List {
  readonly items: readonly { readonly [field: string]: unknown }[];
  readonly nextCursor: string | null;
  readonly judgedUntil: string;
}

const account = (name: string, mfa: boolean) => ({ account: name, system: 'okta', status: 'active', admin: true, mfa, factors: mfa ? ['totp'] : [] });

describe('criteria and objectives', () => {
  let app: TestConsole;

  beforeAll(async () => {
    app = await aConsole('2026-03-10T12:00:30.000Z');
    await app.data.judgedUntil('2026-03-10T12:00:00.000Z');
    await app.data.judge([{ type: 'identity.account', at: '2026-03-10T08:00:00Z', data: account('a1', true) }], '2026-03-10T12:00:00.000Z');
  });

  afterAll(() => app.close());

  it('are all there: 61 and 35, in the order of the catalogue', async () => {
    const criteria = await app.get<List>('/v1/criteria');
    const objectives = await app.get<List>('/v1/objectives');
    expect([criteria.body.items.length, objectives.body.items.length]).toEqual([61, 35]);
    expect(criteria.body.items.slice(0, 2).map(({ id }) => id)).toEqual(['CC1.1', 'CC1.2']);
    expect(criteria.body).toMatchObject({ nextCursor: null, judgedUntil: '2026-03-10T12:00:00.000Z' });
  });

  it('show the controls of each, and say not covered exactly where no control is mapped', async () => {
    const criteria = await app.get<List>('/v1/criteria');
    const objectives = await app.get<List>('/v1/objectives');
    const mapped = new Set([...app.data.catalogue.controls.values()].flatMap(({ maps }) => [...maps.tsc, ...maps.soc1]));
    const all = [...criteria.body.items, ...objectives.body.items];
    expect(all.filter(({ state }) => state === 'not covered').map(({ id }) => id)).toEqual(all.filter(({ id }) => !mapped.has(String(id))).map(({ id }) => id));
    expect(all.find(({ id }) => id === 'CC6.1')).toMatchObject({ controls: expect.arrayContaining(['admin-mfa']), automated: true });
  });

  it('say of each whether any of its controls is automated, and always which evidence is wanted', async () => {
    const { criteria, objectives, controls } = app.data.catalogue;
    const executed = (side: 'tsc' | 'soc1', id: unknown) => [...controls.values()].some(({ maps, execution }) => maps[side].includes(String(id)) && execution === 'automated');
    for (const [path, side, measures] of [['/v1/criteria', 'tsc', criteria], ['/v1/objectives', 'soc1', objectives]] as const) {
      const { body } = await app.get<List>(path);
      expect(body.items.map(({ id, automated }) => [id, automated])).toEqual(body.items.map(({ id }) => [id, executed(side, id)]));
      for (const { id, evidence } of body.items) expect(evidence).toMatchObject({ wanted: measures.get(String(id))?.evidence });
    }
    expect((await app.get<List>('/v1/criteria')).body.items.find(({ id }) => id === 'CC1.2')).toMatchObject({ automated: false, evidence: { machine: 'weak' } });
  });

  it('never let telemetry alone speak for a weak criterion: manual evidence is needed of each', async () => {
    const { body } = await app.get<List>('/v1/criteria');
    const weak = body.items.filter(({ machineEvidence }) => machineEvidence === 'weak');
    expect(weak.length).toBe(5);
    expect(weak.filter(({ state }) => state !== 'manual evidence needed').map(({ id, state }) => [id, state])).toEqual([]);
  });

  it('say insufficient evidence while a mapped key control has none', async () => {
    const { body } = await app.get<List>('/v1/criteria');
    const cc63 = body.items.find(({ id }) => id === 'CC6.3');
    expect(cc63).toMatchObject({ state: 'insufficient evidence', controls: expect.arrayContaining(['leaver-access-removed']) });
    expect(cc63?.['reasons']).toEqual(expect.arrayContaining(['leaver-access-removed: no key has reported yet']));
  });

  it('say deviations noted as soon as a mapped control fails, on both sides of a shared control', async () => {
    const objectives = await app.get<List>('/v1/objectives');
    expect(objectives.body.items.find(({ id }) => id === 'ICFR-LA-5')?.['reasons']).not.toContain('admin-mfa');
    await app.data.judge([{ type: 'identity.account', at: '2026-03-10T09:00:00Z', data: account('a2', false) }], '2026-03-10T12:00:00.000Z');
    const criteria = await app.get<List>('/v1/criteria');
    const after = await app.get<List>('/v1/objectives');
    expect(criteria.body.items.find(({ id }) => id === 'CC6.1')).toMatchObject({ state: 'deviations noted', reasons: expect.arrayContaining(['admin-mfa']) });
    expect(after.body.items.find(({ id }) => id === 'ICFR-LA-5')).toMatchObject({ state: 'deviations noted', reasons: expect.arrayContaining(['admin-mfa']) });
  });

  it('come in pages', async () => {
    const ids: unknown[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null && page < 10; page += 1) {
      const { body }: { body: List } = await app.get<List>(`/v1/criteria?limit=25${cursor === '' ? '' : `&cursor=${cursor}`}`);
      ids.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    }
    expect(ids).toEqual([...app.data.catalogue.criteria.keys()]);
  });
});
