import { describe, expect, it } from '@jest/globals';
import { OCP4 } from './openscap.samples.testkit.js';
import { oscal } from './oscal.format.js';
import { sampleFiles, send, sendSample, shown, type Shown } from './samples.testkit.js';

const YAML = { contentType: 'application/yaml' };
const NOT_SELECTED = { index: 0, ignored: 'notselected: the profile leaves this rule out, so it was not evaluated' };
const NO_RESULT = { index: 0, ignored: 'an observation without a result of its own: what it means, its finding says' };
const NO_ITEM = { index: 0, ignored: 'an item of a plan of action: its risk says how it stands' };
const SSG = 'xccdf_org.ssgproject.content_rule_';
const ROKS = 'kube-c18ler8d06m877hrn7jg-roks8-default-00000319.iks.mycorp';
const PLACEHOLDER = '56666738-0f9a-4e38-9aac-c0fad00a5821';

interface Told {
  readonly rule: string;
  readonly resource: string;
  readonly [name: string]: unknown;
}

const finding = (version: string, time: string, data: Told): object => ({
  index: 0,
  id: `${version}@${data.rule}@${data.resource}`,
  source: 'oscal',
  type: 'config.finding',
  subject: data.resource,
  time,
  data,
});

const risk = (version: string, time: string, data: { risk: string; [name: string]: unknown }): object => ({
  index: 0,
  id: `${data.risk}@${version}`,
  source: 'oscal',
  type: 'risk.recorded',
  subject: data.risk,
  time,
  data,
});

const IFA = '2024-02-01T13:57:28.355446-04:00';
const STATES = 'r1@2026-01-31T12:00:00Z@2026-02-01T09:00:00Z';
const RISKS = '2026-01-31T12:00:00Z@2026-02-01T09:00:00Z';
const NOON = '2026-01-31T12:00:00.000Z';
const state = (number: string, resource: string, data: object): object =>
  finding(STATES, NOON, { rule: `ac-2_obj.${number}`, resource, title: `About ac-2_obj.${number}`, ...data });
const pod = (letter: string, outcome: string, time: string): object => finding(STATES, time, { rule: 'restrict_root', resource: `prod/pod-${letter}`, outcome });

/** Findings first, then what was left out, in the order of the document. */
const OCP4_VERSION = `${PLACEHOLDER}@2021-06-14T01:00:29+00:00`;
const ocp4 = [
  ...OCP4.filter(([, word]) => word !== 'notselected').map(([name, outcome, severity]) =>
    finding(OCP4_VERSION, '2021-02-24T19:31:13.000Z', { rule: `${SSG}${name}`, resource: ROKS, outcome, severity }),
  ),
  ...OCP4.filter(([, word]) => word === 'notselected').map(() => NOT_SELECTED),
];

