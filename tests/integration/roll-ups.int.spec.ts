import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { CatalogueFile } from '@tickmark/catalogue';
import { shareActivation } from '@tickmark/persistence';
import type { PeriodSummary } from '@tickmark/reporting';
import { eventually } from '@tickmark/testing';
import { catalogueWith } from '../../apps/evaluator/src/judging-world.testkit.js';
import { JudgedAndRead } from '../support/judged-and-read.js';

jest.setTimeout(120_000);

const DAY_MS = 86_400_000;
const day = (date: string): number => Date.parse(`2026-${date}T00:00:00Z`);
const account = (timeMs: number, name: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  type: 'identity.account',
  timeMs,
  subject: name,
  data: { account: name, system: 'okta', status: 'active', admin: true, mfa: true, factors: ['totp'], ...changes } as never,
});
const leaver = (timeMs: number, worker: string) => ({
  type: 'hr.worker-left', timeMs, subject: worker, data: { worker, lastDay: new Date(timeMs).toISOString() },
});

/** From March to the middle of July: two accounts that report daily, leavers, a silence, and a limit that changes in June. */
async function aHalfYear(): Promise<JudgedAndRead> {
  const files = await catalogueWith('leaver-access-removed', 'admin-mfa');
  const all = await JudgedAndRead.begin({ catalogue: files, feeds: [{ name: 'main', types: ['identity.account', 'hr.worker-left'], maxSilenceMs: 3 * DAY_MS }] });
  const daily = (from: string, to: string): ReturnType<typeof account>[] => {
    const days = Array.from({ length: (day(to) - day(from)) / DAY_MS }, (_, index) => day(from) + index * DAY_MS);
    return days.flatMap((ms) => [account(ms, 'a1'), account(ms + 1_000, 'a2', { worker: 'w2', mfa: ms % (9 * DAY_MS) !== 0 })]);
  };
  await all.judged([account(day('03-02'), 'b1', { worker: 'w1', admin: false }), ...daily('03-03', '04-20')], day('04-20'));
  await all.judged([leaver(day('04-28'), 'w1')], day('04-30'));
  // Silent from 22 April (three days after the last word) to 28 April, and again in May.
  await all.judged(daily('05-01', '05-12'), day('05-20'));
  await all.judged(daily('05-21', '06-10'), day('06-10'));
  await all.world.activate(files.map(shorter));
  await all.judged([...daily('06-10', '06-20'), leaver(day('06-20') + 5_000, 'w2')], day('06-22'));
  await all.judged(daily('06-23', '07-12'), day('07-12'));
  return all;
}

const shorter = (file: CatalogueFile): CatalogueFile => ({ ...file, text: file.text.replace('limit: 24h', 'limit: 8h') });

const PERIOD = { name: 'Spring', reports: ['soc1', 'soc2'], type: 'II', from: '2026-03-10T00:00:00Z', to: '2026-07-10T00:00:00Z', categories: ['security'] };

