import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@tickmark/testing';
import { folderWith, run } from '../../apps/cli/src/cli.testkit.js';
import { runBacktest } from '../../apps/console/src/backtests/run-backtest.js';
import { Catalogues } from '../../apps/console/src/judged/catalogues.js';
import { Views } from '../../apps/console/src/judged/view.js';
import { at, catalogueWith } from '../../apps/evaluator/src/judging-world.testkit.js';
import { JudgedAndRead } from '../support/judged-and-read.js';

jest.setTimeout(60_000);

interface Side {
  readonly states: Readonly<Record<string, number>>;
  readonly deviations: number;
}

interface Backtest {
  readonly status: string;
  readonly progress: number;
  readonly detail: string | null;
  readonly result: {
    readonly differs: boolean;
    readonly onRecord: boolean;
    readonly compared: { readonly from: string; readonly to: string };
    readonly events: number;
    readonly totals: Readonly<Record<string, unknown>>;
    readonly days: readonly { readonly day: string; readonly before: Side; readonly after: Side; readonly differing: number }[];
  };
}

interface Difference {
  readonly check: string;
  readonly key: string;
  readonly days: readonly string[];
  readonly stretches: readonly Readonly<Record<string, unknown>>[];
  readonly deviations: readonly Readonly<Record<string, unknown>>[];
}

const HOUR = 3_600_000;
const account = (hours: number, name: string, rest: object = {}) => ({
  type: 'identity.account',
  timeMs: at(hours),
  subject: name,
  feed: 'accounts',
  data: { account: name, system: 'okta', status: 'active', admin: true, mfa: true, factors: ['totp'], ...rest },
});
const leaver = (hours: number, worker: string) => ({ type: 'hr.worker-left', timeMs: at(hours), subject: worker, data: { worker, lastDay: new Date(at(hours)).toISOString() } });
const merge = (hours: number, change: string) => ({ type: 'vcs.change-merged', timeMs: at(hours), subject: change, data: { change, repository: 'r', branch: 'main', author: 'al', mergedBy: 'al', head: 'h' } });
const signin = (hours: number, outcome: string) => ({ type: 'identity.signin', timeMs: at(hours), subject: 'erp', data: { account: 'x', system: 'erp', outcome } });
const batch = (kind: 'sent' | 'booked', hours: number, name: string, amountMinor: number) => ({ type: `ledger.batch-${kind}`, timeMs: at(hours), subject: name, data: { batch: name, count: 1, amountMinor, currency: 'EUR' } });

/** Counts the accounts that the source has; it never says that they are three. */
const COUNTED = `id: accounts-counted
title: Accounts are counted
description: d
owner: o
severity: low
maps: {tsc: [CC6.1]}
inputs: {account: identity.account, count: population.snapshot}
checks:
  known:
    kind: state
    input: account
    key: account.account
    assert: account.mfa
    validFor: 400d
  complete: {kind: reconcile, input: count, count: count.count, asOf: count.asOf, population: known}
tests:
  - name: t
    given:
      - {at: 0h, account: {account: a, system: s, status: active, admin: false, mfa: true, factors: []}}
      - {at: 0h, account: {account: b, system: s, status: active, admin: false, mfa: false, factors: []}}
      - {at: 2h, count: {population: accounts, count: 3, asOf: {at: 2h}}}
    expect:
      - {at: 1h, key: a, check: known, state: pass}
      - {at: 1h, key: b, check: known, state: fail}
      - {at: 3h, key: a, check: known, state: unknown}
`;

const CONTROLS = ['admin-mfa', 'leaver-access-removed', 'changes-approved-by-other', 'batches-sent-equal-booked', 'access-recertified-quarterly', 'failed-signins-stay-few', 'feeds-alive'] as const;

