import { expect, it, jest } from '@jest/globals';
import { JudgingWorld, at, catalogueWith } from '../judging-world.testkit.js';
import { messageOf } from '../control-events.testkit.js';
import type { EventSpec } from '../control-events.testkit.js';

jest.setTimeout(60_000);

const account = (hours: number, data: { account: string; system: string; status: string; worker?: string; admin?: boolean; mfa?: boolean; factors?: string[] }, receivedHours = hours): EventSpec => ({
  type: 'identity.account',
  subject: data.account,
  timeMs: at(hours),
  receivedAtMs: at(receivedHours),
  data: { admin: false, mfa: true, factors: [], worker: 'w1', ...data },
});

const leaver = (hours: number, worker = 'w1'): EventSpec => ({
  type: 'hr.worker-left',
  subject: worker,
  timeMs: at(hours),
  data: { worker, lastDay: new Date(at(hours)).toISOString() },
});

it('a leaver with two accounts, one disabled after 30 hours, gives one deviation of 6 hours on that account', async () => {
  await using world = await JudgingWorld.begin({ catalogue: await catalogueWith('leaver-access-removed') });
  await world.accept([
    account(1, { account: 'a1', system: 'okta', status: 'active' }),
    account(1, { account: 'a2', system: 'erp', status: 'active' }),
    leaver(10),
    account(15, { account: 'a2', system: 'erp', status: 'disabled' }),
  ]);
  await world.until(at(15));
  expect(await world.deviations()).toEqual([]);
  await world.until(at(34.1));
  expect(await world.deviations()).toEqual([{ key: 'w1/okta/a1', control: 'leaver-access-removed', status: 'open', occurred: '2026-03-03T10:00:00.000Z' }]);
  await world.accept([account(40, { account: 'a1', system: 'okta', status: 'disabled' })]);
  await world.until(at(40));
  expect(await world.deviations()).toEqual([
    { key: 'w1/okta/a1', control: 'leaver-access-removed', status: 'closed', occurred: '2026-03-03T10:00:00.000Z', remediated: '2026-03-03T16:00:00.000Z' },
  ]);
  const told = (await world.messages()).flatMap((message) => (message.kind.startsWith('deviation') ? [[message.kind, 'combined' in message ? message.combined : undefined]] : []));
  expect(told).toEqual([['deviation-opened', false], ['deviation-closed', false]]);
});

it('the same story sent afterwards is told once, combined', async () => {
  await using world = await JudgingWorld.begin({ catalogue: await catalogueWith('leaver-access-removed') });
  await world.accept([
    account(1, { account: 'a1', system: 'okta', status: 'active' }),
    leaver(10),
    account(40, { account: 'a1', system: 'okta', status: 'disabled' }),
  ].map((event) => ({ ...event, receivedAtMs: at(41) })));
  await world.until(at(41));
  const told = (await world.messages()).flatMap((message) => ('combined' in message ? [[message.kind, message.combined, message.deviation.occurredAt, message.deviation.remediatedAt]] : []));
  expect(told).toEqual([
    ['deviation-opened', true, '2026-03-03T10:00:00.000Z', '2026-03-03T16:00:00.000Z'],
    ['deviation-closed', true, '2026-03-03T10:00:00.000Z', '2026-03-03T16:00:00.000Z'],
  ]);
});

it('what evidence leads to carries its thread on', async () => {
  await using world = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa') });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await world.accept([{ ...account(1, { account: 'a1', system: 'okta', status: 'active', admin: true, mfa: false }), traceparent }]);
  await world.until(at(1));
  expect((await world.messages()).map((message) => [message.kind, message.traceparent])).toEqual([['state-changed', traceparent], ['deviation-opened', traceparent]]);
});

