import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anEvent, controlOf, hours, inShort, judgeAt, timelineOf } from '../evaluation.testkit.js';
import type { Blindness, JudgedEvent } from '../model.js';
import { anewSide, blindnessOfErrors, JudgeAnew } from './judge-anew.js';

const { check } = controlOf(`id: mfa
title: t
owner: o
maps: {tsc: [CC6.1]}
inputs: {account: identity.account}
checks:
  on:
    kind: state
    input: account
    key: account.account
    assert: account.factors[0] == "totp"
    retire: account.status == "disabled"
    validFor: 26h
`);

const EFFECTIVE = { effectiveFromMs: hours(-9_000), watermarkMs: hours(500) };
const account = (at: number, name: string, factor: string, rest: object = {}): JudgedEvent =>
  anEvent('identity.account', at, { account: name, system: 'okta', status: 'active', admin: true, mfa: true, factors: factor === '' ? [] : [factor], ...rest });
const anew = (events: readonly JudgedEvent[], { onItsWay = [], wants = () => true }: { readonly onItsWay?: readonly JudgedEvent[]; readonly wants?: (group: string) => boolean } = {}): JudgeAnew => {
  const judging = new JudgeAnew({ checks: [check], clock: EFFECTIVE, nameOf: (name) => name, wants });
  for (const event of events) judging.add(event);
  for (const event of onItsWay) judging.add(event, { onItsWay: true });
  return judging;
};
const context = (blindness: readonly Blindness[] = []) => ({
  ...EFFECTIVE,
  need: { check: 'mfa/on', key: 'a', group: 'a', feedIds: [1] },
  blindness,
  previous: [],
  settleMs: 2_000,
});

describe('judging anew', () => {
  it('gives what live judging gives, in whatever order the evidence goes by', () => {
    const events = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 100 }), name: fc.constantFrom('a', 'b', 'c'), factor: fc.constantFrom('totp', 'sms', ''), late: fc.integer({ min: 0, max: 50 }) }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(events, fc.func(fc.integer()), (given, rank) => {
        const made = given.map(({ at, name, factor, late }) => ({ ...account(at, name, factor), receivedAtMs: hours(at + late) }));
        const shuffled = made.toSorted((a, b) => rank(a.evidenceId) - rank(b.evidenceId));
        const judging = anew(shuffled);
        for (const group of new Set(given.map(({ name }) => name))) {
          const live = judgeAt(check, made, { group, watermark: 500, effectiveFromMs: EFFECTIVE.effectiveFromMs });
          expect(judging.judge(check, group).keys).toEqual(live.keys);
        }
      }),
    );
  });

  it('keeps the groups that it is asked for', () => {
    const judging = anew([account(1, 'a', 'totp'), account(1, 'b', 'totp')], { wants: (group) => group === 'b' });
    expect(judging.groupsOf(check)).toEqual(['b']);
    expect(judging.judge(check, 'a').keys).toEqual([]);
  });

  it('holds evidence apart that the record may not have yet', () => {
    const judging = anew([account(1, 'a', 'totp')], { onItsWay: [account(5, 'a', 'sms')] });
    expect(judging.isOnItsWay(check, 'a')).toBe(true);
    expect(inShort(timelineOf(judging.judge(check, 'a'), 'a').segments)).toEqual(['1..27 pass', '27.. unknown (stale)']);
    expect(inShort(timelineOf(judging.judge(check, 'a', { withOnItsWay: true }), 'a').segments)).toEqual(['1..5 pass', '5.. fail']);
  });

  it('lays blindness over, its own errors among it, and lets a key end', () => {
    const judging = anew([account(1, 'a', 'totp'), account(10, 'a', ''), account(20, 'a', 'totp'), account(30, 'a', 'totp', { status: 'disabled' })]);
    const judgement = judging.judge(check, 'a');
    const errors = blindnessOfErrors('mfa/on', judgement);
    const silence: Blindness = { cause: 'feed-silent', feedId: 1, fromMs: hours(3), toMs: hours(5) };
    const { segments } = anewSide(timelineOf(judgement, 'a'), context([silence, ...errors]));
    expect(inShort(segments)).toEqual(['1..3 pass', '3..5 unknown (feed-silent)', '5..10 pass', '10..20 error (check-error)', '20..30 pass']);
  });

  it('keeps the deviations on record that it finds again, and adds and takes back the others', () => {
    const judging = anew([account(1, 'a', 'sms'), account(4, 'a', 'totp')]);
    const record = { key: 'a', status: 'closed', detectedAtMs: hours(9), evidenceIds: [], backfill: false } as const;
    const previous = [
      { ...record, id: 'same', occurredAtMs: hours(1), remediatedAtMs: hours(3) },
      { ...record, id: 'never', occurredAtMs: hours(50), remediatedAtMs: hours(60) },
    ];
    const { deviations } = anewSide(timelineOf(judging.judge(check, 'a'), 'a'), { ...context(), previous });
    expect(deviations.map(({ id, status, remediatedAtMs }) => [id, status, remediatedAtMs])).toEqual([
      ['same', 'closed', hours(4)],
      ['never', 'withdrawn', hours(60)],
    ]);
    expect(anewSide(timelineOf(judging.judge(check, 'a'), 'a'), context()).deviations.map(({ id, occurredAtMs }) => [id, occurredAtMs])).toEqual([['new-1', hours(1)]]);
  });
});
