import { expect, it, jest } from '@jest/globals';
import { overlay } from '@tickmark/evaluation';
import { blindingGaps } from '@tickmark/persistence';
import { HOUR_MS, JudgingWorld, at, catalogueWith } from '../judging-world.testkit.js';
import type { EventSpec } from '../control-events.testkit.js';

jest.setTimeout(60_000);

const FEEDS = [
  { name: 'directory', types: ['identity.account'], maxSilenceMs: 2 * HOUR_MS },
  { name: 'hr', types: ['hr.worker-left'] },
];

const account = (hours: number, data: { account: string; status?: string; admin?: boolean; mfa?: boolean }, receivedHours = hours): EventSpec => ({
  type: 'identity.account',
  feed: 'directory',
  subject: data.account,
  timeMs: at(hours),
  receivedAtMs: at(receivedHours),
  data: { system: 'okta', status: 'active', admin: false, mfa: true, factors: ['totp'], worker: 'w1', ...data },
});

const leaver = (hours: number): EventSpec => ({
  type: 'hr.worker-left',
  feed: 'hr',
  subject: 'w1',
  timeMs: at(hours),
  data: { worker: 'w1', lastDay: new Date(at(hours)).toISOString() },
});

const world = async (...controls: string[]) => JudgingWorld.begin({ catalogue: await catalogueWith(...controls), feeds: FEEDS });

/** Signs of life each hour, up to and with the last. */
async function alive(w: JudgingWorld, fromHours: number, toHours: number): Promise<void> {
  for (let hours = fromHours; hours <= toHours; hours += 1) await w.delivery('directory', at(hours));
}

const gapMessages = async (w: JudgingWorld) =>
  (await w.messages()).flatMap((message) => ('gap' in message ? [[message.kind, message.gap.feed, message.gap.controls, message.gap.from, message.gap.to]] : []));

it('a feed that falls silent is one gap from the right minute on, told once with its controls', async () => {
  await using w = await world('admin-mfa', 'leaver-access-removed');
  await w.accept([account(1, { account: 'a1', admin: true }), account(1, { account: 'a2', admin: true, mfa: false })]);
  await w.until(at(2.9));
  expect(await w.gaps()).toEqual([]);
  const before = (await w.messages()).length;
  await w.until(at(6));
  await w.until(at(9));
  expect(await w.gaps()).toEqual([{ cause: 'feed-silent', status: 'open', from: '2026-03-02T03:00:00.000Z' }]);
  expect(await gapMessages(w)).toEqual([['gap-opened', 'directory', ['admin-mfa', 'leaver-access-removed'], '2026-03-02T03:00:00.000Z', undefined]]);
  // No message for each control or key.
  expect(await w.messages()).toHaveLength(before + 1);
  await w.delivery('directory', at(9.5));
  await w.until(at(10));
  expect(await w.gaps()).toEqual([{ cause: 'feed-silent', status: 'closed', from: '2026-03-02T03:00:00.000Z', to: '2026-03-02T09:30:00.000Z' }]);
  expect((await gapMessages(w)).map(([kind]) => kind)).toEqual(['gap-opened', 'gap-closed']);
});

it('silence hides passes and not failures when the timeline is read', async () => {
  await using w = await world('admin-mfa');
  await w.accept([account(1, { account: 'a1', admin: true }), account(1, { account: 'a2', admin: true, mfa: false })]);
  await w.until(at(6));
  const gaps = await blindingGaps(w.database, at(0));
  const blindness = gaps.map(({ fromMs, feedId = 0 }) => ({ cause: 'feed-silent' as const, fromMs, feedId }));
  const timelines = await w.fromScratch();
  const shown = (key: string) => {
    const timeline = [...timelines.values()].find((one) => one.key === key);
    return overlay(timeline?.segments ?? [], blindness, { check: 'admin-mfa/second-factor', key, feedIds: [] }).map(({ state, fromMs }) => [state, (fromMs - at(0)) / HOUR_MS]);
  };
  expect(shown('a1')).toEqual([['pass', 1], ['unknown', 3]]);
  expect(shown('a2')).toEqual([['fail', 1]]);
});

it('a deadline that passes in silence is no deviation, and none when the evidence of the silence comes late', async () => {
  await using w = await world('leaver-access-removed');
  await w.accept([account(1, { account: 'a1' }), leaver(2)]);
  await alive(w, 2, 22);
  await w.until(at(22));
  await w.until(at(30));
  expect(await w.gaps()).toMatchObject([{ cause: 'feed-silent', status: 'open', from: '2026-03-03T00:00:00.000Z' }]);
  expect(await w.deviations()).toEqual([]);
  await w.accept([account(25, { account: 'a1', status: 'disabled' }, 31)]);
  await w.until(at(31.1));
  expect(await w.deviations()).toEqual([]);
  expect((await w.states('leaver-access-removed')).at(-1)).toEqual({ key: 'w1/okta/a1', state: 'pass', from: '2026-03-03T01:00:00.000Z' });
});

