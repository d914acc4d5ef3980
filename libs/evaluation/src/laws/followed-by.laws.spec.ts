import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JudgedEvent, Segment } from '../model.js';
import { anEvent, controlOf, HOUR, hours, START } from '../evaluation.testkit.js';
import { stateAt } from '../timelines.js';
import { FollowedByReference } from './followed-by.reference.testkit.js';
import { expectStates, historyOf, livedThrough, pointsBy, RUNS } from './laws.testkit.js';

const yaml = (more: string): string => `
id: law
title: Law
maps: {tsc: [CC6.2]}
inputs: {leaver: hr.worker-left, account: identity.account}
checks:
  it:
    kind: followed-by
    when: leaver
    then: account
    key: {leaver: leaver.worker, account: account.worker}
    each: account.account
    where: account.status == "disabled" ${more.includes('joins') ? '&& has(account.worker) && account.worker == leaver.worker' : ''}
    retire: account.system == "gone"
    from: leaver.lastDay
    within: 24h
    ${more.includes('supersede') ? 'supersede: true' : ''}
`;

const rest = ({ delay, sequence, at }: { readonly delay: number; readonly sequence: string | undefined; readonly at: number }): object => ({
  receivedAt: at + delay,
  ...(sequence === undefined ? {} : { sequence }),
});
const common = { at: fc.integer({ min: 0, max: 90 }), delay: fc.constantFrom(0, 0, 1, 40), sequence: fc.constantFrom(undefined, undefined, '1', '2') };
const leaver = fc
  .record({ ...common, offset: fc.constantFrom(0, 0, -20, 15) })
  .map(({ offset, ...when }): JudgedEvent =>
    anEvent('hr.worker-left', when.at, { worker: 'w', lastDay: new Date(hours(when.at + offset)).toISOString() }, rest(when)),
  );
const account = fc
  .record({ ...common, account: fc.constantFrom('a', 'b'), status: fc.constantFrom('active', 'disabled'), system: fc.constantFrom('okta', 'okta', 'okta', 'gone') })
  .map(({ account: name, status, system, ...when }): JudgedEvent =>
    anEvent('identity.account', when.at, { account: name, system, worker: 'w', status, admin: false, mfa: true, factors: [] }, rest(when)),
  );
const events = fc
  .tuple(fc.array(leaver, { maxLength: 3 }), fc.array(account, { maxLength: 9 }))
  .map(([leavers, accounts]) => [...leavers, ...accounts])
  .filter((all) => all.length > 0);

describe.each(['', 'supersede', 'joins'])('followed-by %s', (more) => {
  const { check } = controlOf(yaml(more));
  test('judged step by step, in any order, is that of the whole history and of the reference', () => {
    fc.assert(
      fc.property(historyOf(events), fc.constantFrom(START - 1_000 * HOUR, START + 20 * HOUR), (history, effectiveFromMs) => {
        const seen = livedThrough(check, 'w', { history, effectiveFromMs });
        if (more === 'joins') return;
        const reference = new FollowedByReference(pointsBy(check, history.events, 'w'), { supersede: more === 'supersede', effectiveFromMs });
        const segmentsOf = (key: string): readonly Segment[] => seen.keys.find((one) => one.key === key)?.segments ?? [];
        for (const value of reference.values) expectStates(segmentsOf(`w/${value}`), (ms) => reference.stateAt(value, ms));
        const group = segmentsOf('w');
        expectStates(group, (ms) => reference.groupStateAt(ms) ?? stateAt(group, ms)?.state);
        for (const value of reference.values) {
          const failures = seen.keys.find(({ key }) => key === `w/${value}`)?.failures.map(({ fromMs, toMs }) => [fromMs, toMs]);
          expect([value, failures]).toEqual([value, reference.failures(value)]);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
