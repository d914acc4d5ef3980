import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VERDICTS } from './facts.js';
import type { ControlGap } from './control-gap.js';
import type { ControlOnFile, OnFile, TypeOnFile } from './facts.js';
import { countsOf } from './gaps.js';
import type { MeasureGap } from './gaps.js';
import { aControl, anAttestation, delivering, flowing, gapsWith, ms, onFile } from './readiness.testkit.js';

const MFA = aControl('mfa', { maps: { tsc: ['CC6.1'], soc1: ['LA-1'] } });
const CONFIRMED = anAttestation('board-meets', { maps: { tsc: ['CC1.2'], soc1: [] } });

const given = { checks: [{ name: 'confirmed', kind: 'attestation', monitor: false, firstEvidenceAtMs: ms('2026-02-05T00:00:00Z'), lastEvidenceAtMs: ms('2026-02-05T00:00:00Z') }], state: 'pass', fail: 0, openDeviations: 0, unproven: 0 };
const notGiven = { ...given, checks: [{ name: 'confirmed', kind: 'attestation', monitor: false }], state: 'unknown' };

describe('a criterion or objective', () => {
  const find = (file: Parameters<typeof gapsWith>[1], id: string, controls = [MFA, CONFIRMED]) => {
    const found = gapsWith(controls, file).measures.find((measure) => measure.id === id);
    if (found === undefined) throw new Error(id);
    return found;
  };

  it('without a control says so, and which evidence is wanted', () => {
    expect(find(onFile({}), 'PAY-4')).toEqual({
      measure: 'objective', id: 'PAY-4', title: 'The aim of PAY-4', group: 'access', mapping: 'soc1-only', verdict: 'no-control',
      reasons: ['no control is mapped to it'], controls: [], wantedEvidence: ['what shows PAY-4'],
    });
  });

  it('whose events no feed names says so, also beside a feed that may send anything', () => {
    const open: TypeOnFile = { namedBy: [], openTo: ['local'] };
    expect(find(onFile({ mfa: flowing('2026-02-01T00:00:00Z', { checks: [] }) }, { 'identity.account': open }), 'CC6.1')).toMatchObject({
      verdict: 'no-feed',
      reasons: ['mfa: no feed names identity.account (local may send any type, and has sent none of it)'],
      wantedEvidence: [],
      controls: [{ id: 'mfa', eventTypes: [{ type: 'identity.account', status: 'missing', feeds: [], lastEvidenceAt: null }] }],
    });
  });

  it('whose feed has sent nothing has no evidence yet', () => {
    const declared: TypeOnFile = { namedBy: ['okta'], openTo: [] };
    const waiting: ControlOnFile = { checks: [{ name: 'one', kind: 'state', monitor: false }], state: 'no-occurrence', fail: 0, openDeviations: 0, unproven: 0 };
    expect(find(onFile({ mfa: waiting }, { 'identity.account': declared }), 'CC6.1')).toMatchObject({
      verdict: 'no-evidence-yet',
      reasons: ['mfa: the check one has not judged an event yet'],
      controls: [{ eventTypes: [{ status: 'declared', feeds: ['okta'] }], firstEvidenceAt: null }],
    });
  });

  it('of which it is not known how it stands now has stale evidence', () => {
    expect(find(onFile({ mfa: flowing(undefined, { unproven: 2, state: 'unknown' }) }), 'LA-1')).toMatchObject({
      verdict: 'evidence-stale', reasons: ['mfa: of 2 keys it is not known how they stand now'],
    });
  });

  it('with an open deviation says that before anything else', () => {
    expect(find(onFile({ mfa: flowing(undefined, { openDeviations: 1, fail: 1, unproven: 1 }) }), 'CC6.1')).toMatchObject({
      verdict: 'deviations-open', reasons: ['mfa: 1 deviation is open', 'mfa: of 1 key it is not known how they stand now'],
    });
    expect(find(onFile({ mfa: flowing(undefined, { fail: 2 }) }), 'CC6.1')).toMatchObject({ verdict: 'deviations-open', reasons: ['mfa: 2 keys fail now'] });
  });

  it('with evidence of all its key controls has evidence flowing, on both sides of a shared control', () => {
    const file = onFile({ mfa: flowing() });
    for (const id of ['CC6.1', 'LA-1']) {
      expect(find(file, id)).toMatchObject({
        verdict: 'evidence-flowing', reasons: [], wantedEvidence: [],
        controls: [{ firstEvidenceAt: '2026-02-01T08:00:00.000Z', lastEvidenceAt: '2026-03-01T00:00:00.000Z', eventTypes: [{ status: 'delivering', feeds: ['okta'] }] }],
      });
    }
  });

  it('of which a machine sees records only needs a person, until one has confirmed it', () => {
    const byMachine = aControl('minutes', { maps: { tsc: ['CC1.2'], soc1: [] } });
    expect(find(onFile({ minutes: flowing() }), 'CC1.2', [byMachine])).toMatchObject({
      verdict: 'manual-evidence-needed', reasons: ['a machine sees records or metadata of it only: a person has to confirm it'], wantedEvidence: ['what shows CC1.2'],
    });
    const review = aControl('review', { maps: { tsc: ['CC1.2'], soc1: [] }, execution: 'manual', checks: [{ name: 'one', kind: 'cadence', spec: {} }] });
    expect(find(onFile({ review: flowing() }), 'CC1.2', [review])).toMatchObject({ verdict: 'evidence-flowing', controls: [{ byPerson: true }] });
    expect(find(onFile({ 'board-meets': notGiven }), 'CC1.2')).toMatchObject({
      verdict: 'manual-evidence-needed',
      reasons: ['board-meets: the confirmation (attestation.given) was not given yet', 'a machine sees records or metadata of it only: a person has to confirm it'],
      controls: [{ attestation: 'not-given', firstEvidenceAt: null }],
    });
    expect(find(onFile({ 'board-meets': given }), 'CC1.2')).toMatchObject({
      verdict: 'evidence-flowing', controls: [{ attestation: 'given', firstEvidenceAt: '2026-02-05T00:00:00.000Z', lastEvidenceAt: '2026-02-05T00:00:00.000Z' }],
    });
  });

  it('is measured by its key controls where there are any; a deviation of another one counts all the same', () => {
    const minor = aControl('minor', { keyControl: false, maps: { tsc: ['CC6.1'], soc1: [] } });
    const silent = flowing(undefined, { checks: [{ name: 'one', kind: 'state', monitor: false }] });
    expect(find(onFile({ mfa: flowing(), minor: silent }), 'CC6.1', [MFA, minor]).verdict).toBe('evidence-flowing');
    expect(find(onFile({ mfa: flowing(), minor: { ...silent, openDeviations: 1 } }), 'CC6.1', [MFA, minor])).toMatchObject({ verdict: 'deviations-open' });
    expect(find(onFile({ minor: silent }), 'CC6.1', [minor]).verdict).toBe('no-evidence-yet');
  });
});