describe('a backtest', () => {
  let all: JudgedAndRead;
  let yamls: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const shipped = await catalogueWith(...CONTROLS);
    const catalogue = [...shipped, { role: 'control' as const, path: 'controls/accounts-counted.yaml', text: COUNTED }];
    yamls = new Map(catalogue.filter(({ role }) => role === 'control').map(({ path, text }) => [path.split('/').at(-1)?.replace('.yaml', '') ?? '', text]));
    const feeds = [{ name: 'main', types: ['*'] }, { name: 'accounts', types: ['identity.account'], maxSilenceMs: 10 * HOUR }];
    all = await JudgedAndRead.begin({ catalogue, feeds });
    await all.judged(
      [
        account(1, 'a1'), account(1, 'a2', { mfa: false, factors: [] }), account(1, 'b1', { worker: 'w1', admin: false }), account(1, 'b2', { worker: 'w2', admin: false }),
        account(1, 'b3', { worker: 'w3', admin: false }), account(2, 'a4', { factors: ['sms'] }), leaver(2, 'w1'), leaver(3, 'w2'), merge(4, 'c1'),
        batch('sent', 4, 'p1', 5), batch('booked', 5, 'p1', 6), batch('sent', 5, 'p2', 7),
        ...[0, 1, 2, 3, 4, 5].map((index) => signin(6 + index / 60, index < 2 ? 'failure' : 'success')),
        { type: 'population.snapshot', timeMs: at(7), subject: 'accounts', data: { population: 'accounts', count: 9, asOf: new Date(at(7)).toISOString() } },
      ],
      at(8),
    );
    // w1's account is disabled after 16 hours, w2's after 40. One is told late.
    await all.judged([{ ...account(9, 'a2'), receivedAtMs: at(10) }], at(10));
    await all.judged([account(18, 'b1', { worker: 'w1', admin: false, status: 'disabled' })], at(19));
    await all.judged([account(27, 'a1')], at(28));
    await all.judged([{ ...account(20, 'a5', { mfa: false }), receivedAtMs: at(35) }, account(36, 'a1')], at(37));
    await all.judged([account(43, 'b2', { worker: 'w2', admin: false, status: 'disabled' }), leaver(43, 'w3')], at(44));
    // The accounts' feed is silent from hour 53 to 80: w3's deadline lies in it.
    await all.judged([], at(70));
    await all.judged([account(80, 'a1')], at(81));
    await all.judged([account(89, 'a1'), account(98, 'a1')], at(100));
    await all.judged([account(107, 'a1'), account(116, 'a1')], at(120));
  });
  afterAll(() => all[Symbol.asyncDispose]());

  const PERIOD = { from: '2026-03-02', to: '2026-03-07' };

  const finished = async (id: string): Promise<Backtest> => {
    const done = await eventually(async () => {
      const { body } = await all.get(`/v1/backtests/${id}`);
      const shown = body as unknown as Backtest;
      if (['queued', 'running'].includes(shown.status)) throw new Error(`it is ${shown.status}`);
      return shown;
    });
    return done;
  };
  const backtest = async (yaml: string, period: object = PERIOD): Promise<{ readonly backtest: Backtest; readonly differences: readonly Difference[] }> => {
    const { status, body } = await all.post('/v1/backtests', { yaml, ...period });
    expect([status, body]).toEqual([202, { id: expect.any(String) }]);
    const id = body['id'] as string;
    const shown = await finished(id);
    expect({ status: shown.status, detail: shown.detail, progress: shown.progress }).toEqual({ status: 'done', detail: null, progress: 1 });
    const { body: listed } = await all.get(`/v1/backtests/${id}/differences?limit=500`);
    return { backtest: shown, differences: listed['items'] as readonly Difference[] };
  };
  const yamlOf = (control: string): string => yamls.get(control) ?? '';
  const counts = (side: Side): object => ({ ...Object.fromEntries(Object.entries(side.states).filter(([, count]) => count > 0)), deviations: side.deviations });

  it.each([...CONTROLS, 'accounts-counted'])('of the definition of %s that judged shows no difference, with late events and blindness', async (control) => {
    const { backtest: shown, differences } = await backtest(yamlOf(control));
    expect(differences).toEqual([]);
    expect({ differs: shown.result.differs, onRecord: shown.result.onRecord, compared: shown.result.compared }).toEqual({
      differs: false,
      onRecord: true,
      compared: { from: '2026-03-02T00:00:00.000Z', to: '2026-03-07T00:00:00.000Z' },
    });
    const days = shown.result.days.map(({ before, after }) => [before, after]);
    for (const [before, after] of days) expect(after).toEqual(before);
    expect(days.flat().some((side) => Object.values(side.states).some((count) => count > 0))).toBe(true);
  });

  it('of a longer deadline shows exactly the keys and days that it changes', async () => {
    const { backtest: shown, differences } = await backtest(yamlOf('leaver-access-removed').replace('limit: 24h', 'limit: 36h'));
    // w2 has twelve hours more; w3's deadline goes from one blind hour to another: only the worst case begins later.
    expect(differences.map(({ key, days }) => [key, days])).toEqual([
      ['w2/okta/b2', ['2026-03-03']],
      ['w3/okta/b3', ['2026-03-04', '2026-03-05']],
    ]);
    expect(differences[1]).toMatchObject({
      stretches: [
        { from: '2026-03-04T19:00:00.000Z', to: '2026-03-05T07:00:00.000Z', before: { state: 'unknown', reason: 'feed-silent' }, after: { state: 'no-occurrence', reason: 'pending' } },
      ],
      deviations: [
        {
          before: { status: 'open', occurredAt: '2026-03-04T19:00:00.000Z', occurredUntil: '2026-03-05T08:00:00.000Z', remediatedAt: null },
          after: { status: 'open', occurredAt: '2026-03-05T07:00:00.000Z', occurredUntil: '2026-03-05T08:00:00.000Z', remediatedAt: null },
        },
      ],
    });
    expect(differences[0]).toEqual({
      check: 'removed-in-time',
      key: 'w2/okta/b2',
      days: ['2026-03-03'],
      stretches: [
        { from: '2026-03-03T03:00:00.000Z', to: '2026-03-03T15:00:00.000Z', before: { state: 'fail', reason: 'not-in-time' }, after: { state: 'no-occurrence', reason: 'pending' } },
      ],
      deviations: [
        {
          id: expect.any(String),
          before: { status: 'closed', occurredAt: '2026-03-03T03:00:00.000Z', remediatedAt: '2026-03-03T19:00:00.000Z', reason: 'not-in-time' },
          after: { status: 'closed', occurredAt: '2026-03-03T15:00:00.000Z', remediatedAt: '2026-03-03T19:00:00.000Z', reason: 'not-in-time' },
        },
      ],
      leftOut: 0,
    });
    expect(shown.result.days.map(({ day, differing }) => [day, differing])).toEqual([
      ['2026-03-02', 0], ['2026-03-03', 1], ['2026-03-04', 1], ['2026-03-05', 1], ['2026-03-06', 0],
    ]);
    expect(shown.result.totals).toMatchObject({ differingKeys: 2, deviationsAdded: 0, deviationsGone: 0, deviationsMoved: 2 });
  });

  it('is printed by the command line, and its exit code says whether anything differs', async () => {
    const yaml = yamlOf('leaver-access-removed');
    const folder = await folderWith({ 'same.yaml': yaml, 'longer.yaml': yaml.replace('limit: 24h', 'limit: 36h'), 'broken.yaml': yaml.replace('account.status ==', 'account.statu ==') });
    const address = [...(await all.address()), '--from', '2026-03-02', '--to', '2026-03-04T00:00:00Z'];
    const same = await run(['backtest', `${folder}/same.yaml`, ...address]);
    expect([same.code, same.out.split('\n').slice(1)]).toEqual([0, ['compared with the record, from 2026-03-02T00:00:00.000Z to 2026-03-04T00:00:00.000Z', '✓ no difference', '']]);
    const longer = await run(['backtest', `${folder}/longer.yaml`, ...address]);
    expect(longer.code).toBe(1);
    expect(longer.out.replaceAll(/\b[0-9a-f]{12}\b|\bd[0-9a-f]{31}\b/g, '#').replace(/over \d+ events/, 'over n events')).toBe(`leaver-access-removed #, judged anew over n events
compared with the record, from 2026-03-02T00:00:00.000Z to 2026-03-04T00:00:00.000Z

days (keys by the worst state of the day; deviations that began)
  2026-03-03  1 key: pass 1, fail 1, no-occurrence 1, 1 deviation → pass 1, fail 1, no-occurrence 1, 1 deviation

removed-in-time w2/okta/b2
  2026-03-03T03:00:00.000Z .. 2026-03-03T15:00:00.000Z  fail (not-in-time) → no-occurrence (pending)
  deviation #: 2026-03-03T03:00:00.000Z .. 2026-03-03T19:00:00.000Z → 2026-03-03T15:00:00.000Z .. 2026-03-03T19:00:00.000Z

✗ 1 key differs, on 1 day; 0 deviations more, 0 fewer, 1 at other times
`);
    const json = await run(['backtest', `${folder}/longer.yaml`, '--json', ...address]);
    expect([json.code, JSON.parse(json.out)]).toEqual([1, expect.objectContaining({ differences: [expect.objectContaining({ key: 'w2/okta/b2' })] })]);
    const broken = await run(['backtest', `${folder}/broken.yaml`, ...address]);
    expect([broken.code, broken.out]).toEqual([2, '']);
    expect(broken.err).toMatch(/broken\.yaml does not load\n.*broken\.yaml:\d+: error: checks\.removed-in-time\.where: account has no field "statu".*\n {2}did you mean "status"/);
  });

  it('of a stricter condition counts by day what was and what would have been', async () => {
    const yaml = yamlOf('admin-mfa').replace('f == "webauthn" || f == "totp"', 'f == "webauthn"');
    const { backtest: shown, differences } = await backtest(yaml, { from: '2026-03-02', to: '2026-03-03' });
    expect(differences.map(({ key }) => key)).toEqual(['a1', 'a2']);
    expect(shown.result.days.map(({ day, before, after, differing }) => ({ day, before: counts(before), after: counts(after), differing }))).toEqual([
      { day: '2026-03-02', before: { pass: 1, fail: 3, 'not-applicable': 3, deviations: 3 }, after: { fail: 4, 'not-applicable': 3, deviations: 4 }, differing: 2 },
    ]);
  });

  it('of a control that nobody knows compares with nothing', async () => {
    const yaml = yamlOf('admin-mfa').replace('id: admin-mfa', 'id: admin-mfa-draft').replace('effectiveFrom: 2026-01-01', 'effectiveFrom: 2027-01-01');
    const { backtest: shown, differences } = await backtest(yaml, { from: '2026-03-02', to: '2026-03-03' });
    expect({ differs: shown.result.differs, onRecord: shown.result.onRecord }).toEqual({ differs: true, onRecord: false });
    expect(differences).toHaveLength(7);
    expect(differences.find(({ key }) => key === 'a4')?.stretches).toEqual([
      { from: '2026-03-02T02:00:00.000Z', to: '2026-03-03T00:00:00.000Z', before: null, after: { state: 'fail' } },
    ]);
  });

  it('of a control without one of its checks shows what the check said before', async () => {
    const [head = '', rest = ''] = yamlOf('feeds-alive').split('  accounts: {kind: heartbeat, input: account}\n');
    const { differences } = await backtest(`${head}${rest}`.replaceAll('check: accounts', 'check: people'), { from: '2026-03-02', to: '2026-03-03' });
    expect(differences.map(({ check, key }) => `${check} ${key}`)).toContain('accounts accounts');
  });

  it('in several runs, each with its share of the groups, finds the same as in one', async () => {
    const views = new Views(all.world.database, new Catalogues(), { now: () => all.world.nowMs });
    for (const control of ['leaver-access-removed', 'accounts-counted', 'feeds-alive']) {
      const request = { yaml: yamlOf(control).replace('limit: 24h', 'limit: 36h').replace('assert: account.mfa', 'assert: account.admin'), fromMs: at(0), toMs: at(120) };
      const shares: number[] = [];
      const whole = await runBacktest(views, request, (share) => shares.push(share), { events: 1_000, eventsAtOnce: 1_000 });
      const parts = await runBacktest(views, request, () => undefined, { events: 1_000, eventsAtOnce: 3 });
      expect(parts).toEqual(whole);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    }
    const much = await runBacktest(views, { yaml: yamlOf('admin-mfa'), fromMs: at(0), toMs: at(1) }, () => undefined, { events: 3, eventsAtOnce: 3 });
    expect(much).toEqual({ kind: 'failed', detail: expect.stringMatching(/^\d+ events on file are more than one backtest reads \(3\)$/) });
  });

  it('leaves everything that is judged as it was', async () => {
    const print = async (): Promise<string> => {
      const tables = ['segment', 'observation', 'deviation', 'gap', 'point', 'check_state', 'key_span', 'key_name', 'outbox', 'ledger_intake', 'judged_check'];
      const parts = await Promise.all(tables.map((table) => all.world.database.query<{ hash: string }>(`SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) AS hash FROM ${table} t`)));
      return parts.map(({ rows }) => rows[0]?.hash).join();
    };
    const before = await print();
    await backtest(yamlOf('leaver-access-removed').replace('limit: 24h', 'limit: 1h').replace('key: {leaver: leaver.worker, account: account.worker}', 'key: {leaver: leaver.worker + "x", account: account.worker}'));
    expect(await print()).toBe(before);
  });

  it('compares through where judging has come, and evidence that is on its way makes no difference', async () => {
    await all.world.accept([account(119, 'a1', { mfa: false })]);
    const { backtest: shown, differences } = await backtest(yamlOf('admin-mfa'), { from: '2026-03-06', to: '2026-04-01' });
    expect([differences, shown.result.compared.to]).toEqual([[], '2026-03-07T00:00:02.000Z']);
  });

  it('is refused with file, line and what to write instead when the control does not load', async () => {
    const { status, body } = await all.post('/v1/backtests', { yaml: yamlOf('admin-mfa').replace('account.mfa &&', 'account.mfaa &&'), ...PERIOD });
    expect(status).toBe(422);
    expect(body['errors']).toEqual([{ pointer: '/yaml', message: expect.stringMatching(/^admin-mfa\.yaml:\d+: .*account has no field "mfaa".*did you mean "mfa"/) }]);
  });

  it.each([
    [{ yaml: 'x', from: '2026-03-02', to: '2026-03-01' }, '/to'],
    [{ yaml: 'x', from: '2020-03-02', to: '2026-03-01' }, '/from'],
    [{ yaml: '', ...PERIOD }, '/yaml'],
    [{ yaml: 'x', from: 'yesterday', to: '2026-03-01' }, '/from'],
  ])('is refused at its place when it is asked wrongly: %j', async (body, pointer) => {
    const { status, body: problem } = await all.post('/v1/backtests', body);
    expect([status, problem['errors']]).toEqual([400, [expect.objectContaining({ pointer })]]);
  });

  it('that nobody started is not found', async () => {
    for (const id of ['x', '7b1f3a52-7c1b-4f4e-9a54-0d8a36a0a001']) expect((await all.get(`/v1/backtests/${id}`)).status).toBe(404);
  });
});
