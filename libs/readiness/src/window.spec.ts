import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aGap } from './readiness.testkit.js';
import { CUSTOMARY_SAMPLES } from './sample-hints.js';
import { earliestWindow } from './window.js';

const since = (id: string, firstEvidenceAt: string | null, changes = {}) => aGap(id, { firstEvidenceAt, ...changes });

describe('the earliest honest window', () => {
  it('begins with the day after the last key control has evidence, and names that control', () => {
    const window = earliestWindow([since('mfa', '2026-02-01T08:00:00.000Z'), since('leavers', '2026-02-10T00:00:00.001Z')], CUSTOMARY_SAMPLES);
    expect(window).toMatchObject({
      from: '2026-02-11', othersAllow: '2026-02-11', keyControls: 2, keyControlsWithEvidence: 2,
      heldBackBy: [{ control: 'leavers', firstEvidenceAt: '2026-02-10T00:00:00.001Z', reason: 'has evidence since 2026-02-10T00:00:00.001Z' }],
    });
    expect(window.reasons).toEqual([
      'Not earlier, since the last key control to have evidence has it since 2026-02-10T00:00:00.001Z; the window begins with the next day in UTC.',
    ]);
    expect(window.lengths.map(({ months, from, to }) => [months, from, to])).toEqual([
      [3, '2026-02-11', '2026-05-11'], [6, '2026-02-11', '2026-08-11'], [9, '2026-02-11', '2026-11-11'], [12, '2026-02-11', '2027-02-11'],
    ]);
  });

  it('begins on that day itself when the evidence came at its midnight', () => {
    expect(earliestWindow([since('mfa', '2026-02-01T00:00:00.000Z')], CUSTOMARY_SAMPLES).from).toBe('2026-02-01');
  });

  it('has no date while a key control has no evidence, and names what holds it back', () => {
    const window = earliestWindow(
      [since('mfa', '2026-02-01T08:00:00.000Z'), since('leavers', null, { verdict: 'no-feed', reasons: ['no feed names hr.worker-left'] }), since('minor', null, { keyControl: false })],
      CUSTOMARY_SAMPLES,
    );
    expect(window).toMatchObject({
      from: null, othersAllow: '2026-02-02', keyControls: 2, keyControlsWithEvidence: 1,
      heldBackBy: [{ control: 'leavers', owner: 'security', firstEvidenceAt: null, reason: 'no feed names hr.worker-left' }],
    });
    expect(window.reasons).toEqual([
      '1 of 2 key controls in scope has no evidence, so no date can be named: a window that began today would have controls in it that nobody can show to have operated.',
    ]);
  });

  it('says that nothing is on file rather than a date', () => {
    expect(earliestWindow([since('mfa', null)], CUSTOMARY_SAMPLES)).toMatchObject({
      from: null, othersAllow: null, reasons: ['Nothing is on file: no key control in scope has evidence, so no date can be named.'], heldBackBy: [{ control: 'mfa' }],
    });
    expect(earliestWindow([since('minor', '2026-02-01T08:00:00.000Z', { keyControl: false })], CUSTOMARY_SAMPLES)).toMatchObject({
      from: null, keyControls: 0, reasons: ['No key control is mapped to what is in scope, so nothing can show that controls operated.'],
    });
  });

  it('counts what a window surely holds beside the customary sample: a quarterly control occurs once in three months', () => {
    const window = earliestWindow([since('access-recertified', '2026-01-01T00:00:00.000Z', { frequency: 'quarterly' }), since('mfa', '2026-01-01T00:00:00.000Z', { frequency: 'continuous' })], CUSTOMARY_SAMPLES);
    expect(window.lengths[0]?.frequencies).toEqual([
      {
        frequency: 'continuous', controls: ['mfa'], expected: null, customarySample: { least: 1, most: 1 }, enough: null,
        note: 'One for each scenario, only where IT general controls work and the control did not change in the window.',
      },
      { frequency: 'quarterly', controls: ['access-recertified'], expected: 1, customarySample: { least: 2, most: 2 }, enough: false },
    ]);
    expect(window.lengths[1]?.frequencies[1]).toMatchObject({ expected: 2, enough: true });
    expect(window.monthsForSamples).toBe(6);
    expect(window.reasons.at(-1)).toBe('A window of 3 months surely holds 1 occurrence of a control that runs quarterly; the customary sample is 2.');
  });

  it.each([
    ['daily', '2026-02-01T00:00:00.000Z', 89, 3],
    ['weekly', '2026-02-01T00:00:00.000Z', 12, 3],
    ['monthly', '2026-02-01T00:00:00.000Z', 3, 3],
    ['annual', '2026-02-01T00:00:00.000Z', 0, 12],
    ['per-event', '2026-02-01T00:00:00.000Z', null, 3],
    ['daily', null, 90, 3],
  ])('of a control that runs %s expects in three months from %s: %s', (frequency, from, expected, months) => {
    const window = earliestWindow([since('one', from, { frequency })], CUSTOMARY_SAMPLES);
    expect([window.lengths[0]?.frequencies[0]?.expected, window.monthsForSamples]).toEqual([expected, months]);
  });

  it('goes by other samples where they are given', () => {
    const hints = { ...CUSTOMARY_SAMPLES, quarterly: { least: 3, most: 4 } };
    const window = earliestWindow([since('access-recertified', '2026-01-01T00:00:00.000Z', { frequency: 'quarterly' })], hints);
    expect([window.monthsForSamples, window.reasons.at(-1)]).toEqual([9, 'A window of 3 months surely holds 1 occurrence of a control that runs quarterly; the customary sample is 3 to 4.']);
    expect(earliestWindow([since('one', null, { frequency: 'annual' })], { ...CUSTOMARY_SAMPLES, annual: { least: 2, most: 2 } }).monthsForSamples).toBeNull();
  });

  it('says where evidence is stale now and where deviations are open', () => {
    const window = earliestWindow([since('mfa', '2026-02-01T00:00:00.000Z', { verdict: 'evidence-stale' }), since('leavers', '2026-02-01T00:00:00.000Z', { verdict: 'deviations-open' })], CUSTOMARY_SAMPLES);
    expect(window.reasons.slice(1)).toEqual([
      'Evidence is stale now of mfa: a window over this time has a stretch in it that is not proven.',
      'Deviations of leavers are open: the report of a window that holds them will name them.',
    ]);
  });

  it('never begins before any key control has evidence, and always says why', () => {
    const instant = fc.option(fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }).map((ms) => new Date(ms).toISOString()), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.record({ firstEvidenceAt: instant, keyControl: fc.boolean() }), { maxLength: 8 }), (all) => {
        const window = earliestWindow(all.map((changes, index) => aGap(`c${index}`, changes)), CUSTOMARY_SAMPLES);
        const keys = all.filter(({ keyControl }) => keyControl);
        expect(window.from === null).toBe(keys.length === 0 || keys.some(({ firstEvidenceAt }) => firstEvidenceAt === null));
        if (window.from !== null) {
          for (const { firstEvidenceAt } of keys) expect(Date.parse(window.from)).toBeGreaterThanOrEqual(Date.parse(String(firstEvidenceAt)));
        }
        expect(window.reasons.length).toBeGreaterThan(0);
        expect(window.heldBackBy.length > 0).toBe(keys.length > 0);
      }),
    );
  });
});
