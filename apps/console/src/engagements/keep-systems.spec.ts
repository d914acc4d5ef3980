import { describe, expect, it } from '@jest/globals';
import type { Segment } from '@tickmark/evaluation';
import { keepSystems } from './keep-systems.js';

const segment = (fromMs: number, system?: string): Segment => ({
  state: 'pass', fromMs, basis: 'evidence', feedIds: [], ...(system === undefined ? {} : { system }),
});

describe('the systems of an engagement', () => {
  it('are all of them when none is named', () => {
    expect(keepSystems([segment(0, 'okta')], [])).toEqual([segment(0, 'okta')]);
  });

  it('take their own segments and what of the same key has no system yet', () => {
    expect(keepSystems([segment(0), segment(1, 'okta'), segment(2, 'erp')], ['okta'])).toEqual([segment(0), segment(1, 'okta')]);
  });

  it('leave out a key of another system, and no key that never had one', () => {
    expect(keepSystems([segment(0), segment(1, 'erp')], ['okta'])).toEqual([]);
    expect(keepSystems([segment(0)], ['okta'])).toEqual([segment(0)]);
  });
});