it('evidence accepted before the deadline is never overtaken by it, through whichever partition it comes', async () => {
  await using world = await JudgingWorld.begin({ catalogue: await catalogueWith('leaver-access-removed') });
  await world.accept([account(1, { account: 'a1', system: 'okta', status: 'active' }), leaver(10)], () => 0);
  await world.accept([account(33, { account: 'a1', system: 'okta', status: 'disabled' })], () => 1);
  world.nowMs = at(40);
  world.tick(at(40));
  await world.read(0);
  await world.read(2);
  await world.decide();
  expect(await world.deviations()).toEqual([]);
  await world.read(1);
  await world.decide();
  expect(await world.deviations()).toEqual([]);
  expect(await world.states('leaver-access-removed')).toEqual([
    { key: 'w1/okta/a1', state: 'no-occurrence', from: '2026-03-02T01:00:00.000Z', to: '2026-03-02T10:00:00.000Z' },
    { key: 'w1/okta/a1', state: 'no-occurrence', from: '2026-03-02T10:00:00.000Z', to: '2026-03-03T09:00:00.000Z' },
    { key: 'w1/okta/a1', state: 'pass', from: '2026-03-03T09:00:00.000Z' },
  ]);
});

it('late evidence withdraws a deviation that never was', async () => {
  await using world = await JudgingWorld.begin({ catalogue: await catalogueWith('leaver-access-removed') });
  await world.accept([account(1, { account: 'a1', system: 'okta', status: 'active' }), leaver(10)]);
  await world.until(at(35));
  expect(await world.deviations()).toMatchObject([{ status: 'open' }]);
  await world.accept([account(33, { account: 'a1', system: 'okta', status: 'disabled' }, 36)]);
  await world.until(at(36));
  expect(await world.deviations()).toMatchObject([{ status: 'withdrawn' }]);
  expect((await world.messages()).at(-1)?.kind).toBe('deviation-withdrawn');
});

it('a batch that is read again, by another reader that lost its place, changes nothing', async () => {
  await using world = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa'), partitions: 1 });
  await world.accept([
    account(1, { account: 'a1', system: 'okta', status: 'active', admin: true, mfa: false }),
    account(2, { account: 'a1', system: 'okta', status: 'active', admin: true, mfa: true, factors: ['totp'] }),
  ]);
  await world.until(at(3));
  const before = [await world.states('admin-mfa'), await world.messages(), await world.deviations()];
  world.positions[0] = 0;
  expect(await world.read(0)).toEqual({ kind: 'elsewhere', nextOffset: 4 });
  // Even with the offset lost: the points are known.
  await world.database.query('UPDATE partition_progress SET next_offset = 0');
  world.positions[0] = 0;
  expect(await world.read(0)).toEqual({ kind: 'done', nextOffset: 4 });
  expect([await world.states('admin-mfa'), await world.messages(), await world.deviations()]).toEqual(before);
});

it('evidence that the ledger does not hold, as after a restore from an older backup, is not judged, and one gap says so', async () => {
  await using world = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa') });
  const admin = (hours: number, mfa: boolean): EventSpec => account(hours, { account: 'a1', system: 'okta', status: 'active', admin: true, mfa, factors: mfa ? ['totp'] : [] });
  await world.accept([admin(1, true)]);
  await world.until(at(1));
  const lost = [admin(2, false), admin(3, false)].map((event, index) =>
    messageOf({ ...event, receivedAtMs: event.timeMs }, { leafIndex: 1 + index, feedId: 1, feed: { name: 'main', types: ['*'] } }),
  );
  for (const message of lost) world.publish(message, 0);
  await world.until(at(3));
  expect(await world.states('admin-mfa')).toMatchObject([{ key: 'a1', state: 'pass' }]);
  expect(await world.gaps()).toEqual([{ cause: 'epoch', status: 'open', from: '2026-03-02T02:00:00.000Z' }]);
  // The leaves that follow bear the same numbers, and are other evidence.
  await world.accept([admin(4, true), admin(5, true)]);
  world.publish(lost[1], 1);
  await world.until(at(5));
  expect(await world.states('admin-mfa')).toMatchObject([{ key: 'a1', state: 'pass' }]);
  expect(await world.gaps()).toHaveLength(1);
  await world.accept([admin(6, false)]);
  await world.until(at(6));
  expect((await world.states('admin-mfa')).map(({ state }) => state)).toEqual(['pass', 'fail']);
});

