import { describe, expect, it } from '@jest/globals';
import { compareRevisions } from './compare-revisions.js';
import type { RecordedDeviation } from './deviation-facts.js';
import type { RecordedGap } from './gap-facts.js';
import { noKeyTime } from './key-time.js';
import type { PeriodSummary } from './model.js';
import { summarise } from './summarise.js';
import type { SummaryFacts } from './summarise.js';
import { FROM_MS, QUARTER, TO_MS, aCheck, aControl, aResult, theFacts } from './summarise.testkit.js';

const HOUR_MS = 3_600_000;
const at = (hours: number): number => FROM_MS + hours * HOUR_MS;

const deviation = (changes: Partial<RecordedDeviation> = {}): RecordedDeviation => ({
  id: 'd1', control: 'admin-mfa', check: 'second-factor', key: 'a1', status: 'open', severity: 'critical',
  occurredAtMs: at(1), detectedAtMs: at(1), evidenceIds: ['e1'], backfill: false, ...changes,
});

const gap = (changes: Partial<RecordedGap> = {}): RecordedGap => ({
  id: 'g1', cause: 'feed-silent', feed: 'okta', fromMs: at(5), toMs: at(6), status: 'closed', controls: ['admin-mfa'],
  revision: 1, knownFromMs: at(6), ...changes,
});

/** A frozen revision; each is made an hour after the one before. */
function revision(number: number, changes: Partial<SummaryFacts> = {}): PeriodSummary {
  const facts = theFacts(changes);
  return summarise({ ...facts, header: { ...facts.header, revision: number, nowMs: TO_MS + number * HOUR_MS } });
}