const EXPECTED: Record<string, object[]> = {
  'ifa_assessment-results-example.json': [
    finding(`a1d20136-37e0-42aa-9834-4e9d8c36d798@2023-06-02T08:46:51-04:00@${IFA}`, '2023-06-02T12:46:51.000Z', {
      rule: 'ac-6.1_obj',
      resource: '551b9706-d6a4-4d25-8207-f2ccec548b89',
      outcome: 'fail',
      title: "GoodRead AwesomeCloud Account's System Engineer Role Permits High Risk Actions",
    }),
    NO_RESULT,
    NO_RESULT,
    risk(`2023-06-02T08:46:51-04:00@${IFA}`, '2023-06-02T12:46:51.000Z', { risk: '0cfa750e-3553-47ba-a7ba-cf84a884d261', rating: 'high', status: 'open', controls: 0 }),
  ],
  'ifa_plan-of-action-and-milestones.json': [
    NO_RESULT,
    NO_RESULT,
    risk(IFA, '2024-02-01T17:57:28.355Z', { risk: '8b8bae66-b28c-4fa5-9a20-b79e7322fc00', rating: 'high', status: 'open', controls: 1, response: 'accept' }),
    risk(IFA, '2024-02-01T17:57:28.355Z', { risk: '1c65d2d3-7735-47fa-8f68-a236744beab7', rating: 'high', status: 'open', controls: 0, response: 'reduce' }),
    NO_ITEM,
    NO_ITEM,
  ],
  'ocp4-check-result.oscal.json': ocp4,
  'results_arf.oscal.json': [
    finding(`${PLACEHOLDER}@2021-06-08T02:35:55+00:00`, '2023-11-30T23:00:03.000Z', { rule: `${SSG}disable_prelink`, resource: ROKS, outcome: 'pass' }),
    NOT_SELECTED,
  ],
  'assessment.states.json': [
    state('01', 'Payroll', { outcome: 'pass' }),
    state('02', 'test-system', { outcome: 'pass' }),
    state('03', 'test-system', { outcome: 'unknown' }),
    state('04', 'test-system', { outcome: 'unknown' }),
    state('05', 'test-system', { outcome: 'not-applicable' }),
    state('06', 'test-system', { outcome: 'fail' }),
    state('07', 'test-system', { outcome: 'fail', suppressed: true }),
    state('08', 'test-system', { outcome: 'unknown', suppressed: true }),
    state('09', 'test-system', { outcome: 'fail' }),
    state('10', 'Mail relay', { outcome: 'unknown' }),
    pod('a', 'unknown', '2026-01-31T11:30:00.000Z'),
    pod('b', 'fail', '2026-01-31T11:00:00.000Z'),
    pod('c', 'error', '2026-01-31T11:00:00.000Z'),
    NO_RESULT,
    NO_RESULT,
    risk(RISKS, NOON, { risk: 'k1', rating: 'medium', status: 'open', controls: 1, response: 'accept' }),
    risk(RISKS, NOON, { risk: 'k2', rating: 'high', status: 'open', controls: 1, response: 'reduce' }),
    risk(RISKS, NOON, { risk: 'k3', rating: 'low', status: 'closed', controls: 0 }),
  ],
  'broken.findings.json': [
    finding(STATES, NOON, { rule: 'ac-2_obj.01', resource: 'test-system', outcome: 'pass', title: 'About ac-2_obj.01' }),
    { index: 0, rejected: '/assessment-results/results/0/observations/0/collected', message: 'is no instant' },
    { index: 0, rejected: '/assessment-results/results/0/observations/1/props', message: 'names no rule' },
    { index: 0, rejected: '/assessment-results/results/0/findings/1/target', message: 'expected object, but it is missing' },
    { index: 0, rejected: '/assessment-results/results/0/findings/2/target/status/state', message: 'expected string, but it is missing' },
    { index: 0, rejected: '/assessment-results/results/0/risks', message: 'expected array' },
    { index: 0, rejected: '/assessment-results/results/1/start', message: 'is no instant' },
  ],
};

describe('the samples of OSCAL', () => {
  it('are all written out', () => {
    expect([...Object.keys(EXPECTED), 'broken.syntax.yaml'].sort()).toEqual(sampleFiles('oscal'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(oscal, file))).toEqual(EXPECTED[file]);
  });

  it('broken.syntax.yaml is refused', () => {
    expect(sendSample(oscal, 'broken.syntax.yaml', YAML)).toMatchObject({ outcome: 'malformed', faults: [{ pointer: '', message: expect.stringMatching(/^no YAML that can be read/) }] });
  });
});