describe('roll-ups of closed months', () => {
  let all: JudgedAndRead;
  let everything: string;
  let filtered: string;

  beforeAll(async () => {
    all = await aHalfYear();
    everything = String((await all.post('/v1/engagements', PERIOD)).body['id']);
    filtered = String((await all.post('/v1/engagements', { ...PERIOD, systems: ['okta', 'none'] })).body['id']);
  });
  afterAll(() => all[Symbol.asyncDispose]());

  const summary = async (): Promise<string> => (await all.get(`/v1/engagements/${everything}/summary.json`)).text;
  /** An engagement that names systems is always summed from what was judged; these systems are all that there are. */
  const fromJudged = async (): Promise<object> => {
    const { header: _header, ...body } = JSON.parse((await all.get(`/v1/engagements/${filtered}/summary.json`)).text) as PeriodSummary;
    return body;
  };
  const bodyOf = (text: string): object => {
    const { header: _header, ...body } = JSON.parse(text) as PeriodSummary;
    return body;
  };
  const stored = async () => {
    const { rows } = await all.world.database.query<{ control: string; from_at: number; revision: number }>('SELECT control, from_at, revision FROM rollup ORDER BY control, from_at');
    return rows.map(({ control, from_at, revision }) => `${control} ${new Date(from_at).toISOString().slice(0, 7)} ${revision}`);
  };
  const marked = async () => {
    const { rows } = await all.world.database.query<{ control: string; from_at: number }>(
      'SELECT DISTINCT c.control, l.from_at FROM late_change l JOIN judged_check c ON c.id = l.check_id ORDER BY 1, 2',
    );
    return rows.map(({ control, from_at }) => `${control} ${new Date(from_at).toISOString().slice(0, 7)}`);
  };

  it('change no byte of a summary: not when they are made, not when they are read', async () => {
    const before = await summary();
    expect(await stored()).toEqual([]);
    await all.world.closeMonths();
    const made = await summary();
    expect(await stored()).toEqual([
      'admin-mfa 2026-04 1', 'admin-mfa 2026-05 1', 'admin-mfa 2026-06 1',
      'leaver-access-removed 2026-04 1', 'leaver-access-removed 2026-05 1', 'leaver-access-removed 2026-06 1',
    ]);
    const read = await summary();
    expect([made, read]).toEqual([before, before]);
    expect(await fromJudged()).toEqual(bodyOf(before));
    const { controls, gaps } = JSON.parse(before) as PeriodSummary;
    // What is compared is no empty summary: failures, silences, a version in the middle of a month.
    expect(gaps.filter(({ cause }) => cause === 'feed-silent').length).toBeGreaterThan(1);
    expect(controls.map(({ id, checks }) => [id, checks.length])).toEqual([['admin-mfa', 1], ['leaver-access-removed', 2]]);
    expect(controls[0]?.checks[0]?.time?.failingMs).toBeGreaterThan(DAY_MS);
    expect(controls[0]?.checks[0]?.time?.unknownMs).toBeGreaterThan(DAY_MS);
    expect(controls[1]?.checks.map(({ occurrences }) => occurrences?.population)).toEqual([1, 1]);
  });

  it('are what is read: the months behind them are not', async () => {
    const before = await summary();
    await all.tamper("CREATE TABLE aside AS SELECT * FROM segment WHERE to_at > '2026-05-01' AND from_at < '2026-06-01'; DELETE FROM segment WHERE to_at > '2026-05-01 00:00:01' AND to_at < '2026-06-01' AND from_at > '2026-05-01'");
    expect(await summary()).toBe(before);
    expect(await fromJudged()).not.toEqual(bodyOf(before));
    await all.tamper('INSERT INTO segment SELECT * FROM aside ON CONFLICT DO NOTHING; DROP TABLE aside');
    expect(await fromJudged()).toEqual(bodyOf(before));
  });

  it('are left alone by what happens in months that are not closed', async () => {
    await all.judged([account(day('07-12') + 3_600_000, 'a1', { mfa: false })], day('07-13'));
    expect(await marked()).toEqual([]);
    expect(await fromJudged()).toEqual(bodyOf(await summary()));
  });

  it('are marked by a late event and made anew from what was judged', async () => {
    const frozen = await all.post(`/v1/engagements/${everything}/revisions`, {});
    const known = await summary();
    await all.judged([{ ...account(day('05-05') + 7_200_000, 'a1', { mfa: false }), receivedAtMs: day('07-13') + 1_000 }], day('07-14'));
    expect(await marked()).toEqual(['admin-mfa 2026-05']);
    const after = await summary();
    expect(bodyOf(after)).toEqual(await fromJudged());
    expect(bodyOf(after)).not.toEqual(bodyOf(known));
    expect(await stored()).toEqual([
      'admin-mfa 2026-04 1', 'admin-mfa 2026-05 2', 'admin-mfa 2026-06 1',
      'leaver-access-removed 2026-04 1', 'leaver-access-removed 2026-05 1', 'leaver-access-removed 2026-06 1',
    ]);
    const revision = String(frozen.body['revision']);
    const again = await all.get(`/v1/engagements/${everything}/summary.json?revision=${revision}`);
    expect(bodyOf(again.text)).toEqual(bodyOf(known));
  });

  it('do not fit any longer when a silence of their month is seen otherwise', async () => {
    const known = await summary();
    // The feed was silent from 15 May on; late evidence shows that it lived on 16 May.
    await all.judged([{ ...account(day('05-16'), 'a9', { admin: false }), receivedAtMs: day('07-14') + 1_000 }], day('07-15'));
    const after = await summary();
    expect(bodyOf(after)).toEqual(await fromJudged());
    expect((JSON.parse(after) as PeriodSummary).gaps).not.toEqual((JSON.parse(known) as PeriodSummary).gaps);
    expect(await stored()).toContain('leaver-access-removed 2026-05 2');
  });

  it('are marked in the transaction that changes the month: what is rolled back marks nothing', async () => {
    const before = await all.world.database.query('SELECT * FROM late_change ORDER BY check_id, from_at');
    const late = { ...account(day('04-10') + 7_200_000, 'a1', { mfa: false }), receivedAtMs: day('07-15') + 1_000 };
    await all.world.accept([late]);
    await all.tamper("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$; CREATE TRIGGER refuse BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION refuse()");
    await expect(all.world.readAll()).rejects.toThrow('no room');
    expect((await all.world.database.query('SELECT * FROM late_change ORDER BY check_id, from_at')).rows).toEqual(before.rows);
    expect(bodyOf(await summary())).toEqual(await fromJudged());
    await all.tamper('DROP TRIGGER refuse ON outbox; DROP FUNCTION refuse()');
    await all.world.readAll();
    expect(await marked()).toContain('admin-mfa 2026-04');
    expect(bodyOf(await summary())).toEqual(await fromJudged());
  });

  it('are of months that are closed while nobody judges: whoever judged before has committed, whoever judges then sees it', async () => {
    await all.tamper('TRUNCATE rollup, late_change, closed_month');
    const closed = async () => (await all.world.database.query('SELECT FROM closed_month')).rows.length;
    const [begun, judged] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const judging = all.world.database.transaction(async (transaction) => {
      await shareActivation(transaction);
      begun.resolve(undefined);
      await judged.promise;
    });
    await begun.promise;
    const closing = all.world.closeMonths();
    await eventually(async () => {
      const { rows } = await all.world.database.query("SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database() WHERE l.locktype = 'advisory' AND NOT l.granted");
      expect(rows).toHaveLength(1);
    }, { limitMs: 10_000 });
    expect(await closed()).toBe(0);
    judged.resolve(undefined);
    await Promise.all([judging, closing]);
    expect(await closed()).toBe(6);
  });
});
