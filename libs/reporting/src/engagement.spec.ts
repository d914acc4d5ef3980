import { describe, expect, it } from '@jest/globals';
import { completeEngagement, criteriaInScope, engagementRequest } from './engagement.js';
import { aCatalogue, anEngagement } from './summarise.testkit.js';

const complete = (request: unknown) => completeEngagement(engagementRequest.parse(request), aCatalogue());
const typeTwo = { name: 'Q1', type: 'II', from: '2026-01-01', to: '2026-04-01' };

describe('engagement', () => {
  it('takes a date as its midnight in UTC and adds the common criteria to every SOC 2', () => {
    expect(complete({ ...typeTwo, reports: ['soc2'], categories: ['availability'] })).toEqual({
      ok: true,
      value: {
        name: 'Q1',
        reports: ['soc2'],
        time: { type: 'II', from: '2026-01-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' },
        categories: ['security', 'availability'],
        objectives: [],
        systems: [],
        coverageThreshold: 0.95,
      },
    });
  });

  it('takes * as every system, so that it never hides a deviation', () => {
    const done = complete({ ...typeTwo, reports: ['soc2'], systems: ['*', 'okta'] });
    expect(done.ok && done.value.systems).toEqual([]);
  });

  it('measures SOC 1 against all objectives of the catalogue when none is named', () => {
    const done = complete({ ...typeTwo, reports: ['soc1'] });
    expect(done.ok && done.value.objectives).toEqual(['ICFR-LA-1', 'ICFR-LA-2']);
    expect(done.ok && done.value.categories).toEqual([]);
  });

  it.each([
    [{ ...typeTwo, reports: ['soc2'], asOf: '2026-01-01' }, '/asOf'],
    [{ ...typeTwo, reports: ['soc2'], to: '2026-01-01' }, '/to'],
    [{ name: 'x', type: 'II', reports: ['soc2'], to: '2026-01-01' }, '/from'],
    [{ name: 'x', type: 'II', reports: ['soc2'], from: '2026-01-01' }, '/to'],
    [{ name: 'x', type: 'I', reports: ['soc2'] }, '/asOf'],
    [{ name: 'x', type: 'I', reports: ['soc2'], asOf: '2026-01-01', from: '2026-01-01' }, '/from'],
    [{ ...typeTwo, reports: ['soc1'], objectives: ['ICFR-LA-1', 'X-1'] }, '/objectives/1'],
    [{ ...typeTwo, reports: ['soc2'], objectives: ['ICFR-LA-1'] }, '/objectives'],
  ])('refuses what does not fit together: %j at %s', (request, pointer) => {
    const done = complete(request);
    expect(done.ok ? [] : done.faults.map((fault) => fault.pointer)).toEqual([pointer]);
  });

  it('refuses unknown fields, reports and days that are in no calendar', () => {
    expect(engagementRequest.safeParse({ ...typeTwo, reports: ['soc3'] }).success).toBe(false);
    expect(engagementRequest.safeParse({ ...typeTwo, reports: ['soc2'], period: 1 }).success).toBe(false);
    expect(engagementRequest.safeParse({ ...typeTwo, reports: ['soc2'], from: '2026-13-01' }).success).toBe(false);
  });

  it('has in scope the criteria of its categories only', () => {
    const ids = (categories: readonly ('security' | 'availability')[]) =>
      criteriaInScope(anEngagement({ categories }), aCatalogue()).map(({ id }) => id);
    expect(ids(['security'])).toEqual(['CC1.1', 'CC6.1']);
    expect(ids(['security', 'availability'])).toEqual(['CC1.1', 'CC6.1', 'A1.1']);
  });
});
