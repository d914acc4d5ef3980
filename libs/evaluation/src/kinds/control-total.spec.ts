import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@tickmark/contracts';
import type { JudgedEvent } from '../model.js';
import { anEvent, controlOf, faultsOf, hours, inShort, judgeAt, timelineOf } from '../evaluation.testkit.js';

const yaml = (more = 'once: true', equal = '[count, amountMinor, currency]'): string => `
id: totals
title: Batches sent equal batches booked
maps: {tsc: [PI1.3]}
inputs: {sent: ledger.batch-sent, booked: ledger.batch-booked, approved: payroll.approved}
checks:
  it:
    kind: control-total
    from: sent
    to: booked
    key: {sent: sent.batch, booked: booked.batch, approved: approved.payRun}
    equal: ${equal}
    within: 2h
    ${more}
`;
const plain = (control: string): string => (control.includes('remedy') ? control : control.replace(', approved: approved.payRun', ''));

type Rest = Parameters<typeof anEvent>[3];
const total = { batch: 'b', count: 2, amountMinor: 1000, currency: 'EUR' };
const sent = (at: number, data: JsonObject = {}, rest: Rest = {}): JudgedEvent => anEvent('ledger.batch-sent', at, { ...total, ...data }, { system: 'bank', ...rest });
const booked = (at: number, data: JsonObject = {}, rest: Rest = {}): JudgedEvent => anEvent('ledger.batch-booked', at, { ...total, ...data }, { system: 'erp', feedId: 2, ...rest });
const of = (events: readonly JudgedEvent[], watermark: number, control = yaml()): ReturnType<typeof timelineOf> =>
  timelineOf(judgeAt(controlOf(plain(control)).check, events, { group: 'b', watermark }), 'b');

