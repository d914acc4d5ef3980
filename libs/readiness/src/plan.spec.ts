import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { plusMonths } from './calendar.js';
import { misconceptionsAbout } from './misconceptions.js';
import { planOf } from './plan.js';
import type { ReportType } from './questions.js';
import { aControl, anAttestation, flowing, gapsWith, ms, onFile } from './readiness.testkit.js';
import { CUSTOMARY_SAMPLES } from './sample-hints.js';

const MFA = aControl('mfa', { maps: { tsc: ['CC6.1', 'CC6.2'], soc1: [] } });
const BOARD = anAttestation('board-meets', { maps: { tsc: ['CC1.2'], soc1: [] } });
const given = flowing(undefined, { checks: [{ name: 'confirmed', kind: 'attestation', monitor: false, firstEvidenceAtMs: ms('2026-02-05T00:00:00Z') }] });
const notGiven = flowing(undefined, { checks: [{ name: 'confirmed', kind: 'attestation', monitor: false }], state: 'unknown' });

const nothingMissing = gapsWith([MFA, BOARD], onFile({ mfa: flowing(), 'board-meets': given }), { reports: ['soc2'] });
const muchMissing = gapsWith([MFA, BOARD], onFile({ mfa: flowing(undefined, { openDeviations: 1 }), 'board-meets': notGiven }), { reports: ['soc2'], categories: ['security', 'availability'] });

const plan = (gaps: typeof nothingMissing, type: ReportType, start = '2026-03-02T15:00:00Z') => planOf(gaps, { type, startMs: ms(start), hints: CUSTOMARY_SAMPLES });
const days = ({ steps }: ReturnType<typeof plan>) =>
  steps.map(({ step, begins, ends }) => [step, `${begins.earliest}/${begins.latest}`, ends === null ? null : `${ends.earliest}/${ends.latest}`]);

describe('the plan of a Type II', () => {
  it('has its steps one after the other, each with the days that its duration allows', () => {
    expect(days(plan(muchMissing, 'II'))).toEqual([
      [1, '2026-03-02/2026-03-02', '2026-03-09/2026-03-23'],
      [2, '2026-03-09/2026-03-23', '2026-04-06/2026-05-18'],
      [3, '2026-04-06/2026-05-18', '2026-05-06/2026-11-18'],
      [5, '2026-05-06/2026-11-18', '2026-08-06/2027-11-18'],
      [6, '2026-08-06/2027-11-18', '2026-08-20/2027-12-16'],
      [7, '2026-08-20/2027-12-16', '2026-09-03/2028-01-13'],
      [8, '2026-04-06/2026-05-18', null],
    ]);
    expect(plan(muchMissing, 'II')).toMatchObject({ type: 'II', start: '2026-03-02', report: { earliest: '2026-09-03', latest: '2028-01-13' } });
  });

  it('puts what remains into the step in which it is settled', () => {
    const { steps } = plan(muchMissing, 'II');
    expect(steps.map(({ step, gaps }) => [step, gaps.map(({ kind, id, verdict }) => `${kind} ${id} ${verdict}`)])).toEqual([
      [1, []],
      [2, ['control board-meets manual-evidence-needed']],
      [3, ['criterion A1.2 no-control', 'control mfa deviations-open']],
      [5, []], [6, []], [7, []], [8, []],
    ]);
    expect(steps[1]?.gaps[0]?.action).toBe('let the named role confirm it');
  });

  it('needs no remediation where nothing is missing, and its window can have begun already', () => {
    const made = plan(nothingMissing, 'II');
    expect(made.steps.find(({ step }) => step === 3)).toMatchObject({
      begins: { earliest: '2026-04-06', latest: '2026-05-18' }, ends: { earliest: '2026-04-06', latest: '2026-06-18' }, gaps: [],
      notes: ['Monitoring sees nothing that has to be built; what it cannot see is for the assessment to find.'],
    });
    expect(made.window?.from).toBe('2026-02-05');
    expect(made.steps.find(({ step }) => step === 5)).toMatchObject({ begins: { earliest: '2026-02-05', latest: '2026-06-18' }, ends: { earliest: '2026-05-05', latest: '2027-06-18' } });
  });

  it('says beside the window when the evidence on file names no day', () => {
    expect(plan(muchMissing, 'II').steps.find(({ step }) => step === 5)?.notes[0]).toBe(
      'These days are what the steps before it allow: the evidence on file names no day yet (see the earliest window).',
    );
  });
});