describe('a control', () => {
  it('has evidence since the last of its checks has; one that only watches feeds, since its events come', () => {
    const two = flowing(undefined, {
      checks: [
        { name: 'one', kind: 'state', monitor: false, firstEvidenceAtMs: ms('2026-02-01T08:00:00Z') },
        { name: 'two', kind: 'state', monitor: false, firstEvidenceAtMs: ms('2026-02-09T08:00:00Z') },
        { name: 'complete', kind: 'reconcile', monitor: true },
      ],
    });
    const watch = flowing(undefined, { checks: [{ name: 'alive', kind: 'heartbeat', monitor: true }] });
    const [a, b] = gapsWith([MFA, aControl('alive', { maps: { tsc: ['CC6.2'], soc1: [] } })], onFile({ mfa: two, alive: watch })).controls;
    expect([a?.firstEvidenceAt, b?.firstEvidenceAt, b?.verdict]).toEqual(['2026-02-09T08:00:00.000Z', '2026-02-01T08:00:00.000Z', 'evidence-flowing']);
  });

  it('that only watches feeds has no evidence while nothing of theirs has come', () => {
    const watch = flowing(undefined, { checks: [{ name: 'alive', kind: 'heartbeat', monitor: true }] });
    const [found] = gapsWith([MFA], onFile({ mfa: watch }, { 'identity.account': { namedBy: ['okta'], openTo: [] } })).controls;
    expect([found?.verdict, found?.reasons]).toEqual(['no-evidence-yet', ['nothing of what it watches has come yet']]);
  });

  it('needs a population from a feed that names it, and no feed for what people confirm', () => {
    const counted = aControl('counted', { maps: { tsc: ['CC6.2'], soc1: [] }, inputs: ['identity.account', 'population.snapshot', 'attestation.given', 'feed.heartbeat'].map((type) => ({ alias: type, type })) });
    const [found] = gapsWith([counted], onFile({ counted: flowing() })).controls;
    expect(found?.eventTypes.map(({ type, status }) => [type, status])).toEqual([['identity.account', 'delivering'], ['population.snapshot', 'missing']]);
    expect(found?.verdict).toBe('no-feed');
  });

  it('outside of the scope is not looked at', () => {
    const backup = aControl('backup', { maps: { tsc: ['A1.2'], soc1: [] } });
    expect(gapsWith([MFA, backup], onFile({})).controls.map(({ id }) => id)).toEqual(['mfa']);
    expect(gapsWith([MFA, backup], onFile({}), { categories: ['security', 'availability'] }).controls.map(({ id }) => id)).toEqual(['mfa', 'backup']);
    expect(gapsWith([MFA, backup], onFile({}), { reports: ['soc1'] }).measures.map(({ id }) => id)).toEqual(['LA-1', 'LA-2', 'PAY-4']);
  });
});