describe('kind control-total', () => {
  test('one cent off fails at once, on evidence', () => {
    const { segments, failures } = of([sent(0), booked(0.5, { amountMinor: 999 })], 1);
    expect(inShort(segments)).toEqual(['0..0.5 no-occurrence (pending)', '0.5.. fail (differs)']);
    expect(failures).toMatchObject([{ basis: 'evidence', system: 'erp' }]);
  });

  test('another currency is no equal total', () => {
    expect(of([sent(0), booked(0.5, { currency: 'USD' })], 1).failures).toHaveLength(1);
  });

  test('nothing booked fails for want of evidence, after settle; equal and late ends it', () => {
    expect(of([sent(0)], 2).failures).toEqual([]);
    expect(of([sent(0)], 2.001).failures).toMatchObject([{ fromMs: hours(2), basis: 'absence', system: 'bank', feedIds: [] }]);
    const late = of([sent(0), booked(3)], 4);
    expect(inShort(late.segments)).toEqual(['0..2 no-occurrence (pending)', '2..3 fail (not-booked)', '3.. pass']);
    expect(late.failures).toMatchObject([{ fromMs: hours(2), toMs: hours(3), toBasis: 'evidence' }]);
    expect(late.observations).toMatchObject([{ outcome: 'fail', decidedAtMs: hours(2) }]);
  });

  test('booked in time and read late is no failure', () => {
    expect(of([sent(0), booked(2, {}, { receivedAt: 50 })], 51).failures).toEqual([]);
  });

  test('booked twice fails from the second booking, as an occurrence of its own', () => {
    const { segments, observations } = of([sent(0), booked(0.5), booked(0.7)], 1);
    expect(inShort(segments)).toEqual(['0..0.5 no-occurrence (pending)', '0.5..0.7 pass', '0.7.. fail (doubled)']);
    expect(observations.map(({ outcome }) => outcome)).toEqual(['pass', 'fail']);
  });

  test('without once an equal booking more is no failure, one that differs is', () => {
    expect(of([sent(0), booked(0.5), booked(0.7)], 3, yaml('')).failures).toEqual([]);
    expect(of([sent(0), booked(0.5), booked(0.7, { count: 3 })], 3, yaml('')).failures).toMatchObject([{ fromMs: hours(0.7) }]);
  });

  test('booked without sent fails for want of what was sent, and is over when that is sent', () => {
    expect(of([booked(0.5)], 0.5).failures).toEqual([]);
    const { segments, failures, observations } = of([booked(0.5), sent(1)], 9);
    expect(inShort(segments)).toEqual(['0.5..1 fail (booked-without-sent)', '1.. pass']);
    expect(failures).toMatchObject([{ fromMs: hours(0.5), toMs: hours(1), basis: 'absence' }]);
    expect(observations.map(({ outcome }) => outcome)).toEqual(['fail', 'pass']);
  });

  test('word of the sending that comes late withdraws that failure', () => {
    const events = [booked(0.5), sent(0, {}, { receivedAt: 5 })];
    expect(of(events, 4).failures).toHaveLength(1);
    expect(of(events, 6)).toMatchObject({ failures: [], observations: [{ outcome: 'pass' }] });
  });

  test('with sum, parts add up, a reversal subtracts, and only the equal total ends a failure', () => {
    const sum = yaml('sum: true');
    const parts = [sent(0), booked(0.1, { count: 1, amountMinor: 600 }), booked(0.2, { count: 2, amountMinor: 500 }), booked(0.3, { count: -2, amountMinor: -500 }), booked(0.4, { count: 1, amountMinor: 400 })];
    expect(inShort(of(parts, 3, sum).segments)).toEqual(['0..0.2 no-occurrence (pending)', '0.2..0.4 fail (more-than-sent)', '0.4.. pass']);
    expect(inShort(of(parts.slice(0, 2), 3, sum).segments)).toEqual(['0..2 no-occurrence (pending)', '2.. fail (incomplete)']);
  });

  test('sums are exact beyond what a double can hold', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const sum = yaml('sum: amountMinor', '[currency]');
    const events = [sent(0, { amountMinor: most }), booked(0.1, { amountMinor: most }), booked(0.2, { amountMinor: 2 }), booked(0.3, { amountMinor: -1 })];
    expect(inShort(of(events, 1, sum).segments).at(-1)).toBe('0.2.. fail (more-than-sent)');
  });

  test('with sum and once, a part with the hash of another is doubled', () => {
    const sum = yaml('sum: true\n    once: true');
    const part = (at: number, hash: string): JudgedEvent => booked(at, { count: 1, amountMinor: 500, hash });
    expect(of([sent(0), part(0.1, 'x'), part(0.2, 'y')], 3, sum).failures).toEqual([]);
    expect(of([sent(0), part(0.1, 'x'), part(0.2, 'x')], 3, sum).failures).toMatchObject([{ fromMs: hours(0.2), reason: 'doubled' }]);
  });

  test('a remedy closes the failure and leaves the state', () => {
    const control = yaml('remedy: {input: approved, where: approved.employees == sent.count}');
    const approved = (at: number, employees: number): JudgedEvent => anEvent('payroll.approved', at, { payRun: 'b', employees, amountMinor: 1, currency: 'EUR', approver: 'x' });
    const { segments, failures } = of([sent(0), booked(0.5, { count: 3 }), approved(1, 9), approved(2, 2)], 3, control);
    expect(inShort(segments).at(-1)).toBe('0.5.. fail (differs)');
    expect(failures).toMatchObject([{ fromMs: hours(0.5), toMs: hours(2) }]);
  });

  test('what was sent before the check was in force is not asked for, nor is its booking unsent', () => {
    const { check } = controlOf(plain(yaml()));
    const judged = judgeAt(check, [sent(-1), booked(1)], { group: 'b', watermark: 9, effectiveFromMs: hours(0) });
    expect(timelineOf(judged, 'b')).toMatchObject({ failures: [], observations: [] });
  });

  test.each([
    ['a field that one of them lacks', plain(yaml('', '[count, batchTotal]')), /batchTotal/],
    ['a field that may be absent', plain(yaml('', '[hash]')), /hash/],
    ['a sum of text', plain(yaml('sum: currency')), /no number/],
  ])('refuses %s at load', (_name, control, message) => {
    expect(faultsOf(control).map((fault) => `${fault.message} ${fault.hint ?? ''}`).join('\n')).toMatch(message);
  });
});
