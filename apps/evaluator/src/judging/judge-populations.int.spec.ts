import { expect, it, jest } from '@jest/globals';
import type { EventSpec } from '../control-events.testkit.js';
import { JudgingWorld, at, catalogueWith } from '../judging-world.testkit.js';

jest.setTimeout(60_000);

const CONTROL = {
  role: 'control',
  path: 'own/accounts-complete.yaml',
  text: `
id: accounts-complete
title: The account feed carries the whole population
maps: {tsc: [CC4.1]}
inputs:
  account: identity.account
  count: {type: population.snapshot, where: count.population == "accounts"}
checks:
  known:
    kind: state
    input: account
    key: account.account
    assert: account.status != "suspended"
    validFor: 7d
  complete: {kind: reconcile, input: count, count: count.count, asOf: count.asOf, population: known}
tests:
  - name: one account that the feed never sent makes all of them unproven until it comes
    given:
      - {at: 0h, account: {account: a1, system: okta, status: active, admin: false, mfa: true, factors: []}}
      - {at: 0h, account: {account: a2, system: okta, status: suspended, admin: false, mfa: true, factors: []}}
      - {at: 2h, count: {population: accounts, count: 3, asOf: {at: 2h}}}
    expect:
      - {at: 1h, check: known, key: a1, state: pass}
      - {at: 3h, check: known, key: a1, state: unknown}
      - {at: 3h, check: known, key: a2, state: fail}
`,
} as const;

const account = (hours: number, name: string, receivedHours = hours): EventSpec => ({
  type: 'identity.account',
  timeMs: at(hours),
  receivedAtMs: at(receivedHours),
  data: { account: name, system: 'okta', status: 'active', admin: false, mfa: true, factors: [] },
});
const count = (hours: number, counted: number): EventSpec => ({
  type: 'population.snapshot',
  timeMs: at(hours),
  data: { population: 'accounts', count: counted, asOf: new Date(at(hours)).toISOString() },
});

it('a population that is not complete is one gap of the check that it is of, from count to count', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith(CONTROL) });
  await w.accept([account(1, 'a1'), count(2, 2)]);
  await w.until(at(3));
  expect(await w.gaps()).toEqual([{ cause: 'incomplete-population', control: 'accounts-complete', status: 'open', from: '2026-03-02T02:00:00.000Z' }]);
  await w.accept([account(4, 'a2'), count(5, 2)]);
  await w.until(at(6));
  expect(await w.gaps()).toEqual([
    { cause: 'incomplete-population', control: 'accounts-complete', status: 'closed', from: '2026-03-02T02:00:00.000Z', to: '2026-03-02T05:00:00.000Z' },
  ]);
  expect((await w.messages()).filter((message) => 'gap' in message).map(({ kind }) => kind)).toEqual(['gap-opened', 'gap-closed']);
});

it('a member that comes late proves the population after all', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith(CONTROL) });
  await w.accept([account(1, 'a1'), count(2, 2)]);
  await w.until(at(3));
  await w.accept([account(1.5, 'a2', 4)]);
  await w.until(at(4));
  expect(await w.gaps()).toMatchObject([{ status: 'backfilled', from: '2026-03-02T02:00:00.000Z', to: '2026-03-02T02:00:00.000Z' }]);
});
