import { expect, it, jest } from '@jest/globals';
import { createLogger } from '@tickmark/platform';
import { JudgingWorld, at, catalogueWith } from '../judging-world.testkit.js';
import type { EventSpec } from '../control-events.testkit.js';
import { ReconcileEvidence } from './reconcile-evidence.js';

jest.setTimeout(60_000);

const administrator = (account: string, hours: number, mfa: boolean): EventSpec => ({
  type: 'identity.account',
  subject: account,
  timeMs: at(hours),
  data: { account, system: 'okta', status: 'active', admin: true, mfa, factors: mfa ? ['totp'] : [] },
});

const begin = async () => JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa'), partitions: 2 });
const reconciling = (world: JudgingWorld) => new ReconcileEvidence(world.instances[0]!.judging, createLogger('spec', 'silent'));
const figures = async (world: JudgingWorld) => {
  const { rows } = await world.database.query<{ through_leaf: number; waiting: number }>(
    'SELECT through_leaf, (SELECT count(*)::int FROM unreconciled) AS waiting FROM reconciliation',
  );
  return rows[0];
};
const told = async (world: JudgingWorld) =>
  (await world.messages()).filter(({ kind }) => kind !== 'state-changed').map(({ kind }) => kind);

it('what was accepted and judged agrees, however it came', async () => {
  await using world = await begin();
  await world.accept([administrator('a1', 1, true), administrator('a2', 2, false), { ...administrator('a3', 3, false), type: 'unknown.type' }]);
  await world.until(at(4));
  const before = await told(world);
  await reconciling(world).run();
  world.nowMs = at(5);
  await reconciling(world).run();
  expect(await figures(world)).toEqual({ through_leaf: 2, waiting: 0 });
  expect(await world.gaps()).toEqual([]);
  expect(await told(world)).toEqual(before);
});

it('what waits in a partition is no difference', async () => {
  await using world = await begin();
  await world.accept([administrator('a1', 1, false)], () => 0);
  await world.accept([administrator('a2', 2, false)], () => 1);
  world.tick(at(3));
  await world.read(1);
  await reconciling(world).run();
  expect(await figures(world)).toEqual({ through_leaf: -1, waiting: 0 });
});

it('evidence that no check saw blinds the check and is told, then it is judged from the ledger and the gap stays listed', async () => {
  await using world = await begin();
  await world.accept([administrator('a1', 1, true)], () => 0);
  await world.accept([administrator('a2', 2, false)], () => 1);
  // The transport lost it without a trace: the message is as if it had never been sent.
  world.logs[1] = [];
  await world.until(at(4));
  expect(await world.deviations()).toEqual([]);

  await reconciling(world).run();
  expect(await figures(world)).toEqual({ through_leaf: 1, waiting: 1 });
  expect(await world.gaps()).toEqual([]);

  world.nowMs += 10_000;
  await reconciling(world).run();
  expect(await world.gaps()).toEqual([{ cause: 'unreconciled', control: 'admin-mfa', status: 'open', from: '2026-03-02T02:00:00.000Z' }]);
  expect(await told(world)).toEqual(['gap-opened']);

  world.nowMs += 5_000;
  await reconciling(world).run();
  expect(await figures(world)).toEqual({ through_leaf: 1, waiting: 0 });
  expect(await world.gaps()).toEqual([
    { cause: 'unreconciled', control: 'admin-mfa', status: 'backfilled', from: '2026-03-02T02:00:00.000Z', to: '2026-03-02T02:00:00.000Z' },
  ]);
  expect(await world.deviations()).toMatchObject([{ key: 'a2', status: 'open', occurred: '2026-03-02T02:00:00.000Z' }]);
  expect(await told(world)).toEqual(['gap-opened', 'deviation-opened', 'gap-closed']);
});

it('a row that somebody took out of the judged ones is found as well', async () => {
  await using world = await begin();
  await world.accept([administrator('a1', 1, false)]);
  await world.until(at(2));
  await world.database.query('DELETE FROM point');
  await reconciling(world).run();
  world.nowMs += 10_000;
  await reconciling(world).run();
  expect(await world.gaps()).toMatchObject([{ cause: 'unreconciled', status: 'open' }]);
});
