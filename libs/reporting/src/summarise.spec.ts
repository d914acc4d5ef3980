import { describe, expect, it } from '@jest/globals';
import type { RecordedDeviation } from './deviation-facts.js';
import { noOccurrences } from './occurrences.js';
import { summarise } from './summarise.js';
import { aCheck, aControl, aResult, anEngagement, FROM_MS, theFacts, TO_MS } from './summarise.testkit.js';
import { summaryRows } from './summary-rows.js';

const MINUTE_MS = 60_000;
const fixedInAMinute: RecordedDeviation = {
  id: 'd1', control: 'admin-mfa', check: 'second-factor', key: '=okta/a1', status: 'closed', severity: 'critical',
  occurredAtMs: FROM_MS, detectedAtMs: FROM_MS + 500, notifiedAtMs: FROM_MS + 900,
  remediatedAtMs: FROM_MS + MINUTE_MS, verifiedAtMs: FROM_MS + MINUTE_MS + 500, evidenceIds: ['ev1', 'ev2'], backfill: false,
};
const withdrawn: RecordedDeviation = {
  id: 'd2', control: 'admin-mfa', check: 'second-factor', key: 'okta/a2', status: 'withdrawn', severity: 'critical',
  occurredAtMs: FROM_MS + 10, detectedAtMs: FROM_MS + 20, withdrawnAtMs: FROM_MS + 30, evidenceIds: [], backfill: true,
};
const still: RecordedDeviation = {
  id: 'd3', control: 'admin-mfa', check: 'second-factor', key: 'okta/a3', status: 'open', severity: 'critical',
  occurredAtMs: TO_MS - MINUTE_MS, detectedAtMs: TO_MS - MINUTE_MS, evidenceIds: ['ev3'], backfill: false,
};
const silence = {
  id: 'g1', revision: 2, cause: 'feed-silent' as const, feed: 'okta', fromMs: FROM_MS + 1_000, toMs: FROM_MS + 61_000,
  status: 'backfilled', knownFromMs: FROM_MS + 5_000, controls: ['admin-mfa'],
};
const withThree = () => theFacts({ controls: [aResult({ deviations: [fixedInAMinute, withdrawn, still] })], gaps: [silence] });

const FORBIDDEN = /compliant|certified|\bpassed\b|auditor-approved|operating effectively/i;