describe('an assessment in OSCAL', () => {
  const read = (result: object, more: object = {}): Shown[] => shown(send(oscal, JSON.stringify({ results: [{ uuid: 'r', end: '2026-01-31T12:00:00Z', ...result }], ...more })));
  const found = (target: object, more: object = {}): Shown | undefined => read({ findings: [{ target: { 'target-id': 'ac-2', ...target }, ...more }] })[0];
  const observed = (word: string, more: object = {}): Shown | undefined => read({ observations: [{ props: [{ name: 'idref', value: 'r1' }, { name: 'result', value: word }], ...more }] })[0];

  it.each([
    ['satisfied', 'pass'],
    ['not-satisfied', 'fail'],
    ['other-than-satisfied', 'unknown'],
    ['constructor', 'unknown'],
  ])('whose finding is %s is %s', (word, outcome) => {
    expect(found({ status: { state: word } })).toMatchObject({ data: { outcome } });
  });

  it.each([
    [{ state: 'satisfied', reason: 'fail' }, 'implemented', 'unknown'],
    [{ state: 'satisfied', reason: 'pass' }, 'alternative', 'pass'],
    [{ state: 'satisfied' }, 'partial', 'unknown'],
    [{ state: 'not-satisfied', reason: 'pass' }, 'not-applicable', 'fail'],
  ])('with %j and implementation %s is %s', (status, implementation, outcome) => {
    expect(found({ status, 'implementation-status': { state: implementation } })).toMatchObject({ data: { outcome } });
  });

  it.each([
    ['pass', 'pass'],
    ['PASSED', 'pass'],
    ['fixed', 'pass'],
    ['fail', 'fail'],
    ['failed', 'fail'],
    ['error', 'error'],
    ['notapplicable', 'not-applicable'],
    ['notchecked', 'unknown'],
    ['informational', 'unknown'],
    ['skip', 'unknown'],
    ['constructor', 'unknown'],
  ])('whose tool says %s is %s', (word, outcome) => {
    expect(observed(word)).toMatchObject({ subject: 'test-system', time: '2026-01-31T12:00:00.000Z', data: { rule: 'r1', outcome } });
  });

  it('of what has expired is unknown, unless it failed', () => {
    const expires = { expires: '2026-01-31T12:00:00Z' };
    expect(observed('pass', expires)).toMatchObject({ data: { outcome: 'unknown' } });
    expect(observed('fail', expires)).toMatchObject({ data: { outcome: 'fail' } });
    expect(observed('pass', { expires: '2026-01-31T12:00:01Z' })).toMatchObject({ data: { outcome: 'pass' } });
  });

  it('takes the worst of several results about one rule and one subject', () => {
    const one = (word: string): object => ({ title: 'r1', props: [{ name: 'Result', value: word }] });
    expect(read({ observations: [one('pass'), one('fail'), one('error')] })).toMatchObject([{ data: { rule: 'r1', outcome: 'fail' } }]);
    expect(read({ observations: [one('error'), one('pass')] })).toMatchObject([{ data: { outcome: 'error' } }]);
  });

  it('reads exceptions under either name of version 1', () => {
    const risks = [{ uuid: 'k', status: 'deviation-approved' }];
    for (const name of ['related-risks', 'associated-risks']) {
      const [first] = read({ risks, findings: [{ target: { 'target-id': 'ac-2', status: { state: 'not-satisfied' } }, [name]: [{ 'risk-uuid': 'k' }] }] });
      expect(first).toMatchObject({ data: { outcome: 'fail', suppressed: true } });
    }
  });

  it('without findings and observations says nothing, and without results neither', () => {
    expect(read({})).toEqual([{ index: 0, ignored: 'neither findings nor observations: nothing was concluded' }]);
    expect(shown(send(oscal, '{"results": []}'))).toEqual([{ index: 0, ignored: 'no results: nothing was assessed' }]);
    expect(shown(send(oscal, '{"catalog": {}}'))).toEqual([{ index: 0, ignored: 'catalog: no results of an assessment' }]);
    expect(shown(send(oscal, '{"assessment-results": {"metadata": {"last-modified": "today"}}}'))).toMatchObject([{ rejected: '/assessment-results/metadata/last-modified' }]);
  });

  it('tells apart results of one uuid, and what was corrected since', () => {
    const result = (word: string): object => ({ uuid: 'r', start: '2026-01-31T12:00:00Z', findings: [{ target: { 'target-id': 'ac-2', status: { state: word } } }] });
    const ids = (modified: string): string[] =>
      shown(send(oscal, JSON.stringify({ 'assessment-results': { metadata: { 'last-modified': modified }, results: [result('satisfied'), result('not-satisfied')] } }))).map((item) => ('id' in item ? item.id : ''));
    expect(new Set([...ids('2026-02-01T00:00:00Z'), ...ids('2026-02-02T00:00:00Z')]).size).toBe(4);
    expect(ids('2026-02-01T00:00:00Z')).toEqual(ids('2026-02-01T00:00:00Z'));
  });

  it('without any time is told from the next one by what it says', () => {
    const ids = (word: string): Shown[] => read({ end: null, findings: [{ target: { 'target-id': 'ac-2', status: { state: word } } }] });
    expect(ids('satisfied')).toEqual(ids('satisfied'));
    expect(ids('satisfied')).toMatchObject([{ id: expect.stringMatching(/^r@[0-9a-f]{40}@ac-2@test-system$/), time: 'none given' }]);
    expect((ids('satisfied')[0] as { id: string }).id).not.toBe((ids('not-satisfied')[0] as { id: string }).id);
  });

  it('does not become larger than what can be kept', () => {
    const subjects = Array.from({ length: 300 }, (_one, at) => ({ 'subject-uuid': `s${at}` }));
    const one = { target: { 'target-id': 'ac-2', status: { state: 'satisfied' } }, 'related-observations': [{ 'observation-uuid': 'o' }] };
    const many = read({ observations: [{ uuid: 'o', subjects }], findings: Array.from({ length: 200 }, () => one) });
    expect(read({ observations: Array.from({ length: 50_001 }, () => ({})) })).toEqual([
      { index: 0, rejected: '/results/0/observations', message: 'holds more than 50000 items; send them in several documents' },
    ]);
    expect(many).toEqual([{ index: 0, rejected: '/results/0/findings', message: 'give more than 50000 results with their subjects; send them in several documents' }]);
  });

  it('is read as YAML too', () => {
    const body = 'results:\n- uuid: r\n  start: 2026-01-31T12:00:00Z\n  findings:\n  - title: x\n    target: {target-id: ac-2, status: {state: not-satisfied}}\n';
    expect(shown(send(oscal, body, YAML))).toMatchObject([{ time: NOON, data: { rule: 'ac-2', outcome: 'fail' } }]);
  });
});
