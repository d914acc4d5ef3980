import { expect, it, jest } from '@jest/globals';
import { JudgingWorld, at, catalogueWith } from '../judging-world.testkit.js';
import type { FeedSpec } from '../control-events.testkit.js';

jest.setTimeout(60_000);

const DAILY = `
id: scans-each-day
title: Every store is scanned each day
description: A scan of each store is on file for each day.
owner: security
severity: high
execution: automated
timing: detective
frequency: daily
keyControl: true
effectiveFrom: 2026-03-02
maps: {tsc: [CC7.1]}
params: {stores: [s1]}
inputs: {review: identity.access-review}
checks:
  each-day: {kind: cadence, input: review, key: review.system, expects: {keys: params.stores}, every: day, due: 1h}
tests:
  - name: in time and missed
    start: 2026-03-02T00:00:00Z
    given:
      - {at: 5h, review: {system: s1, campaign: c, population: 1, reviewed: 1, revoked: 0, reviewer: bea, systemOwner: al}}
    expect:
      - {at: 4h, key: s1, state: unknown}
      - {at: 5h, key: s1, state: pass}
      - {at: 49h, key: s1, state: fail}
`;

const begin = async (feeds: readonly FeedSpec[]) =>
  JudgingWorld.begin({ catalogue: await catalogueWith({ role: 'control', path: 'controls/scans-each-day.yaml', text: DAILY }), feeds });

it('what is expected by name and no feed could tell of is undecided, on record and without a deviation', async () => {
  await using world = await begin([{ name: 'main', types: ['*'] }]);
  await world.until(at(80));
  expect(await world.deviations()).toEqual([]);
  expect((await world.states('scans-each-day')).map(({ state, from }) => `${state} ${from}`)).toEqual([
    'unknown 2026-03-02T00:00:00.000Z', 'unknown 2026-03-03T01:00:00.000Z', 'unknown 2026-03-04T01:00:00.000Z', 'unknown 2026-03-05T01:00:00.000Z',
  ]);
  expect(await world.fromScratch()).toBeDefined();
});

it('with a feed that declares it, the same silence of the control is a failure', async () => {
  await using world = await begin([{ name: 'main', types: ['identity.access-review'] }]);
  await world.until(at(30));
  expect(await world.deviations()).toMatchObject([{ key: 's1', status: 'open', occurred: '2026-03-03T01:00:00.000Z' }]);
});