describe('the difference of two frozen revisions', () => {
  it('is empty where nothing but the time of making changed, also with a deviation that is open longer', () => {
    const controls = [aResult({ deviations: [deviation()] })];
    expect(compareRevisions(revision(1, { controls }), revision(2, { controls }))).toEqual({
      from: expect.objectContaining({ revision: 1, generatedAt: '2026-04-01T01:00:00.000Z', dataCutOff: { leafIndex: '41', clock: '2026-04-01T00:00:00.000Z' } }),
      to: expect.objectContaining({ revision: 2, generatedAt: '2026-04-01T02:00:00.000Z' }),
      header: [],
      criteria: [],
      objectives: [],
      controls: { added: [], removed: [], changed: [] },
      deviations: { added: [], removed: [], withdrawn: [], changed: [] },
      measures: [],
      gaps: { added: [], removed: [], changed: [] },
      ruleChanges: { added: [], removed: [] },
    });
  });

  it('names deviations that came, that were withdrawn and that changed, by field', () => {
    const before = [deviation({ id: 'd1' }), deviation({ id: 'd2', key: 'a2' })];
    const after = [
      deviation({ id: 'd1', status: 'closed', remediatedAtMs: at(3), verifiedAtMs: at(3), evidenceIds: ['e1', 'e2'] }),
      deviation({ id: 'd2', key: 'a2', status: 'withdrawn', withdrawnAtMs: at(4) }),
      deviation({ id: 'd3', key: 'a3' }),
    ];
    const { deviations } = compareRevisions(revision(1, { controls: [aResult({ deviations: before })] }), revision(2, { controls: [aResult({ deviations: after })] }));
    expect(deviations.added.map(({ id, key }) => [id, key])).toEqual([['d3', 'a3']]);
    expect(deviations.removed).toEqual([]);
    expect(deviations.withdrawn).toEqual([
      {
        id: 'd2', control: 'admin-mfa', check: 'second-factor', key: 'a2',
        fields: [
          { field: '/status', before: 'open', after: 'withdrawn' },
          { field: '/withdrawnAt', before: null, after: '2026-01-01T04:00:00.000Z' },
        ],
      },
    ]);
    expect(deviations.changed).toEqual([
      {
        id: 'd1', control: 'admin-mfa', check: 'second-factor', key: 'a1',
        fields: expect.arrayContaining([
          { field: '/status', before: 'open', after: 'closed' },
          { field: '/remediatedAt', before: null, after: '2026-01-01T03:00:00.000Z' },
          { field: '/verifiedAt', before: null, after: '2026-01-01T03:00:00.000Z' },
          { field: '/evidenceIds', before: ['e1'], after: ['e1', 'e2'] },
        ]),
      },
    ]);
    expect(deviations.changed[0]?.fields).toHaveLength(4);
  });

  it('says which figures of a control changed, by check, and which words of criteria', () => {
    const failing = aCheck({ time: { ...noKeyTime(), effectiveMs: TO_MS - FROM_MS - HOUR_MS, failingMs: HOUR_MS } });
    const after = aResult({ checks: [failing], deviations: [deviation()], timeline: [{ state: 'fail', ...QUARTER }] });
    const { controls, criteria, objectives } = compareRevisions(revision(1), revision(2, { controls: [after] }));
    const check = '/checks/second-factor by l1 from 2026-01-01T00:00:00.000Z';
    expect(controls.added).toEqual([]);
    expect(controls.changed).toHaveLength(1);
    expect(controls.changed[0]).toMatchObject({ id: 'admin-mfa', timelineChanged: true });
    expect(controls.changed[0]?.fields).toEqual(
      expect.arrayContaining([
        { field: `${check}/time/failingMs`, before: 0, after: HOUR_MS },
        { field: `${check}/time/effectiveMs`, before: TO_MS - FROM_MS, after: TO_MS - FROM_MS - HOUR_MS },
        { field: `${check}/time/observedEffectiveness/text`, before: '100.00 %', after: '99.95 %' },
        { field: '/deviations/open', before: 0, after: 1 },
        { field: '/controlLevel/failMs', before: 0, after: TO_MS - FROM_MS },
      ]),
    );
    expect(controls.changed[0]?.fields.map(({ field }) => field)).not.toContain(`${check}/keys`);
    expect(criteria).toEqual([
      { id: 'CC6.1', fields: expect.arrayContaining([{ field: '/state', before: 'no deviations noted by monitoring', after: 'deviations noted' }]) },
    ]);
    expect(objectives.map(({ id }) => id)).toEqual(['ICFR-LA-1']);
  });

  it('shows one more check of a new logic by itself, and the change of the rule', () => {
    const versions = [
      { definitionHash: 'd1', logicHash: 'l1', title: 'Administrators sign in with a second factor', effectiveFromMs: FROM_MS, effectiveToMs: at(24) },
      { definitionHash: 'd2', logicHash: 'l2', title: 'Administrators sign in with a second factor', effectiveFromMs: at(24) },
    ];
    const newer = aCheck({ logicHash: 'l2', inForce: { fromMs: at(24), toMs: TO_MS } });
    const { controls, ruleChanges } = compareRevisions(revision(1), revision(2, { controls: [aResult({ versions, checks: [newer, aCheck()] })] }));
    const checks = controls.changed[0]?.fields.filter(({ field }) => field.startsWith('/checks'));
    expect(checks).toEqual([
      { field: '/checks/second-factor by l2 from 2026-01-02T00:00:00.000Z', before: null, after: expect.objectContaining({ logicHash: 'l2' }) },
    ]);
    expect(ruleChanges).toEqual({
      added: [{ control: 'admin-mfa', effectiveFrom: '2026-01-02T00:00:00.000Z', definitionHash: 'd2', logicChanged: true }],
      removed: [],
    });
  });

  it('names gaps that came, went and were filled later, and controls that came and went', () => {
    const before = { gaps: [gap({ id: 'g1' }), gap({ id: 'g2' })], controls: [aResult()] };
    const after = {
      gaps: [gap({ id: 'g1', status: 'backfilled', revision: 2 }), gap({ id: 'g3' })],
      controls: [aResult({ definition: aControl({ id: 'backups-succeed' }) })],
    };
    const { gaps, controls } = compareRevisions(revision(1, before), revision(2, after));
    expect(gaps.added.map(({ id }) => id)).toEqual(['g3']);
    expect(gaps.removed.map(({ id }) => id)).toEqual(['g2']);
    expect(gaps.changed).toEqual([
      {
        id: 'g1',
        fields: expect.arrayContaining([
          { field: '/status', before: 'closed', after: 'backfilled' },
          { field: '/revision', before: 1, after: 2 },
        ]),
      },
    ]);
    expect([controls.added, controls.removed]).toEqual([['backups-succeed'], ['admin-mfa']]);
  });

  it('shows another catalogue and another threshold in the header', () => {
    const facts = theFacts();
    const other = { engagement: { ...facts.engagement, coverageThreshold: 0.9 }, header: { ...facts.header, catalogueHash: 'decaf' } };
    expect(compareRevisions(revision(1), revision(2, other)).header).toEqual([
      { field: '/catalogueHash', before: 'c0ffee', after: 'decaf' },
      { field: '/coverageThreshold', before: 0.95, after: 0.9 },
    ]);
  });
});
