import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@tickmark/contracts';
import type { JudgedEvent } from '../model.js';
import { anEvent, controlOf, faultsOf, hours, inShort, judgeAt, timelineOf } from '../evaluation.testkit.js';

const yaml = (more = ''): string => `
id: report-read
title: Each key vendor's report is read
maps: {tsc: [CC9.2]}
params: {vendors: [bank]}
checks:
  read:
    kind: attestation
    role: vendor-manager
    expects: {keys: params.vendors}
    validFor: 100h
    needs: [file]
    ${more}
`;
const given = (at: number, data: JsonObject = {}): JudgedEvent =>
  anEvent('attestation.given', at, { control: 'report-read', per: 'bank', by: 'bea', role: 'vendor-manager', conclusion: 'accepted', file: 'r.pdf', ...data });
const of = (events: readonly JudgedEvent[], watermark: number, group = 'bank'): ReturnType<typeof timelineOf> =>
  timelineOf(judgeAt(controlOf(yaml()).check, events, { group, watermark, effectiveFromMs: hours(0) }), group);

describe('kind attestation', () => {
  test('never given is unknown, given passes, expired fails for want of a newer one', () => {
    const { segments, failures } = of([given(10)], 200);
    expect(inShort(segments)).toEqual(['0..10 unknown (never-reported)', '10..110 pass', '110.. fail (expired)']);
    expect(failures).toMatchObject([{ fromMs: hours(110), basis: 'absence' }]);
  });

  test('given again before it expires goes on, given after ends the failure', () => {
    expect(of([given(10), given(110)], 150).failures).toEqual([]);
    expect(of([given(10), given(120)], 150).failures).toMatchObject([{ fromMs: hours(110), toMs: hours(120) }]);
  });

  test('refused fails on evidence, and so it does in a tie', () => {
    expect(of([given(10), given(10, { conclusion: 'refused' })], 20).failures).toMatchObject([{ fromMs: hours(10), basis: 'evidence', reason: 'refused' }]);
  });

  test.each([
    ['another control', { control: 'other' }],
    ['another role', { role: 'intern' }],
    ['a missing file', { file: '' }],
  ])('%s is no attestation of this', (_name, data) => {
    expect(inShort(of([given(10, data)], 20).segments)).toEqual(['0.. unknown (never-reported)']);
  });

  test('it may be valid for less than the control says, not for more', () => {
    expect(inShort(of([given(10, { validFor: '5h' })], 20).segments)).toContain('10..15 pass');
    expect(inShort(of([given(10, { validFor: '900h' })], 200).segments)).toContain('10..110 pass');
  });

  test('a vendor that nobody expects is not judged', () => {
    expect(inShort(of([given(10, { per: 'toy' })], 20, 'toy').segments)).toEqual(['10.. not-applicable (not-expected)']);
  });

  test('one that is per nothing is of the control, and a key of its own can be said', () => {
    const extracted = (yaml: string): unknown => controlOf(yaml).check.extract(given(1)).map((one) => (one.kind === 'point' ? one.group : one));
    expect(extracted(yaml('key: attestation.by'))).toEqual(['bea']);
    const { per: _per, ...rest } = given(1).data;
    expect(controlOf(yaml()).check.extract({ ...given(1), data: rest })).toMatchObject([{ group: 'report-read' }]);
  });

  test('refuses a reminder that comes before it was given', () => {
    expect(faultsOf(yaml('remind: [100h]')).map(({ message }) => message).join()).toMatch(/reminds before/);
  });
});
