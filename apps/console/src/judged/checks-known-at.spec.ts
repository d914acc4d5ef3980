import { describe, expect, it } from '@jest/globals';
import type { JudgedCheck } from '@tickmark/persistence';
import { checksKnownAt } from './checks-known-at.js';

const check = (id: number, activation: number, times: Pick<JudgedCheck, 'effectiveFromMs' | 'effectiveToMs'>): JudgedCheck => ({
  id, control: 'admin-mfa', name: 'second-factor', kind: 'state', logicHash: `l${id}`, activation, ...times,
});
const old = check(1, 1, { effectiveFromMs: 0, effectiveToMs: 500 });
const fresh = check(2, 2, { effectiveFromMs: 500 });
const activated = new Map([[1, 400], [2, 450]]);

describe('checks known at an instant', () => {
  it('are those of the first activation even before it: it speaks of the time before', () => {
    expect(checksKnownAt([old, fresh], activated, 100)).toEqual([check(1, 1, { effectiveFromMs: 0 })]);
  });

  it('do not yet end by an activation that was not known', () => {
    expect(checksKnownAt([old, fresh], activated, 449)).toEqual([check(1, 1, { effectiveFromMs: 0 })]);
    expect(checksKnownAt([old, fresh], activated, 450)).toEqual([old, fresh]);
  });

  it('stay ended where nothing came after them', () => {
    expect(checksKnownAt([old], activated, 100)).toEqual([old]);
  });
});