describe('whatever is on file', () => {
  const control = fc.record({
    checks: fc.array(fc.record({ name: fc.constantFrom('one', 'confirmed'), kind: fc.constantFrom('state', 'attestation'), monitor: fc.boolean(), firstEvidenceAtMs: fc.constantFrom(1_000, 2_000) }, { requiredKeys: ['name', 'kind', 'monitor'] }), { maxLength: 3 }),
    state: fc.constantFrom('pass', 'fail', 'unknown'),
    fail: fc.nat(2), openDeviations: fc.nat(2), unproven: fc.nat(2),
  });

  const saysWhatIsOnFile = ({ id, verdict, firstEvidenceAt, reasons }: ControlGap, file: OnFile): void => {
    const { openDeviations, fail, unproven } = file.controls.get(id)!;
    expect(verdict === 'deviations-open').toBe(openDeviations + fail > 0);
    if (verdict === 'evidence-flowing') expect([unproven, firstEvidenceAt === null, reasons]).toEqual([0, false, []]);
  };
  const saysTheWorst = ({ verdict, controls }: MeasureGap): void => {
    if (controls.some((control) => control.verdict === 'deviations-open')) expect(verdict).toBe('deviations-open');
    if (verdict === 'evidence-flowing') expect(controls.filter((control) => control.verdict !== 'evidence-flowing')).toEqual([]);
  };

  it('a deviation is never hidden, evidence flows only where nothing is missing, and the counts add up', () => {
    fc.assert(
      fc.property(fc.record({ mfa: control, 'board-meets': control }), fc.boolean(), (controls, comes) => {
        const file = onFile(controls, comes ? { 'identity.account': delivering } : {});
        const { measures, controls: gaps } = gapsWith([MFA, CONFIRMED], file);
        gaps.forEach((gap) => saysWhatIsOnFile(gap, file));
        measures.forEach(saysTheWorst);
        const counts = countsOf(measures);
        expect(Object.keys(counts)).toEqual([...VERDICTS]);
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(measures.length);
      }),
    );
  });
});