describe('period summary', () => {
  it('says who prepared it, what it is not, and through what it is known', () => {
    expect(summarise(theFacts()).header).toEqual({
      statement: "Prepared by management from its monitoring records. Not a SOC report, not an auditor's opinion.",
      status: 'live, not frozen',
      revision: null,
      engagement: { id: 'e1', name: 'First quarter' },
      entity: 'Larkspur Payroll',
      systems: 'all',
      reports: ['soc1', 'soc2'],
      type: 'II',
      categories: ['security'],
      period: { from: '2026-01-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' },
      elapsedTo: '2026-04-01T00:00:00.000Z',
      judgedUntil: '2026-04-01T00:00:00.000Z',
      dataCutOff: { leafIndex: '41', clock: '2026-04-01T00:00:00.000Z' },
      catalogueHash: 'c0ffee',
      coverageThreshold: 0.95,
      feedsWithoutLiveness: ['local'],
      generatedAt: '2026-04-01T00:00:01.000Z',
      manifestHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('says DEMO first, in the header and in the table, when its ledger is a demo\'s, and only then', () => {
    const { header } = theFacts();
    const summary = summarise(theFacts({ header: { ...header, demo: true } }));
    expect(summary.header).toMatchObject({ demo: true, statement: expect.stringMatching(/^DEMO: .* Not a SOC report/) });
    const rows = [...summaryRows(summary)].filter(([section, id]) => section === 'header' && (id === 'demo' || id === 'statement'));
    expect(rows.map((row) => row.join(','))).toEqual([expect.stringContaining('DEMO: '), expect.stringContaining('true')]);
    expect(summarise(theFacts()).header).not.toHaveProperty('demo');
  });

  it('holds every deviation, one fixed in a minute and a withdrawn one with both times as well', () => {
    const { deviations, measures, controls } = summarise(withThree());
    expect(deviations.map(({ id, status }) => [id, status])).toEqual([['d1', 'closed'], ['d2', 'withdrawn'], ['d3', 'open']]);
    expect(deviations[0]).toMatchObject({
      owner: 'it-operations',
      occurredAt: '2026-01-01T00:00:00.000Z',
      detectedAt: '2026-01-01T00:00:00.500Z',
      notifiedAt: '2026-01-01T00:00:00.900Z',
      remediatedAt: '2026-01-01T00:01:00.000Z',
      verifiedAt: '2026-01-01T00:01:00.500Z',
      timeToDetectMs: 500,
      timeToRemediateMs: MINUTE_MS,
      exposureMs: MINUTE_MS + 500,
      evidenceIds: ['ev1', 'ev2'],
    });
    expect(deviations[1]).toMatchObject({ detectedAt: '2026-01-01T00:00:00.020Z', withdrawnAt: '2026-01-01T00:00:00.030Z' });
    expect(measures.openDeviations).toEqual([
      { id: 'd3', control: 'admin-mfa', key: 'okta/a3', occurredAt: '2026-03-31T23:59:00.000Z', openForMs: MINUTE_MS + 1_000 },
    ]);
    expect(controls[0]?.deviations).toEqual({ open: 1, closed: 1, withdrawn: 1, merged: 0 });
  });

  it('rolls criteria and objectives up in the five words and nothing stronger', () => {
    const clean = summarise(theFacts());
    expect(clean.criteria.map(({ id, state }) => [id, state])).toEqual([
      ['CC1.1', 'not covered'],
      ['CC6.1', 'no deviations noted by monitoring'],
    ]);
    expect(clean.objectives.map(({ id, state }) => [id, state])).toEqual([
      ['ICFR-LA-1', 'no deviations noted by monitoring'],
      ['ICFR-LA-2', 'not covered'],
    ]);
    expect(summarise(withThree()).criteria[1]?.state).toBe('deviations noted');
    const weak = aResult({ definition: aControl({ maps: { tsc: ['CC1.1'], soc1: [] } }) });
    expect(summarise(theFacts({ controls: [weak] })).criteria[0]?.state).toBe('manual evidence needed');
  });

  it('lists gaps with source, cause, controls hit and what was collected late', () => {
    expect(summarise(withThree()).gaps).toEqual([
      {
        id: 'g1', cause: 'feed-silent', source: 'feed okta', from: '2026-01-01T00:00:01.000Z', to: '2026-01-01T00:01:01.000Z',
        status: 'backfilled', controls: ['admin-mfa'], collectedLate: true, revision: 2,
      },
    ]);
  });

  it('names the changes of rules inside the period, and whether what is judged changed', () => {
    const base = { title: 't', logicHash: 'l1' };
    const versions = [
      { ...base, definitionHash: 'd1', effectiveFromMs: FROM_MS - 1, effectiveToMs: FROM_MS + 5 },
      { ...base, definitionHash: 'd2', effectiveFromMs: FROM_MS + 5, effectiveToMs: FROM_MS + 9 },
      { ...base, logicHash: 'l2', definitionHash: 'd3', effectiveFromMs: FROM_MS + 9 },
    ];
    expect(summarise(theFacts({ controls: [aResult({ versions })] })).ruleChanges).toEqual([
      { control: 'admin-mfa', effectiveFrom: '2026-01-01T00:00:00.005Z', definitionHash: 'd2', logicChanged: false },
      { control: 'admin-mfa', effectiveFrom: '2026-01-01T00:00:00.009Z', definitionHash: 'd3', logicChanged: true },
    ]);
  });

  it('shows the state at the date, and no figures of a period, for Type I', () => {
    const result = aResult({ checks: [aCheck({ keysAsOf: { pass: 3, fail: 1 } })], timeline: [{ state: 'fail', fromMs: FROM_MS, toMs: FROM_MS + 1 }] });
    const engagement = anEngagement({ time: { type: 'I', asOf: '2026-01-01T00:00:00.000Z' } });
    const summary = summarise(theFacts({ engagement, controls: [result], elapsed: { fromMs: FROM_MS, toMs: FROM_MS + 1 } }));
    expect(summary.header).toMatchObject({ type: 'I', asOf: '2026-01-01T00:00:00.000Z' });
    expect(summary.header.period).toBeUndefined();
    expect(summary.controls[0]).toMatchObject({ stateAsOf: 'fail' });
    expect(summary.controls[0]?.controlLevel).toBeUndefined();
    expect(summary.controls[0]?.checks[0]?.time).toBeUndefined();
    expect(summary.controls[0]?.checks[0]?.keysAsOf).toEqual({ pass: 3, fail: 1 });
  });

  it('says since when judging stands still', () => {
    const facts = theFacts();
    const late = { ...facts, header: { ...facts.header, nowMs: TO_MS + 2 * MINUTE_MS } };
    expect(summarise(late).header.notJudgedSince).toBe('2026-04-01T00:00:00.000Z');
  });

  it('hashes what it says: the same facts give the same hash, one more deviation another', () => {
    expect(summarise(theFacts()).header.manifestHash).toBe(summarise(theFacts()).header.manifestHash);
    expect(summarise(theFacts()).header.manifestHash).not.toBe(summarise(withThree()).header.manifestHash);
  });

  it('uses none of the words that only an auditor may use', () => {
    expect(JSON.stringify(summarise(withThree()))).not.toMatch(FORBIDDEN);
  });

  it('becomes one table whose text cells cannot run as formulas', () => {
    const rows = [...summaryRows(summarise(withThree()))];
    const [columns = []] = rows;
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([columns.length]));
    const deviation = rows.find((row) => row[0] === 'deviation') ?? [];
    expect(deviation[columns.indexOf('key')]).toBe("'=okta/a1");
    expect(rows.map((row) => row[0])).toEqual(expect.arrayContaining(['header', 'criterion', 'objective', 'control', 'check', 'timeline', 'gap']));
    expect(rows.filter((row) => row[0] === 'deviation')).toHaveLength(3);
  });

  it('is of a revision when it is frozen, and of the systems and the entity that the engagement names', () => {
    const facts = theFacts({ engagement: anEngagement({ systems: ['okta'], entity: 'Larkspur Payroll GmbH' }) });
    const { watermarkMs: _, ...untold } = facts.header;
    const frozen = summarise({ ...facts, header: { ...untold, revision: 3, cutOffLeafIndex: null } });
    expect(frozen.header).toMatchObject({
      status: 'frozen', revision: 3, systems: ['okta'], entity: 'Larkspur Payroll GmbH', judgedUntil: null, dataCutOff: { leafIndex: null },
    });
  });

  it('gives occurrences instead of time where a check is of occurrences, and neither where it only counts', () => {
    const occurrences = { ...noOccurrences(), population: 4, evaluated: 3, deviations: 1 };
    const result = aResult({
      checks: [
        aCheck({ name: 'removed-in-time', kind: 'followed-by', timing: 'occurrence-based', occurrences, keys: 4 }),
        aCheck({ name: 'complete', kind: 'reconcile', timing: 'monitor' }),
      ],
      deviations: [{ ...fixedInAMinute, occurredUntilMs: FROM_MS + 5, system: 'okta', reason: 'too late' }],
    });
    const summary = summarise(theFacts({ controls: [aResult({ definition: aControl({ id: 'z-last' }) }), result] }));
    expect(summary.controls.map(({ id }) => id)).toEqual(['admin-mfa', 'z-last']);
    const [removed, complete] = summary.controls[0]?.checks ?? [];
    expect(removed?.occurrences).toMatchObject({ population: 4, unevaluated: 1, deviationRate: { text: '33.33 %' }, worstCase: { text: '50.00 %' } });
    expect([removed?.time, complete?.time, complete?.occurrences]).toEqual([undefined, undefined, undefined]);
    expect(summary.deviations[0]).toMatchObject({ occurredUntil: '2026-01-01T00:00:00.005Z', timeToDetectAtLeastMs: 495, system: 'okta', reason: 'too late' });
    const row = [...summaryRows(summary)].find((cells) => cells.includes('removed-in-time')) ?? [];
    expect(row).toEqual(expect.arrayContaining(['33.33 %', '50.00 %', 'evaluated']));
  });

  it('names gaps by what they are of: a check and key, or monitoring itself', () => {
    const base = { revision: 1, fromMs: FROM_MS, status: 'open', knownFromMs: FROM_MS, controls: [] };
    const gaps = [
      { ...base, id: 'g1', cause: 'check-error' as const, control: 'admin-mfa', check: 'second-factor', key: 'a1', detail: 'no such field' },
      { ...base, id: 'g2', cause: 'not-judged' as const, note: 'the broker was away' },
    ];
    const summary = summarise(theFacts({ gaps }));
    expect(summary.gaps.map(({ source, to, detail, note }) => [source, to, detail, note])).toEqual([
      ['check admin-mfa/second-factor/a1', null, 'no such field', undefined],
      ['monitoring', null, undefined, 'the broker was away'],
    ]);
  });

  it('puts changes of rules and what Type I shows into the table', () => {
    const versions = [
      { definitionHash: 'd1', logicHash: 'l1', title: 't', effectiveFromMs: FROM_MS - 1, effectiveToMs: FROM_MS + 5 },
      { definitionHash: 'd2', logicHash: 'l1', title: 't', effectiveFromMs: FROM_MS + 5, effectiveToMs: FROM_MS + 9 },
      { definitionHash: 'd3', logicHash: 'l2', title: 't', effectiveFromMs: FROM_MS + 9 },
    ];
    const rows = [...summaryRows(summarise(theFacts({ controls: [aResult({ versions })] })))];
    expect(rows.filter(([section]) => section === 'rule-change').map((row) => row.at(-2))).toEqual(['wording changed', 'what is judged changed']);
    const engagement = anEngagement({ time: { type: 'I', asOf: '2026-01-01T00:00:00.000Z' } });
    const atDate = [...summaryRows(summarise(theFacts({ engagement, controls: [aResult({ timeline: [], checks: [aCheck({ keysAsOf: { pass: 1 } })] })] })))];
    expect(atDate.find(([section]) => section === 'check')?.at(-2)).toBe('state; keys by state {"pass":1}');
    expect(atDate.find(([section]) => section === 'control')).toContain('unknown');
  });
});