describe('the plan of a Type I', () => {
  it('has an as-of date and no window', () => {
    const made = plan(nothingMissing, 'I');
    expect(made.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 6, 7, 8]);
    expect(made.window).toBeNull();
    expect(made.steps.find(({ step }) => step === 4)?.notes).toEqual(['The as-of date; fieldwork and the report follow it.']);
  });

  it('that is followed by a Type II has the window start the day after it', () => {
    const made = plan(muchMissing, 'I-then-II');
    const [typeI, window] = [made.steps.find(({ step }) => step === 4), made.steps.find(({ step }) => step === 5)];
    expect([typeI?.begins, window?.begins]).toEqual([{ earliest: '2026-05-06', latest: '2026-11-18' }, { earliest: '2026-05-07', latest: '2026-11-19' }]);
    expect(typeI?.notes[0]).toContain('the report of Type I between 2026-06-03 and 2027-01-13');
    expect(window?.notes[0]).toBe('The window starts the day after the as-of date of the Type I.');
  });
});

it('whatever is missing and whenever it starts, no step ends before it begins and the report is the last', () => {
  fc.assert(
    fc.property(fc.constantFrom('I', 'II', 'I-then-II'), fc.boolean(), fc.integer({ min: ms('2020-01-01'), max: ms('2040-01-01') }), (type, missing, startMs) => {
      const { steps, report, start } = planOf(missing ? muchMissing : nothingMissing, { type, startMs, hints: CUSTOMARY_SAMPLES });
      for (const { begins, ends } of steps) {
        expect(begins.earliest <= begins.latest).toBe(true);
        if (ends !== null) expect([ends.earliest >= begins.earliest, ends.latest >= begins.latest, ends.earliest <= ends.latest]).toEqual([true, true, true]);
        if (ends !== null) expect(ends.latest <= report.latest).toBe(true);
      }
      expect(report.earliest > start).toBe(true);
    }),
  );
});

it.each([
  ['2026-01-31', 1, '2026-02-28'],
  ['2027-11-30', 3, '2028-02-29'],
  ['2026-03-15', 12, '2027-03-15'],
])('a month after %s is counted by the calendar (+%d: %s)', (from, months, to) => {
  expect(new Date(plusMonths(ms(from), months)).toISOString().slice(0, 10)).toBe(to);
});

describe('misconceptions', () => {
  const ids = (situation: Parameters<typeof misconceptionsAbout>[0]) => misconceptionsAbout(situation).map(({ id }) => id);

  it('are answered where they arise', () => {
    expect(ids({ at: 'decision', soc1: true, soc2: true, type: 'II' })).toEqual(['certificate', 'soc2-for-soc1', 'vendor-covers-us', 'six-months']);
    expect(ids({ at: 'decision', soc1: false, soc2: true, type: 'I' })).toEqual(['certificate', 'vendor-covers-us']);
    expect(ids({ at: 'gaps', soc1: false, soc2: true, verdicts: ['no-control', 'evidence-flowing'] })).toEqual(['vendor-covers-us', 'points-of-focus', 'prescribed-controls', 'green-dashboard']);
    expect(ids({ at: 'gaps', soc1: true, soc2: false, verdicts: ['deviations-open', 'no-control'] })).toEqual(['one-exception']);
    expect(ids({ at: 'plan', soc1: true, soc2: false, type: 'I-then-II' })).toEqual(['one-exception', 'tool-reports', 'six-months', 'sample-sizes']);
    expect(ids({ at: 'plan', soc1: true, soc2: false, type: 'I' })).toEqual(['tool-reports']);
  });
});
