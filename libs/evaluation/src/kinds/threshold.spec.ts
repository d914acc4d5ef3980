import { describe, expect, test } from '@jest/globals';
import type { JudgedEvent } from '../model.js';
import { anEvent, controlOf, faultsOf, hours, inShort, judgeAt, timelineOf } from '../evaluation.testkit.js';

const yaml = (aggregate: string, assert: string, more = ''): string => `
id: failures
title: Failed sign-ins stay below a fifth
maps: {tsc: [CC7.2]}
params: {limit: 0.2}
inputs: {signin: identity.signin, capacity: capacity.measured}
checks:
  it:
    kind: threshold
    input: ${aggregate === 'count' || aggregate === 'ratio' ? 'signin' : 'capacity'}
    key: ${aggregate === 'count' || aggregate === 'ratio' ? 'signin.system' : 'capacity.resource'}
    window: 1h
    aggregate: ${aggregate}
    assert: ${assert}
    ${more}
`;
const failed = 'value: signin.outcome == "failure"';
type Rest = Parameters<typeof anEvent>[3];
const signin = (at: number, outcome = 'success', rest: Rest = {}): JudgedEvent => anEvent('identity.signin', at, { account: 'a', system: 'k', outcome }, rest);
const of = (control: string, events: readonly JudgedEvent[], watermark: number): ReturnType<typeof timelineOf> =>
  timelineOf(judgeAt(controlOf(control).check, events, { group: 'k', watermark }), 'k');

describe('kind threshold', () => {
  test('the window takes in its end and leaves out its begin', () => {
    const { segments } = of(yaml('count', 'result < 2.0'), [signin(0), signin(1)], 3);
    expect(inShort(segments)).toEqual(['0.. pass']);
    expect(inShort(of(yaml('count', 'result < 2.0'), [signin(0), signin(0.999)], 3).segments)).toEqual(['0..0.999 pass', '0.999..1 fail', '1.. pass']);
  });

  test('values leave at their own time, when the watermark has passed it and settle', () => {
    const events = [signin(0, 'failure'), signin(0.5), signin(0.6), signin(0.7)];
    const ratio = yaml('ratio', 'result <= params.limit', `${failed}\n    minimumCount: 3`);
    expect(inShort(of(ratio, events, 1).segments)).toEqual(['0..0.6 unknown (too-few-events)', '0.6.. fail']);
    expect(inShort(of(ratio, events, 1.001).segments)).toEqual(['0..0.6 unknown (too-few-events)', '0.6..1 fail', '1.. pass']);
    expect(of(ratio, events, 1.001).failures).toMatchObject([{ fromMs: hours(0.6), toMs: hours(1), basis: 'evidence', toBasis: 'absence' }]);
  });

  test('too few events are unknown and end no failure', () => {
    const ratio = yaml('ratio', 'result <= params.limit', `${failed}\n    minimumCount: 2`);
    const { failures } = of(ratio, [signin(0, 'failure'), signin(0.1, 'failure'), signin(5), signin(5.1)], 10);
    expect(failures).toMatchObject([{ fromMs: hours(0.1), toMs: hours(5.1) }]);
  });

  test('that something stays away fails for want of evidence', () => {
    const { segments, failures } = of(yaml('count', 'result >= 1.0'), [signin(0)], 3);
    expect(inShort(segments)).toEqual(['0..1 pass', '1.. fail']);
    expect(failures).toMatchObject([{ fromMs: hours(1), basis: 'absence' }]);
  });

  test.each([
    ['sum', 'result <= 1.0', ['0..0.2 pass', '0.2.. fail']],
    ['average', 'result <= 0.6', ['0..0.2 pass', '0.2.. fail']],
    ['maximum', 'result < 0.9', ['0..0.2 pass', '0.2.. fail']],
  ])('%s is taken over the whole window', (aggregate, assert, expected) => {
    const events = [0.4, 0.5, 0.95].map((utilisation, index) => anEvent('capacity.measured', index / 10, { resource: 'k', utilisation }));
    expect(inShort(of(yaml(aggregate, assert, 'value: capacity.utilisation'), events, 0.5).segments)).toEqual(expected);
  });

  test('a value that comes late changes every window that it lies in', () => {
    const events = [signin(0), signin(2), signin(1.5, 'success', { receivedAt: 10 })];
    const control = yaml('count', 'result < 2.0');
    expect(of(control, events, 9).failures).toEqual([]);
    expect(of(control, events, 10.1).failures).toMatchObject([{ fromMs: hours(2), toMs: hours(2.5) }]);
  });

  test.each([
    ['a ratio without a condition', yaml('ratio', 'result < 0.5'), /ratio needs a value/],
    ['a ratio of numbers', yaml('ratio', 'result < 0.5', 'value: signin.system'), /true or false|bool|condition|text/i],
    ['a mean of no events', yaml('average', 'result < 0.5', 'value: capacity.utilisation\n    minimumCount: 0'), /no events have no average/],
    ['an assertion about the event', yaml('count', 'signin.system == "k"'), /signin/],
  ])('refuses %s at load', (_name, control, message) => {
    expect(faultsOf(control).map((fault) => `${fault.message} ${fault.hint ?? ''}`).join('\n')).toMatch(message);
  });
});
