import { expect, it, jest } from '@jest/globals';
import { askReplay } from '@tickmark/persistence';
import { createLogger } from '@tickmark/platform';
import { JudgingWorld, at, catalogueWith } from '../judging-world.testkit.js';
import type { EventSpec } from '../control-events.testkit.js';
import { ReplayDeadLetters } from './replay-dead-letters.js';

jest.setTimeout(60_000);

const administrator = (account: string, hours: number, mfa: boolean): EventSpec => ({
  type: 'identity.account',
  subject: account,
  timeMs: at(hours),
  data: { account, system: 'okta', status: 'active', admin: true, mfa, factors: mfa ? ['totp'] : [] },
});

const begin = async () => JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa'), partitions: 1 });
const replayOf = (world: JudgingWorld) => new ReplayDeadLetters(world.database, world.instances[0]!.judging, createLogger('spec', 'silent'));
const letters = async (world: JudgingWorld) => {
  const { rows } = await world.database.query<{ id: number; replayed: boolean; trouble: string | null }>(
    'SELECT id, replayed_at IS NOT NULL AS replayed, trouble FROM dead_letter ORDER BY id',
  );
  return rows;
};

it('bytes that cannot be decoded are made up for from the ledger, and the gap ends', async () => {
  await using world = await begin();
  await world.accept([administrator('a1', 1, true)]);
  await world.accept([administrator('a2', 2, false)]);
  // What Kafka holds of a2 was damaged on the way; the ledger has it whole.
  const log = world.logs[0] ?? [];
  log[1] = { offset: 1, key: null, value: Buffer.from('{"kind":"evid') };
  await world.accept([administrator('a3', 3, true)]);
  await world.until(at(4));
  expect((await world.states('admin-mfa')).map(({ key }) => key)).toEqual(['a1', 'a3']);
  expect(await world.gaps()).toMatchObject([{ cause: 'dead-letter', status: 'open' }]);

  const [letter] = await letters(world);
  expect(await askReplay(world.database, letter!.id)).toBe('asked');
  await replayOf(world).run();

  expect(await letters(world)).toEqual([{ id: letter!.id, replayed: true, trouble: null }]);
  expect(await world.states('admin-mfa')).toContainEqual({ key: 'a2', state: 'fail', from: '2026-03-02T02:00:00.000Z' });
  expect(await world.deviations()).toMatchObject([{ key: 'a2', status: 'open' }]);
  expect(await world.gaps()).toMatchObject([{ cause: 'dead-letter', status: 'closed' }]);
  const told = (await world.messages()).filter(({ kind }) => kind.startsWith('gap') || kind.startsWith('deviation')).map(({ kind }) => kind);
  expect(told).toEqual(['gap-opened', 'deviation-opened', 'gap-closed']);
  expect(await askReplay(world.database, letter!.id)).toBe('replayed');
});

it('a replay that does not help says why, holds no other up, and the gap stays', async () => {
  await using world = await begin();
  // The partition has passed no leaf yet: nothing says which evidence the bytes stood for.
  world.publish(Buffer.from('nonsense'), 0);
  await world.read(0);
  await world.accept([administrator('a1', 1, false)]);
  const log = world.logs[0] ?? [];
  log[1] = { offset: 1, key: null, value: log[1]!.value };
  const [first] = await letters(world);
  await askReplay(world.database, first!.id);
  await replayOf(world).run();
  expect(await letters(world)).toEqual([{ id: first!.id, replayed: false, trouble: expect.stringContaining('ask again in a moment') }]);
  expect(await world.gaps()).toMatchObject([{ cause: 'dead-letter', status: 'open' }]);

  await world.until(at(1));
  await askReplay(world.database, first!.id);
  await replayOf(world).run();
  expect(await letters(world)).toMatchObject([{ replayed: true, trouble: null }]);
  expect((await world.deviations()).map(({ key }) => key)).toEqual(['a1']);
});

it('a letter of evidence that was judged meanwhile changes nothing', async () => {
  await using world = await begin();
  await world.accept([administrator('a1', 1, false)]);
  await world.until(at(2));
  const before = [await world.states('admin-mfa'), await world.deviations(), (await world.messages()).length];
  const value = world.logs[0]![0]!.value;
  await world.database.query(
    `INSERT INTO dead_letter (topic, partition, message_offset, value, reason, replay_asked_at) VALUES ('tickmark.control-events.v1', 0, 99, $1, 'judging failed', now())`,
    [value],
  );
  await replayOf(world).run();
  expect(await letters(world)).toMatchObject([{ replayed: true }]);
  expect([await world.states('admin-mfa'), await world.deviations(), (await world.messages()).length]).toEqual(before);
});
