import { describe, expect, it } from '@jest/globals';
import { sarif } from './sarif.format.js';
import { sampleFiles, send, sendSample, type Shown, shown } from './samples.testkit.js';

const scan = (tool: string, outcome: string, time: string): object => {
  const scanner = `sarif/${tool}`;
  return { index: 0, type: 'scan.completed', subject: scanner, time, data: { scanner, outcome, covered: outcome === 'success' ? 1 : 0, total: 1 } };
};
interface Row {
  readonly rule: string;
  readonly resource: string;
  readonly outcome: string;
  readonly severity?: string;
  readonly suppressed?: boolean;
  readonly title?: string;
}
const found = (time: string, row: Row): object => ({ index: 0, type: 'config.finding', subject: row.resource, time, data: row });

const NOON = '2026-01-31T12:00:00.000Z';
const policy = (resource: string, outcome: string, more: object = {}): object =>
  found(NOON, { rule: 'policy/P1', resource, outcome, severity: 'high', ...more });

const SUPPRESSED = { outcome: 'fail', severity: 'medium', suppressed: true, title: 'Suppressed' };
const OPEN = { outcome: 'fail', severity: 'medium', title: 'Not suppressed' };

const BASH: readonly [rule: string, file: string, line: number][] = [
  ['2076', 'docker/setEnv.sh', 134],
  ['2071', 'docker/dojo-data.bash', 4],
  ['2072', 'entrypoint_scripts/common/dojo-shared-resources.sh', 143],
  ['2077', 'entrypoint_scripts/common/dojo-shared-resources.sh', 410],
  ['2077', 'entrypoint_scripts/common/dojo-shared-resources.sh', 412],
  ['1035', 'setup/scripts/common/dojo-shared-resources.sh', 142],
  ['2072', 'setup/scripts/common/dojo-shared-resources.sh', 142],
  ['2077', 'setup/scripts/common/dojo-shared-resources.sh', 458],
  ['2077', 'setup/scripts/common/dojo-shared-resources.sh', 460],
  ['2072', 'entrypoint_scripts/common/dojo-shared-resources.sh', 143],
  ['2077', 'entrypoint_scripts/common/dojo-shared-resources.sh', 410],
  ['2077', 'entrypoint_scripts/common/dojo-shared-resources.sh', 412],
  ['2072', 'entrypoint_scripts/common/dojo-shared-resources.sh', 143],
  ['2077', 'entrypoint_scripts/common/dojo-shared-resources.sh', 410],
  ['2077', 'entrypoint_scripts/common/dojo-shared-resources.sh', 412],
  ['1035', 'entrypoint_scripts/common/dojo-shared-resources.sh', 143],
  ['2072', 'entrypoint_scripts/common/dojo-shared-resources.sh', 143],
  ['2077', 'entrypoint_scripts/common/dojo-shared-resources.sh', 410],
  ['2077', 'entrypoint_scripts/common/dojo-shared-resources.sh', 412],
  ['1035', 'entrypoint_scripts/common/common-os.sh', 130],
  ['2072', 'entrypoint_scripts/common/common-os.sh', 130],
  ['2072', 'entrypoint_scripts/common/dojo-shared-resources.sh', 143],
  ['2077', 'entrypoint_scripts/common/dojo-shared-resources.sh', 410],
  ['2077', 'entrypoint_scripts/common/dojo-shared-resources.sh', 412],
  ['2072', 'entrypoint_scripts/common/dojo-shared-resources.sh', 143],
  ['2077', 'entrypoint_scripts/common/dojo-shared-resources.sh', 410],
  ['2077', 'entrypoint_scripts/common/dojo-shared-resources.sh', 412],
];

