import { describe, expect, it } from '@jest/globals';
import { anEvent, controlOf, hours } from '../evaluation.testkit.js';
import { kindById } from '../kinds/registry.js';
import type { JudgedEvent, Kind, Point } from '../model.js';
import { Replay, type ExplainedExpression } from './replay.js';

function replayOf(yaml: string, about: readonly JudgedEvent[]): Replay {
  const { control, catalogue } = controlOf(yaml);
  const check = control.checks[0] as (typeof control.checks)[number];
  const kind = kindById.get(check.kind) as Kind;
  return new Replay({ kind, control, check, types: catalogue.eventTypes }, new Set(about.map(({ evidenceId }) => evidenceId)));
}

function explained(yaml: string, events: readonly JudgedEvent[], { group, atHours, about = events }: { readonly group: string; readonly atHours: number; readonly about?: readonly JudgedEvent[] }) {
  const replay = replayOf(yaml, about);
  const points = events.flatMap((event) => replay.extract(event)).flatMap((one): readonly Point[] => (one.kind === 'point' && one.group === group ? [one.point] : []));
  const clock = { watermarkMs: hours(1_000), effectiveFromMs: hours(-1_000) };
  const expressions = replay.expressionsAsOf({ group, points, atMs: hours(atHours), clock });
  return { judgement: replay.judge(group, points, clock), expressions };
}

const valueOf = ({ value, error, absent, notEvaluated }: ExplainedExpression): unknown =>
  notEvaluated === true ? 'not evaluated' : absent === true ? 'absent' : (error ?? value);
const inShort = (expressions: readonly ExplainedExpression[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(expressions.map((one) => [[one.name, ...one.evidenceIds].join(' '), valueOf(one)]));

const MFA = `id: mfa
title: t
owner: o
maps: {tsc: [CC6.1]}
params: {allowed: [okta, erp]}
inputs: {account: {type: identity.account, where: 'account.status != "disabled"'}}
checks:
  on:
    kind: state
    input: account
    key: account.account
    scope: account.admin
    assert: account.mfa && account.system in params.allowed
    unknownWhen: size(account.factors) > 2
    validFor: 26h
`;
const account = (at: number, rest: object = {}): JudgedEvent =>
  anEvent('identity.account', at, { account: 'a1', system: 'okta', status: 'active', admin: true, mfa: false, factors: [], ...rest });

describe('a replay of a state', () => {
  it('names each expression and what it gave for the event', () => {
    const event = account(1);
    const { expressions, judgement } = explained(MFA, [event], { group: 'a1', atHours: 1 });
    const e = event.evidenceId;
    expect(inShort(expressions)).toEqual({
      [`inputs.account.where ${e}`]: true,
      [`scope ${e}`]: true,
      [`key ${e}`]: 'a1',
      [`unknownWhen ${e}`]: false,
      [`assert ${e}`]: false,
    });
    expect(judgement.keys[0]?.segments[0]?.state).toBe('fail');
  });

  it('says which were not needed', () => {
    const event = account(1, { factors: ['a', 'b', 'c'] });
    const { expressions } = explained(MFA, [event], { group: 'a1', atHours: 1 });
    expect(inShort(expressions)).toMatchObject({ [`unknownWhen ${event.evidenceId}`]: true, assert: 'not evaluated' });
  });

  it('is about the evidence that was asked for only', () => {
    const [first, second] = [account(1), account(2, { mfa: true })];
    const { expressions } = explained(MFA, [first, second], { group: 'a1', atHours: 2, about: [second] });
    expect(new Set(expressions.flatMap(({ evidenceIds }) => evidenceIds))).toEqual(new Set([second.evidenceId]));
  });
});

const LEAVERS = `id: leavers
title: t
owner: o
maps: {tsc: [CC6.2]}
params: {limit: 24h}
inputs: {leaver: hr.worker-left, account: identity.account}
checks:
  removed:
    kind: followed-by
    when: leaver
    then: account
    key: {leaver: leaver.worker, account: account.worker}
    each: account.system + "/" + account.account
    where: account.status == "disabled" && has(account.worker) && account.worker == leaver.worker
    from: leaver.lastDay
    within: params.limit
`;

describe('a replay of a join', () => {
  const leaver = anEvent('hr.worker-left', 0, { worker: 'w1', lastDay: '2026-03-02T00:00:00Z' });
  const active = account(-9, { worker: 'w1' });
  const nobodys = account(-8);
  const disabled = account(5, { worker: 'w1', status: 'disabled' });

  it('names both events that an expression read, times and durations in words', () => {
    const { expressions } = explained(LEAVERS, [leaver, active, disabled], { group: 'w1', atHours: 24 });
    expect(inShort(expressions)).toEqual({
      within: '1d',
      [`key.leaver ${leaver.evidenceId}`]: 'w1',
      [`from ${leaver.evidenceId}`]: '2026-03-02T00:00:00.000Z',
      [`key.account ${active.evidenceId}`]: 'w1',
      [`each ${active.evidenceId}`]: 'okta/a1',
      [`where ${active.evidenceId} ${leaver.evidenceId}`]: false,
      [`key.account ${disabled.evidenceId}`]: 'w1',
      [`each ${disabled.evidenceId}`]: 'okta/a1',
      [`where ${disabled.evidenceId} ${leaver.evidenceId}`]: true,
    });
  });

  it('says that a key is absent', () => {
    const { expressions } = explained(LEAVERS, [nobodys], { group: 'w1', atHours: 24 });
    expect(inShort(expressions)).toMatchObject({ [`key.account ${nobodys.evidenceId}`]: 'absent', where: 'not evaluated' });
  });
});

const SHARE = `id: share
title: t
owner: o
maps: {tsc: [A1.2]}
inputs: {probe: service.probed}
checks:
  up:
    kind: threshold
    input: probe
    key: probe.service
    window: 10h
    aggregate: ratio
    value: probe.up
    assert: result >= 0.5
`;

describe('a replay of a threshold', () => {
  const probe = (at: number, up: boolean): JudgedEvent => anEvent('service.probed', at, { service: 's', up });

  it('shows the aggregate that the verdict of an instant rests on', () => {
    const events = [probe(1, true), probe(2, false), probe(3, false), probe(4, false)];
    const at = (atHours: number): ExplainedExpression | undefined =>
      explained(SHARE, events, { group: 's', atHours }).expressions.find(({ name }) => name === 'assert');
    expect(at(2)).toMatchObject({ result: 0.5, value: true });
    expect(at(4)).toMatchObject({ result: 0.25, value: false });
    // The good one has left the window.
    expect(at(11)).toMatchObject({ result: 0, value: false });
  });
});
