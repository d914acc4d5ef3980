import { describe, expect, it } from '@jest/globals';
import { hdfInspec } from './hdf-inspec.format.js';
import { EXPECTED } from './hdf-inspec.samples.testkit.js';
import { sampleFiles, sampleText, send, sendSample, shown, type Shown } from './samples.testkit.js';

describe('the samples of InSpec and HDF', () => {
  it('are all written out', () => {
    expect([...Object.keys(EXPECTED), 'broken.truncated.json'].sort()).toEqual(sampleFiles('hdf-inspec'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(hdfInspec, file))).toEqual(EXPECTED[file]);
  });

  it('broken.truncated.json is refused with the path', () => {
    expect(sendSample(hdfInspec, 'broken.truncated.json')).toMatchObject({ outcome: 'malformed', faults: [{ pointer: expect.stringMatching(/^\/profiles\/0\/controls\/0/) }] });
  });
});

interface Report {
  readonly profiles: readonly { readonly controls: readonly object[] }[];
}

describe('a control of InSpec', () => {
  const base = JSON.parse(sampleText('hdf-inspec', 'minimal-hdf.json')) as Report;
  const read = (control: object, profile: object = {}): Shown[] => {
    const [first] = base.profiles;
    const [given] = first?.controls ?? [];
    return shown(send(hdfInspec, JSON.stringify({ ...base, profiles: [{ ...first, ...profile, controls: [{ ...given, ...control }] }] })));
  };
  const of = (control: object): unknown => read(control)[0];
  const results = (...words: (string | null)[]): object => ({ results: words.map((status) => ({ status, code_desc: 'x', start_time: '2026-01-31T12:00:00Z' })) });

  it.each([
    [['passed'], 'pass'],
    [['passed', 'failed', 'error'], 'fail'],
    [['passed', 'skipped'], 'unknown'],
    [['error', 'passed'], 'error'],
    [['PASSED'], 'pass'],
    [['constructor'], 'unknown'],
    [[null], 'unknown'],
    [['no_status', 'passed'], 'unknown'],
    [[], 'error'],
  ])('with results %j is %s', (words, outcome) => {
    expect(of(results(...words))).toMatchObject({ data: { outcome } });
    expect(of(results(...words))).not.toHaveProperty('data.suppressed');
  });

  it.each([null, undefined])('with results %s is an error: nothing is not a pass', (none) => {
    expect(of({ results: none })).toMatchObject({ data: { outcome: 'error' } });
    expect(of({ results: none, status: 'passed' })).toMatchObject({ data: { outcome: 'unknown' } });
    expect(of({ results: none, impact: 0 })).toMatchObject({ data: { outcome: 'not-applicable' } });
    expect(of({ results: none, waiver_data: { skipped_due_to_waiver: true } })).toMatchObject({ data: { outcome: 'unknown', suppressed: true } });
  });

  it('whose own word is worse than its results has that', () => {
    expect(of({ ...results('passed'), status: 'not_reviewed' })).toMatchObject({ data: { outcome: 'unknown' } });
    expect(of({ ...results('passed'), status: 'failed' })).toMatchObject({ data: { outcome: 'fail' } });
    expect(of({ ...results('failed'), status: 'passed' })).toMatchObject({ data: { outcome: 'fail' } });
  });

  it('of impact 0 does not apply, unless it failed or broke', () => {
    for (const impact of [0, '0.0', 'none']) expect(of({ ...results('passed'), impact })).toMatchObject({ data: { outcome: 'not-applicable', severity: 'informational' } });
    expect(of({ ...results('failed'), impact: 0 })).toMatchObject({ data: { outcome: 'fail', severity: 'informational' } });
    expect(of({ ...results('error'), impact: 0 })).toMatchObject({ data: { outcome: 'error' } });
  });

  it.each([
    [0.1, 'low'],
    [0.4, 'medium'],
    [0.7, 'high'],
    [0.9, 'critical'],
    ['critical', 'critical'],
    ['0.5', 'medium'],
  ])('of impact %j is %s', (impact, severity) => {
    expect(of({ impact })).toMatchObject({ data: { severity } });
  });

  it('of no impact that can be read has no severity', () => {
    expect(of({ impact: null })).not.toHaveProperty('data.severity');
    expect(of({ impact: 'much' })).not.toHaveProperty('data.severity');
  });

  it.each([
    [{ skipped_due_to_waiver: true }, 'passed', 'unknown', true],
    [{ skipped_due_to_waiver: 'true' }, 'passed', 'unknown', true],
    [{ skipped_due_to_waiver: false, run: true }, 'failed', 'fail', true],
    [{ skipped_due_to_waiver: false, justification: 'RISK-1' }, 'passed', 'unknown', true],
    [{ justification: 'RISK-1', message: 'Waiver expired on 2025-01-01' }, 'passed', 'pass', undefined],
    [{ skipped_due_to_waiver: false, message: '' }, 'passed', 'pass', undefined],
  ])('with waiver %j and %s is %s', (waiver, word, outcome, suppressed) => {
    const item = of({ ...results(word), waiver_data: waiver });
    expect(item).toMatchObject({ data: { outcome } });
    expect((item as { data: { suppressed?: boolean } }).data.suppressed).toBe(suppressed);
  });

  it('with a backtrace broke, and one that a person attests did not run', () => {
    expect(of({ results: [{ status: 'failed', backtrace: ['a.rb:1'] }] })).toMatchObject({ data: { outcome: 'error' } });
    expect(of({ results: [{ status: 'passed', backtrace: [] }] })).toMatchObject({ data: { outcome: 'pass' } });
    expect(of({ results: [{ status: 'passed', code_desc: 'Manual verification status via attestation' }] })).toMatchObject({ data: { outcome: 'unknown' } });
    expect(of({ results: [{ status: 'failed', code_desc: 'Manual verification status via attestation' }] })).toMatchObject({ data: { outcome: 'fail' } });
  });

  it.each([
    ['2026-01-31T13:00:00+01:00'],
    ['2026-01-31 07:00:00 -0500'],
    ['2026-01-31 12:00:00 UTC'],
    ['2026-01-31 12:00:00'],
    ['Sat, 31 Jan 2026 12:00:00 GMT'],
    ['Sat Jan 31 12:00:00 2026'],
    ['Sat Jan 31 07:00:00 EST 2026'],
  ])('that started at %s is of that instant', (written) => {
    expect(of({ results: [{ status: 'passed', start_time: written }] })).toMatchObject({ time: '2026-01-31T12:00:00.000Z' });
  });

  it.each(['Sat is no day', 'Sat Jan 31 99:00:00 2026', '2026-13-01T00:00:00Z', '31.01.2026'])('that started at %s is refused', (written) => {
    expect(of({ results: [{ status: 'passed', start_time: written }] })).toMatchObject({ rejected: '/profiles/0/controls/0/results/0/start_time' });
  });

  it('of a profile without a name has its own id as the rule', () => {
    expect(read(results('passed'), { name: undefined })[0]).toMatchObject({ data: { rule: 'test' } });
  });
});