it('a message that cannot be decoded is a dead letter with one gap, and the rest goes on', async () => {
  await using world = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa'), partitions: 1 });
  world.publish(Buffer.from('{"kind":'), 0);
  world.publish({ kind: 'evidence' }, 0);
  await world.accept([account(1, { account: 'a1', system: 'okta', status: 'active', admin: true, mfa: false })]);
  await world.until(at(1));
  expect(await world.states('admin-mfa')).toEqual([{ key: 'a1', state: 'fail', from: '2026-03-02T01:00:00.000Z' }]);
  expect(await world.gaps()).toMatchObject([{ cause: 'dead-letter', status: 'open' }]);
  const { rows } = await world.database.query<{ message_offset: number; reason: string }>('SELECT message_offset, reason FROM dead_letter ORDER BY 1');
  expect(rows.map((row) => row.message_offset)).toEqual([0, 1]);
  expect(rows[0]?.reason).toBe('the value is not JSON');
});

it('what Kafka no longer holds is read from the ledger, and nothing falls due before that', async () => {
  await using world = await JudgingWorld.begin({ catalogue: await catalogueWith('leaver-access-removed'), partitions: 1 });
  await world.accept([account(1, { account: 'a1', system: 'okta', status: 'active' }), leaver(10)]);
  await world.until(at(11));
  await world.accept([account(33, { account: 'a1', system: 'okta', status: 'disabled' })]);
  world.tick(at(40));
  world.nowMs = at(40);
  // Retention took everything up to the last tick.
  const kept = world.logs[0]?.slice(-1) ?? [];
  const position = world.positions[0] ?? 0;
  const outcome = await world.instances[0]?.judgeBatch.run({ topic: 'tickmark.control-events.v1', partition: 0, position, messages: kept, isStale: () => false });
  expect(outcome?.kind).toBe('done');
  await world.decide();
  expect(await world.deviations()).toEqual([]);
  expect((await world.states('leaver-access-removed')).at(-1)).toEqual({ key: 'w1/okta/a1', state: 'pass', from: '2026-03-03T09:00:00.000Z' });
});

it('events of a feed that is not production are kept and not judged', async () => {
  await using world = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa'), feeds: [{ name: 'main', types: ['*'], production: false }] });
  await world.accept([account(1, { account: 'a1', system: 'okta', status: 'active', admin: true, mfa: false })]);
  await world.until(at(2));
  expect(await world.states('admin-mfa')).toEqual([]);
});

it('after a jump of the ledger clock, what fell due meanwhile is decided with what comes right after', async () => {
  await using world = await JudgingWorld.begin({ catalogue: await catalogueWith('leaver-access-removed'), partitions: 1 });
  await world.accept([account(1, { account: 'a1', system: 'okta', status: 'active' }), leaver(10)]);
  await world.until(at(33));
  // Nothing could be accepted for two hours; the account was disabled in time, and comes in as soon as it can.
  world.tick(at(35), 0);
  await world.readAll();
  expect(await world.deviations()).toEqual([]);
  await world.accept([{ ...account(33.5, { account: 'a1', system: 'okta', status: 'disabled' }), receivedAtMs: at(35) + 1_000 }]);
  world.tick(at(35) + 2_000, 1_000);
  await world.readAll();
  expect(await world.deviations()).toEqual([]);
  expect((await world.states('leaver-access-removed')).at(-1)?.state).toBe('pass');
});


it('a group that is still due after it was decided is an error that everybody sees, and holds no other', async () => {
  await using world = await JudgingWorld.begin({ catalogue: await catalogueWith('leaver-access-removed') });
  await world.accept([account(1, { account: 'a1', system: 'okta', status: 'active' }), leaver(10)]);
  await world.until(at(11));
  // A due row of a check that is no longer known.
  await world.database.query(
    `WITH k AS (INSERT INTO key_name (name) VALUES ('nobody') RETURNING id)
     INSERT INTO check_state (check_id, group_id, due_at, ready_at) SELECT 999, id, $1, $1 FROM k`,
    [new Date(at(12)).toISOString()],
  );
  await world.until(at(35));
  expect(await world.deviations()).toMatchObject([{ key: 'w1/okta/a1', status: 'open' }]);
  expect(await world.gaps()).toEqual([{ cause: 'check-error', key: 'nobody', status: 'open', from: '2026-03-02T12:00:00.000Z' }]);
});
