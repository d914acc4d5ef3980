import { expect, test } from '@jest/globals';
import { controlOf, hours } from '../evaluation.testkit.js';

const { check } = controlOf(`
id: alive
title: The account feed is alive
maps: {tsc: [CC7.2]}
inputs: {account: identity.account}
checks:
  alive: {kind: heartbeat, input: account}
`);
const feed = { feedId: 7, name: 'okta', system: 'okta', createdAtMs: hours(5), monitored: true };

test('a feed is said to be alive from its creation on, or from when the check is in force', () => {
  expect(check.judgeFeed?.(feed, { effectiveFromMs: hours(0) })).toMatchObject({ key: 'okta', beginMs: hours(5), segments: [{ state: 'pass', fromMs: hours(5), feedIds: [7] }] });
  expect(check.judgeFeed?.(feed, { effectiveFromMs: hours(9) })).toMatchObject({ beginMs: hours(9) });
});

test('a feed that nobody watches is never said to be alive', () => {
  expect(check.judgeFeed?.({ ...feed, monitored: false }, { effectiveFromMs: hours(0) }).segments).toMatchObject([{ state: 'not-applicable', reason: 'liveness-not-monitored' }]);
});

test('it reads no events, but needs the feeds that declare the type', () => {
  expect(check.neededTypes).toEqual(['identity.account']);
  expect([...check.inputTypes]).toEqual([['account', 'identity.account']]);
});