it('a deadline that passes in silence is a deviation with a range when the feed is back and nothing came', async () => {
  await using w = await world('leaver-access-removed');
  await w.accept([account(1, { account: 'a1' }), leaver(2)]);
  await alive(w, 2, 22);
  await w.until(at(30));
  expect(await w.deviations()).toEqual([]);
  await w.delivery('directory', at(31));
  await w.until(at(31.1));
  expect(await w.deviations()).toEqual([
    { key: 'w1/okta/a1', control: 'leaver-access-removed', status: 'open', occurred: '2026-03-03T02:00:00.000Z', until: '2026-03-03T07:00:00.000Z' },
  ]);
});

it('a range stays a range when the group is judged again long after the silence', async () => {
  await using w = await world('leaver-access-removed');
  await w.accept([account(1, { account: 'a1' }), leaver(2)]);
  await alive(w, 2, 22);
  await w.until(at(30));
  await w.delivery('directory', at(31));
  await w.until(at(31.1));
  for (const hours of [31.5, 32, 32.5]) {
    await w.accept([account(hours, { account: 'a2' })]);
    await w.until(at(hours + 0.1));
  }
  await w.accept([account(33, { account: 'a1', status: 'disabled' })]);
  await w.until(at(33.1));
  expect(await w.deviations()).toContainEqual({
    ...{ key: 'w1/okta/a1', control: 'leaver-access-removed', status: 'closed' },
    ...{ occurred: '2026-03-03T02:00:00.000Z', until: '2026-03-03T07:00:00.000Z', remediated: '2026-03-03T09:00:00.000Z' },
  });
});

it('no failure is announced for a deadline in a silence that is not decided yet', async () => {
  await using w = await world('leaver-access-removed');
  await w.accept([account(1, { account: 'a1' }), leaver(2)]);
  await alive(w, 2, 22);
  w.nowMs = at(30);
  w.tick(at(30));
  for (const partition of w.logs.keys()) await w.read(partition);
  // Due times alone, before anybody looked at the feed.
  await w.instances[0]?.due.run();
  expect(await w.deviations()).toEqual([]);
  await w.decide();
  expect(await w.deviations()).toEqual([]);
});

it('late word of life makes a new revision, which is told to nobody and stays listed as backfilled', async () => {
  await using w = await world('admin-mfa');
  await w.accept([account(1, { account: 'a1', admin: true })]);
  await w.until(at(9));
  await w.delivery('directory', at(9.5));
  await w.until(at(10));
  const told = await gapMessages(w);
  await w.accept([account(4, { account: 'a1', admin: true }, 10.5)]);
  await w.until(at(10.6));
  expect(await w.gaps()).toEqual([
    { cause: 'feed-silent', status: 'backfilled', from: '2026-03-02T03:00:00.000Z', to: '2026-03-02T04:00:00.000Z' },
    { cause: 'feed-silent', status: 'closed', from: '2026-03-02T06:00:00.000Z', to: '2026-03-02T09:30:00.000Z' },
  ]);
  expect((await gapMessages(w)).slice(0, told.length)).toEqual(told);
  const { rows } = await w.database.query<{ revision: number }>("SELECT revision FROM gap WHERE from_at = '2026-03-02T03:00:00Z' ORDER BY revision");
  expect(rows.map(({ revision }) => revision)).toEqual([1, 2, 3]);
});

it('the check of a feed has the feed as its key, alive from the beginning', async () => {
  await using w = await world('feeds-alive');
  await w.until(at(1));
  expect(await w.states('feeds-alive')).toContainEqual({ key: 'directory', state: 'pass', from: '2026-03-02T00:00:00.000Z' });
});

it('a feed that never delivered is silent from its creation on', async () => {
  await using w = await world('admin-mfa');
  await w.until(at(5));
  expect(await w.gaps()).toEqual([{ cause: 'feed-silent', status: 'open', from: '2026-03-02T02:00:00.000Z' }]);
});

it('a stop of the evaluator changes nothing of what was silent when', async () => {
  await using w = await world('admin-mfa');
  await w.accept([account(1, { account: 'a1', admin: true })]);
  await w.delivery('directory', at(8));
  await alive(w, 9, 30);
  await w.until(at(30));
  expect(await w.gaps()).toEqual([{ cause: 'feed-silent', status: 'closed', from: '2026-03-02T03:00:00.000Z', to: '2026-03-02T08:00:00.000Z' }]);
  expect((await gapMessages(w)).map(([kind]) => kind)).toEqual(['gap-opened', 'gap-closed']);
});