describe('reports of InSpec', () => {
  const report = (change: object): Shown[] => shown(send(hdfInspec, JSON.stringify({ platform: {}, statistics: {}, ...change })));
  const profile = (name: string, status: string, more: object = {}): object => ({ name, controls: [{ id: 'c', results: [{ status }] }], ...more });

  it('count a control once, whichever of overlay and base comes first', () => {
    const overlay = profile('over', 'passed');
    const base = profile('base', 'failed', { parent_profile: 'over' });
    for (const profiles of [[overlay, base], [base, overlay]]) {
      expect(report({ profiles })).toMatchObject([{ data: { rule: 'over/c', outcome: 'fail' } }]);
    }
  });

  it('keep apart what two profiles of one name say', () => {
    const ids = report({ profiles: [profile('p', 'passed'), profile('p', 'failed')] }).map((item) => ('id' in item ? item.id : ''));
    expect(new Set(ids).size).toBe(2);
  });

  it('end though profiles name each other as parents', () => {
    expect(report({ profiles: [profile('a', 'passed', { parent_profile: 'b' }), profile('b', 'passed', { parent_profile: 'a' })] }).length).toBeGreaterThan(0);
  });

  it('without any time are told apart by what they say, and are the same when sent again', () => {
    const id = (status: string): unknown => report({ profiles: [profile('p', status)] });
    expect(id('passed')).toEqual(id('passed'));
    expect(id('passed')).not.toMatchObject([{ id: (report({ profiles: [profile('p', 'failed')] })[0] as { id: string }).id }]);
  });

  it('of a profile that says nothing covered nothing', () => {
    expect(report({ profiles: [{ name: 'p', status: 'loaded', controls: [] }] })).toMatchObject([{ type: 'scan.completed', data: { outcome: 'success', covered: 0, total: 1 } }]);
    expect(report({ profiles: [] })).toEqual([]);
    expect(report({ controls: [] })).toEqual([{ index: 0, ignored: 'a report without controls: nothing was evaluated' }]);
    expect(report({ end_time: 'soon', profiles: [] })).toMatchObject([{ rejected: '/end_time' }]);
  });

  it('of a later version are refused, not passed over', () => {
    expect(report({ baselines: [{ name: 'p', requirements: [] }] })).toMatchObject([{ rejected: '/baselines' }]);
  });

  it('with more controls than can be kept are refused, whole or short', () => {
    const controls = Array.from({ length: 50_001 }, () => ({ id: 'c', status: 'passed' }));
    const message = 'holds more than 50000 profiles and controls; send them in several reports';
    for (const body of [{ controls }, { profiles: [{ name: 'p', controls }] }]) expect(report(body)).toEqual([{ index: 0, rejected: '', message }]);
  });

  it('in short form are refused where a result has no word', () => {
    expect(report({ controls: [{ id: 'c' }, { id: 'd', status: 'passed', backtrace: ['a.rb'] }] })).toMatchObject([
      { data: { rule: 'd', outcome: 'error' } },
      { rejected: '/controls/0/status' },
    ]);
  });
});
