import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@tickmark/contracts';
import type { JudgedEvent } from '../model.js';
import { overlay } from '../overlay.js';
import { anEvent, controlOf, faultsOf, hours, inShort, judgeAt, timelineOf } from '../evaluation.testkit.js';

const yaml = (more = '', assert = 'account.mfa'): string => `
id: admin-mfa
title: Administrators sign in with a second factor
maps: {tsc: [CC6.1]}
params: {accounts: [a, b]}
inputs: {account: identity.account, worker: hr.worker-joined}
checks:
  second-factor:
    kind: state
    input: account
    key: account.account
    assert: ${assert}
    validFor: 26h
    ${more}
`;

const account = (at: number, data: JsonObject = {}, rest: Parameters<typeof anEvent>[3] = {}): JudgedEvent =>
  anEvent('identity.account', at, { account: 'a', system: 'okta', status: 'active', admin: true, mfa: true, factors: [], ...data }, rest);
const failing = { mfa: false };

const at = (more: string, events: readonly JudgedEvent[], watermark: number): ReturnType<typeof timelineOf> =>
  timelineOf(judgeAt(controlOf(yaml(more)).check, events, { group: 'a', watermark }), 'a');

describe('kind state', () => {
  test('a pass fades at the event plus validFor, and not before the watermark has passed that and settle', () => {
    const events = [account(0)];
    expect(inShort(at('', events, 26).segments)).toEqual(['0.. pass']);
    expect(inShort(at('', events, 26.001).segments)).toEqual(['0..26 pass', '26.. unknown (stale)']);
  });

  test('an event at the very instant at which the pass would fade keeps it', () => {
    expect(inShort(at('', [account(0), account(26)], 40).segments)).toEqual(['0.. pass']);
  });

  test('a fail does not fade, and only a pass ends its failure', () => {
    const events = [account(0, failing), account(10, { admin: false }), account(20)];
    const { segments, failures } = at('scope: account.admin', events, 400);
    expect(inShort(segments)).toEqual(['0..10 fail', '10..20 not-applicable (out-of-scope)', '20..46 pass', '46.. unknown (stale)']);
    expect(failures).toMatchObject([{ fromMs: hours(0), toMs: hours(20), basis: 'evidence', evidenceIds: [events[0]?.evidenceId], remedyEvidenceId: events[2]?.evidenceId }]);
  });

  test('in a tie the fail holds, whichever came first, until the next event', () => {
    for (const [first, second] of [[failing, {}], [{}, failing]] as const) {
      const { segments, failures } = at('', [account(0, first), account(0, second), account(5)], 5);
      expect(inShort(segments)).toEqual(['0..5 fail', '5.. pass']);
      expect(failures).toMatchObject([{ fromMs: hours(0), toMs: hours(5) }]);
    }
  });

  test('a sequence settles a tie, and the fail that it passed leaves a failure of length 0', () => {
    const events = [account(0, {}, { sequence: '10' }), account(0, failing, { sequence: '9' })];
    const { segments, failures } = at('', events, 1);
    expect(inShort(segments)).toEqual(['0.. pass']);
    expect(failures).toMatchObject([{ fromMs: hours(0), toMs: hours(0) }]);
  });

  test('an event that comes late counts from its own time, and not before it was received', () => {
    const events = [account(0), account(10), account(4, failing, { receivedAt: 12 })];
    expect(inShort(at('', events, 11).segments)).toEqual(['0.. pass']);
    expect(inShort(at('', events, 12).segments)).toEqual(['0..4 pass', '4..10 fail', '10.. pass']);
  });

  test('what the source could not tell is looked at first: unknown, neither pass nor fail', () => {
    const { segments, failures } = at('unknownWhen: account.status == "suspended"', [account(0, { ...failing, status: 'suspended' })], 400);
    expect(inShort(segments)).toEqual(['0.. unknown (source-could-not-tell)']);
    expect(failures).toEqual([]);
  });

  test('an expected key that never reports is unknown from the begin; others are judged all the same', () => {
    const { check } = controlOf(yaml('expects: {keys: params.accounts}'));
    expect(check.expectedGroups()).toEqual(['a', 'b']);
    const never = judgeAt(check, [], { group: 'b', watermark: 5, effectiveFromMs: hours(0) });
    expect(inShort(timelineOf(never, 'b').segments)).toEqual(['0.. unknown (never-reported)']);
    const other = judgeAt(check, [account(1, { account: 'c' })], { group: 'c', watermark: 5 });
    expect(inShort(timelineOf(other, 'c').segments)).toEqual(['1.. pass']);
  });

  test('an expectation by events begins with its event and ends when it no longer holds', () => {
    const more = 'expects: {from: hr.worker-joined, key: worker.worker, while: worker.worker != "x"}';
    const joined = anEvent('hr.worker-joined', 2, { worker: 'a', startDate: '2026-03-02T00:00:00Z' });
    expect(inShort(at(more, [joined], 5).segments)).toEqual(['2.. unknown (never-reported)']);
    expect(inShort(at(more, [joined, account(3)], 5).segments)).toEqual(['2..3 unknown (never-reported)', '3.. pass']);
  });

  test('a retired key ends; it is judged again when it comes back, and its open failure is not closed by its end', () => {
    const events = [account(0, failing), account(5, { ...failing, status: 'disabled' }), account(8)];
    const ended = at('retire: account.status == "disabled"', events.slice(0, 2), 7);
    expect(inShort(ended.segments)).toEqual(['0..5 fail', '5.. not-applicable (retired)']);
    expect(ended.retiredAtMs).toBe(hours(5));
    expect(ended.failures).toMatchObject([{ fromMs: hours(0) }]);
    expect(ended.failures[0]).not.toHaveProperty('toMs');
    const back = at('retire: account.status == "disabled"', events, 9);
    expect(back).not.toHaveProperty('retiredAtMs');
    expect(back.failures).toMatchObject([{ fromMs: hours(0), toMs: hours(8) }]);
  });

  test('what was said before the check came into force is judged anew at that instant', () => {
    const { check } = controlOf(yaml());
    const judged = judgeAt(check, [account(-30), account(-20, failing)], { group: 'a', watermark: 5, effectiveFromMs: hours(0) });
    expect(inShort(timelineOf(judged, 'a').segments)).toEqual(['0.. fail']);
    expect(timelineOf(judged, 'a')).toMatchObject({ beginMs: hours(0), failures: [{ fromMs: hours(0) }] });
    const faded = judgeAt(check, [account(-30)], { group: 'a', watermark: 5, effectiveFromMs: hours(0) });
    expect(inShort(timelineOf(faded, 'a').segments)).toEqual(['0.. unknown (stale)']);
  });

  test('an expression that fails is blindness of the key until the next event that can be read, and hides no fail', () => {
    const { check } = controlOf(yaml('', 'account.mfa && account.factors[0] == "totp"'));
    const good = { factors: ['totp'] };
    const judged = judgeAt(check, [account(0, good), account(2), account(6, good)], { group: 'a', watermark: 7 });
    expect(judged.errors).toMatchObject([{ key: 'a', fromMs: hours(2), toMs: hours(6) }]);
    const blindness = judged.errors.map(({ key, fromMs, toMs = Infinity }) => ({ cause: 'check-error' as const, check: 'c/k', key, fromMs, toMs }));
    const need = { check: 'c/k', key: 'a', feedIds: [] };
    expect(inShort(overlay(timelineOf(judged, 'a').segments, blindness, need))).toEqual(['0..2 pass', '2..6 error (check-error)', '6.. pass']);
    const failed = judgeAt(check, [account(0, { factors: ['sms'] }), account(2), account(6, good)], { group: 'a', watermark: 7 });
    expect(inShort(overlay(timelineOf(failed, 'a').segments, blindness, need))).toEqual(['0..6 fail', '6.. pass']);
  });

  test('a key of which nothing can be read is there, and unknown', () => {
    const { check } = controlOf(yaml('', 'account.factors[0] == "totp"'));
    const judged = judgeAt(check, [account(1)], { group: 'a', watermark: 2 });
    expect(inShort(timelineOf(judged, 'a').segments)).toEqual(['1.. unknown (unreadable)']);
  });

  test('a failure that rests on evidence more than a day old on receipt is backfill', () => {
    expect(at('', [account(0, failing, { receivedAt: 24 })], 30).failures).toMatchObject([{ backfill: false }]);
    expect(at('', [account(0, failing, { receivedAt: 24.001 })], 30).failures).toMatchObject([{ backfill: true }]);
  });

  test('the system is the event’s, or what the control says', () => {
    expect(at('', [account(0, failing, { system: 'feed-system' })], 1).failures).toMatchObject([{ system: 'feed-system' }]);
    expect(at('system: account.system', [account(0, failing)], 1).failures).toMatchObject([{ system: 'okta' }]);
  });

  test('without a tick nothing falls due', () => {
    const { check } = controlOf(yaml());
    const points = check.extract(account(0)).flatMap((one) => (one.kind === 'point' ? [one.point] : []));
    const judged = check.judge('a', undefined, points, { effectiveFromMs: hours(-100) });
    expect(inShort(timelineOf(judged, 'a').segments)).toEqual(['0.. pass']);
    expect(judged.due).toEqual({ atMs: hours(26), readyMs: hours(26) + 2_000 });
  });

  test.each([
    ['a misspelt field', yaml('', 'account.mfaa'), /mfaa/],
    ['a condition that is none', yaml('', 'account.account'), /bool|true or false|condition/i],
    ['a misspelt part of the check', yaml('unknownwhen: account.mfa'), /unknownwhen/i],
    ['an unknown input', yaml().replace('input: account', 'input: acount'), /acount/],
    ['a length that is none', yaml().replace('validFor: 26h', 'validFor: 26 hours'), /hours/],
    ['no length at all', yaml().replace('validFor: 26h', 'validFor: 0h'), /longer than nothing/],
    ['expected keys that are no list', yaml('expects: {keys: params.nobody}'), /nobody/],
  ])('refuses %s at load', (_name, control, message) => {
    expect(faultsOf(control).map((fault) => `${fault.message} ${fault.hint ?? ''}`).join('\n')).toMatch(message);
  });
});