const EXPECTED: Record<string, object[]> = {
  'appendix_k.sarif': [
    scan('CodeScanner', 'success', '2016-07-16T14:19:01.000Z'),
    found('2016-07-16T14:19:01.000Z', {
      rule: 'CodeScanner/C2001',
      resource: 'crypto/hash.cpp',
      outcome: 'error',
      title: 'Exception evaluating rule "C2001". Rule disabled; run continues.',
    }),
    found('2016-07-16T14:19:01.000Z', { rule: 'CodeScanner/C2001', resource: 'collections/list.h:15', outcome: 'fail', severity: 'high', suppressed: true }),
  ],
  'bash-report.sarif': [
    scan('Shell Script Analysis', 'success', '2021-03-08T15:39:40.000Z'),
    ...BASH.map(([rule, file, line]) =>
      found('2021-03-08T15:39:40.000Z', {
        rule: `Shell Script Analysis/${rule}`,
        resource: `file:///home/damien/dd/${file}:${line}`,
        outcome: 'fail',
        severity: 'low',
      }),
    ),
  ],
  'njsscan.sarif': [
    scan('nodejsscan', 'success', '2021-03-23T00:10:48.000Z'),
    found('2021-03-23T00:10:48.000Z', {
      rule: 'nodejsscan/node_insecure_random_generator',
      resource: 'file:///src/index.js:321',
      outcome: 'fail',
      severity: 'medium',
    }),
    found('2021-03-23T00:10:48.000Z', { rule: 'nodejsscan/node_password', resource: 'file:///src/index.js:235', outcome: 'fail', severity: 'high' }),
  ],
  'no_runs.sarif': [{ index: 0, ignored: 'a log without runs: nothing was looked at' }],
  'suppression_test.sarif': [
    found('none given', { rule: 'CodeScanner/TST0001', resource: 'file:///C:/code/file1.c', ...SUPPRESSED }),
    found('none given', { rule: 'CodeScanner/TST0002', resource: 'file:///C:/code/file2.c', ...SUPPRESSED }),
    found('none given', { rule: 'CodeScanner/TST0003', resource: 'file:///C:/code/file3.c', ...SUPPRESSED }),
    found('none given', { rule: 'CodeScanner/TST0004', resource: 'file:///C:/code/file4.c', ...OPEN }),
    found('none given', { rule: 'CodeScanner/TST0005', resource: 'file:///C:/code/file5.c', ...OPEN }),
  ],
  'kinds.sarif': [
    scan('policy', 'success', NOON),
    policy('a.tf', 'pass', { severity: 'informational' }),
    policy('module.b', 'unknown', { suppressed: true }),
    policy('policy', 'unknown'),
    policy('policy', 'unknown'),
    policy('policy', 'unknown'),
    policy('policy', 'not-applicable'),
    policy('policy', 'fail'),
    policy('policy', 'unknown'),
    scan('broken-off', 'failure', NOON),
    found(NOON, { rule: 'broken-off/P1', resource: 'broken-off', outcome: 'unknown', severity: 'medium' }),
    scan('clean', 'success', NOON),
    { index: 0, ignored: 'a run without results that does not say whether it succeeded: nothing is known' },
  ],
  'broken.rule.sarif': [
    { index: 0, rejected: '/runs/0/results/0/ruleId', message: 'names no rule' },
    found('none given', { rule: 't/R', resource: 't', outcome: 'fail', severity: 'medium', title: 'kept' }),
    { index: 0, rejected: '/runs/1/tool/driver/name', message: 'expected string, but it is missing' },
    { index: 0, rejected: '/runs/2/invocations/0/endTimeUtc', message: 'is no instant' },
  ],
};

const idsOf = (all: readonly Shown[]): string[] => all.flatMap((item) => ('id' in item ? [item.id] : []));

describe('samples of SARIF', () => {
  it('are all written out here', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('sarif'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    const all = shown(sendSample(sarif, file));
    expect(all).toMatchObject(EXPECTED[file] ?? []);
    expect(all.length).toBe(EXPECTED[file]?.length);
  });

  it.each(Object.keys(EXPECTED))('%s has no id twice, and the same ones when it is sent again', (file) => {
    const ids = idsOf(shown(sendSample(sarif, file)));
    expect(new Set(ids).size).toBe(ids.length);
    expect(idsOf(shown(sendSample(sarif, file)))).toEqual(ids);
  });

  it('suppression_test.sarif: what is not suppressed is not marked', () => {
    for (const item of shown(sendSample(sarif, 'suppression_test.sarif')).slice(3)) expect(item).not.toHaveProperty('data.suppressed');
  });
});

