import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { LiveCatalogues } from '../../apps/evaluator/src/catalogue/read-live-catalogue.js';
import { at, catalogueWith } from '../../apps/evaluator/src/judging-world.testkit.js';
import { RebuildTimelines } from '../../apps/evaluator/src/use-cases/rebuild-timelines.js';
import type { RebuiltControl } from '../../apps/evaluator/src/use-cases/rebuild-timelines.js';
import { JudgedAndRead } from '../support/judged-and-read.js';

jest.setTimeout(120_000);

const CONTROLS = ['admin-mfa', 'leaver-access-removed', 'access-approved-before-granted', 'batches-sent-equal-booked', 'failed-signins-stay-few', 'feeds-alive'];
const PERIOD = { from: '2026-03-01T00:00:00.000Z', to: '2026-03-07T00:00:00.000Z' };

const event = (hours: number, type: string, subject: string, data: object) => ({ type, subject, timeMs: at(hours), data: data as never });
const account = (hours: number, name: string, data: object = {}) =>
  event(hours, 'identity.account', name, { account: name, system: 'okta', worker: `w-${name}`, status: 'active', admin: true, mfa: true, factors: ['totp'], ...data });
const batch = (hours: number, type: 'sent' | 'booked', id: string, amountMinor: number) =>
  event(hours, `ledger.batch-${type}`, id, { batch: id, count: 2, amountMinor, currency: 'USD' });

/** Failures of several kinds, one withdrawn by late evidence, one in a silence, an open one, a doubled message. */
const STORY = [
  account(1, 'a1'), account(2, 'a1', { mfa: false, factors: [] }), account(5, 'a1'),
  account(3, 'a2', { mfa: false, factors: [] }),
  account(1, 'b1'), account(1, 'b2'),
  event(10, 'hr.worker-left', 'w-b1', { worker: 'w-b1', lastDay: new Date(at(10)).toISOString() }),
  event(11, 'hr.worker-left', 'w-b2', { worker: 'w-b2', lastDay: new Date(at(11)).toISOString() }),
  account(40, 'b1', { status: 'disabled' }),
  event(12, 'identity.access-granted', 'c1', { account: 'c1', system: 'okta', role: 'dba', grantedBy: 'x' }),
  batch(20, 'sent', 'p1', 1000), batch(21, 'booked', 'p1', 1001), batch(20, 'sent', 'p2', 500),
];

let stage: JudgedAndRead;
let engagement = '';

beforeAll(async () => {
  stage = await JudgedAndRead.begin({ catalogue: await catalogueWith(...CONTROLS), feeds: [{ name: 'main', types: ['*'] }, { name: 'quiet', types: ['identity.account'], maxSilenceMs: 7_200_000 }] });
  await stage.judged(STORY, at(60));
  // In time after all: what was open is withdrawn.
  await stage.judged([{ ...account(30, 'b2', { status: 'disabled' }), receivedAtMs: at(61) }], at(62));
  const { body } = await stage.post('/v1/engagements', {
    name: 'Larkspur 2026', reports: ['soc1', 'soc2'], type: 'II', ...PERIOD, categories: ['security', 'processing-integrity'],
    objectives: ['ICFR-LA-1', 'ICFR-LA-2', 'ICFR-LA-3', 'ICFR-TP-2'], systems: [],
  });
  engagement = String(body['id']);
});
afterAll(() => stage[Symbol.asyncDispose]());

async function everythingSaid(): Promise<unknown> {
  const { text: summary } = await stage.get(`/v1/engagements/${engagement}/summary.json`);
  const { text: csv } = await stage.get(`/v1/engagements/${engagement}/summary.csv`);
  const each = await Promise.all(
    CONTROLS.flatMap((id) => ['states', `timeline?from=${PERIOD.from}&to=${PERIOD.to}`, 'observations'].map((what) => `/v1/controls/${id}/${what}`)).map(async (url) => [url, (await stage.get(url)).body]),
  );
  return { summary, csv, each, deviations: (await stage.get('/v1/deviations')).body, gaps: (await stage.get('/v1/gaps')).body };
}

async function rebuild(...only: string[]): Promise<readonly RebuiltControl[]> {
  const all: RebuiltControl[] = [];
  for await (const one of new RebuildTimelines(stage.world.instances[0]!.judging, new LiveCatalogues()).run(only)) all.push(one);
  return all;
}

const told = async () => (await stage.world.messages()).length;
const leaves = async () => (await stage.world.database.query<{ n: number }>("SELECT count(*)::int AS n FROM ledger_intake WHERE payload ? 'event'")).rows[0]?.n;

it('what was judged is had again from the ledger, byte for byte, and nobody is told anything', async () => {
  const before = await everythingSaid();
  const [messages, records] = [await told(), await leaves()];
  expect((before as { summary: string }).summary).toContain('"withdrawn"');
  await stage.tamper('TRUNCATE point, segment, observation, key_span, check_state, carry_snapshot');
  expect(await everythingSaid()).not.toEqual(before);

  const rebuilt = await rebuild();
  expect(rebuilt.map(({ control, corrected }) => `${control} ${corrected}`).sort()).toEqual(CONTROLS.map((id) => `${id} 0`).sort());
  expect(await everythingSaid()).toEqual(before);
  expect([await told(), await leaves()]).toEqual([messages, records]);
});

it('a control that nobody judges is named, and nothing is rebuilt', async () => {
  await expect(rebuild('admin-mfa', 'no-such-control')).rejects.toThrow('no judged control is named no-such-control; nothing was rebuilt');
});

it('a state that somebody changed in the tables is put right', async () => {
  const before = await everythingSaid();
  await stage.tamper("UPDATE segment SET state = 0 WHERE state = 1; DELETE FROM observation WHERE outcome = 1");
  expect(await everythingSaid()).not.toEqual(before);
  await rebuild();
  expect(await everythingSaid()).toEqual(before);
});

it('a deviation that somebody took away is found, told and on record again', async () => {
  const before = await told();
  await stage.tamper("DELETE FROM deviation WHERE control = 'admin-mfa' AND status = 'open'");
  const rebuilt = await rebuild();
  expect(rebuilt.filter(({ corrected }) => corrected > 0).map(({ control }) => control)).toEqual(['admin-mfa']);
  const news = (await stage.world.messages()).slice(before);
  expect(news.map(({ kind }) => kind)).toEqual(['deviation-opened']);
});