describe('runs of SARIF', () => {
  const run = (change: object): unknown[] =>
    shown(send(sarif, JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 't' } }, ...change }] }))).map((item) => ('data' in item ? item.data : item));
  const invocations = [{ executionSuccessful: true, endTimeUtc: '2026-01-31T12:00:00Z' }];

  it('that have no list of results found nothing out, even when they succeeded', () => {
    expect(run({ invocations })).toEqual([{ scanner: 'sarif/t', outcome: 'failure', covered: 0, total: 1 }]);
    expect(run({ invocations: [{ executionSuccessful: null }], results: [] })).toEqual([{ scanner: 'sarif/t', outcome: 'failure', covered: 0, total: 1 }]);
  });

  it.each([
    ['toolExecutionNotifications', { level: 'error' }, 'failure', 'unknown'],
    ['toolConfigurationNotifications', { level: 'error' }, 'failure', 'unknown'],
    ['toolExecutionNotifications', { level: 'warning' }, 'success', 'pass'],
    ['toolExecutionNotifications', {}, 'success', 'pass'],
  ])('that tell %s %j ended in %s, and their passes are %s', (list, told, outcome, pass) => {
    const [scanned, passed] = run({ invocations: [{ ...invocations[0], [list]: [told] }], results: [{ ruleId: 'r', kind: 'pass' }] });
    expect([scanned, passed]).toMatchObject([{ outcome }, { outcome: pass }]);
  });

  it('that could not set up a rule tell that it said nothing, and what the others said', () => {
    const told = { level: 'error', associatedRule: { id: 'r2' } };
    const all = run({ invocations: [{ ...invocations[0], toolConfigurationNotifications: [told] }], results: [{ ruleId: 'r', kind: 'pass' }] });
    expect(all).toMatchObject([{ outcome: 'success' }, { rule: 't/r2', outcome: 'error' }, { rule: 't/r', outcome: 'pass' }]);
  });

  it.each([
    [{ status: 'accepted' }, true],
    [{}, true],
    [{ status: 'underReview' }, false],
    [{ status: 'rejected' }, false],
  ])('with the suppression %j are suppressed: %s', (suppression, suppressed) => {
    const [found_] = run({ results: [{ ruleId: 'r', suppressions: [suppression] }] });
    expect(found_).toMatchObject({ outcome: 'fail', ...(suppressed ? { suppressed: true } : {}) });
    expect(Object.hasOwn(found_ as object, 'suppressed')).toBe(suppressed);
  });

  const PACK = { name: 'acme/queries', rules: [{ id: 'a', defaultConfiguration: { level: 'note' } }, { id: 'b', defaultConfiguration: { level: 'error' } }] };
  it.each([
    ['by place in an extension', { ruleId: 'b', ruleIndex: 1, rule: { id: 'b', index: 1, toolComponent: { index: 0 } } }, 't/b', 'high'],
    ['by place and name of an extension', { rule: { index: 0, toolComponent: { name: 'acme/queries' } } }, 't/a', 'low'],
    ['by name, wherever it stands', { ruleId: 'b' }, 't/b', 'high'],
    ['by place in the tool', { ruleIndex: 0 }, 't/own', 'informational'],
    ['by no place', { ruleId: 'c', ruleIndex: -1 }, 't/c', 'medium'],
  ])('find the level of a rule %s', (_how, result, rule, severity) => {
    const tool = { driver: { name: 't', rules: [{ id: 'own', defaultConfiguration: { level: 'none' } }] }, extensions: [PACK] };
    expect(run({ tool, results: [result] })).toMatchObject([{ rule, severity }]);
  });

  it('without a time are told apart by what they say, and the same again is the same', () => {
    const ids = (...runs: object[]): string[] => idsOf(shown(send(sarif, JSON.stringify({ version: '2.1.0', runs: runs.map((one) => ({ tool: { driver: { name: 't' } }, ...one })) }))));
    const good = { invocations: [{ executionSuccessful: true }], results: [{ ruleId: 'r', guid: 'g' }] };
    const bad = { invocations: [{ executionSuccessful: false }], results: [{ ruleId: 'r', guid: 'g', kind: 'open' }] };
    expect(ids(good)).toEqual(ids(good));
    expect(new Set([...ids(good), ...ids(bad), ...ids(good, bad)]).size).toBe(4);
    expect(new Set(ids({ ...good, invocations }, { ...good, invocations })).size).toBe(4);
  });

  it('of another version are refused', () => {
    expect(shown(send(sarif, '{"version": "1.0.0", "runs": []}'))).toEqual([{ index: 0, rejected: '/version', message: 'is not 2.1.0, or a draft of it' }]);
  });
});
