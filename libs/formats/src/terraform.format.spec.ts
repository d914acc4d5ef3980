import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { sampleBytes, sampleFiles, sampleText, send, sendSample, shown, type Shown } from './samples.testkit.js';
import { terraform } from './terraform.format.js';

const run = (index: number, id: string, time: string, data: { run: string; [name: string]: unknown }): object => ({
  index,
  id,
  source: 'terraform/larkspur',
  type: 'infrastructure.run',
  subject: data.run,
  time,
  data: { workspace: 'larkspur/network', ...data },
});

const assessed = (assessment: string, time: string, rule: string, outcome: string): object => ({
  index: 0,
  id: `${assessment}@${rule}@larkspur/network`,
  source: 'terraform/larkspur',
  type: 'config.finding',
  subject: 'larkspur/network',
  time,
  data: { rule, resource: 'larkspur/network', outcome },
});

const STEPS = 'run-9yxhNNbQVhJGsrmp';
const APPLIED = run(0, `${STEPS}@run:completed@2026-01-25T19:09:30.000Z`, '2026-01-25T19:09:30.000Z', { run: STEPS, status: 'applied', startedBy: 'al', changedBy: 'bea' });

const EXPECTED: Record<string, object[]> = {
  'run.canceled.json': [
    run(0, 'run-FwnENkvDnrpyFC7M@run:errored@2026-01-25T18:37:04.000Z', '2026-01-25T18:37:04.000Z', {
      run: 'run-FwnENkvDnrpyFC7M',
      status: 'cancelled',
      startedBy: 'al',
      changedBy: 'al',
    }),
  ],
  'run.steps.json': [
    { index: 0, ignored: 'run:created, pending: how far a run is' },
    run(0, `${STEPS}@run:needs_attention@2026-01-25T19:01:10.000Z`, '2026-01-25T19:01:10.000Z', { run: STEPS, status: 'waiting', startedBy: 'al' }),
    APPLIED,
  ],
  'verification.json': [{ index: 0, ignored: 'verification: the notification works' }],
  'assessment.drifted.json': [
    assessed('asmtres-vRVQxpqq64EA9V5a', '2026-01-25T05:23:10.000Z', 'terraform-drift', 'fail'),
    assessed('asmtres-vRVQxpqq64EA9V5a', '2026-01-25T05:23:10.000Z', 'terraform-checks', 'pass'),
  ],
  'assessment.failed.json': [assessed('asmtres-3xJ7Gk2QmVdWpT8a', '2026-01-26T05:23:10.000Z', 'terraform-drift', 'error')],
  'broken.notifications.json': [
    { index: 0, rejected: '/notifications/0/run_status', message: 'expected string, received null' },
    { index: 0, rejected: '/notifications/1/run_updated_at', message: 'is no instant' },
    APPLIED,
  ],
  'broken.assessment.json': [{ index: 0, rejected: '/details/new_assessment_result/succeeded', message: 'expected boolean, received string' }],
};

describe('the samples of Terraform', () => {
  it('are all written out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('terraform'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(terraform, file))).toEqual(EXPECTED[file]);
  });
});

interface Notification {
  readonly notifications: readonly object[];
}

describe('a run of Terraform', () => {
  const base = JSON.parse(sampleText('terraform', 'run.canceled.json')) as Notification;
  const one = (notification: object, envelope: object = {}): Shown | undefined =>
    shown(send(terraform, JSON.stringify({ ...base, ...envelope, notifications: [{ ...base.notifications[0], ...notification }] })))[0];

  it.each([
    ['run:completed', 'applied', 'applied'],
    ['run:completed', 'planned_and_finished', 'no-changes'],
    ['run:errored', 'errored', 'failed'],
    ['run:errored', 'canceled', 'cancelled'],
    ['run:errored', 'force_canceled', 'cancelled'],
    ['run:errored', 'discarded', 'discarded'],
    ['run:errored', 'a_new_word', 'failed'],
    ['run:needs_attention', 'planned', 'waiting'],
    ['run:needs_attention', 'cost_estimated', 'waiting'],
    ['run:needs_attention', 'policy_override', 'waiting'],
  ])('of %s in state %s is %s', (trigger, word, status) => {
    expect(one({ trigger, run_status: word })).toMatchObject({ type: 'infrastructure.run', data: { status } });
  });

  it.each([
    ['run:created', 'pending'],
    ['run:planning', 'planning'],
    ['run:applying', 'applying'],
    ['run:completed', 'constructor'],
    ['run:completed', 'planned_and_saved'],
  ])('of %s in state %s is ignored: it is not over', (trigger, word) => {
    expect(one({ trigger, run_status: word })).toEqual({ index: 0, ignored: `${trigger}, ${word}: how far a run is` });
  });

  it('without a run, a workspace or any notification is refused', () => {
    expect(one({}, { run_id: null })).toMatchObject({ rejected: '/run_id' });
    expect(one({}, { workspace_name: '' })).toMatchObject({ rejected: '/workspace_name' });
    expect(shown(send(terraform, JSON.stringify({ ...base, notifications: [] })))).toMatchObject([{ rejected: '/notifications' }]);
  });

  it('sent again has the same id, and brought into another state another one', () => {
    const id = (notification: object): unknown => one(notification);
    expect(id({})).toEqual(id({}));
    expect(id({ run_updated_at: '2026-01-25T18:38:00.000Z' })).not.toMatchObject({ id: 'run-FwnENkvDnrpyFC7M@run:errored@2026-01-25T18:37:04.000Z' });
  });
});

describe('an assessment of Terraform', () => {
  const base = JSON.parse(sampleText('terraform', 'assessment.drifted.json')) as { details: { new_assessment_result: object } };
  const clean = { drifted: false, resources_drifted: 0 };
  const outcomes = (result: object): unknown[] =>
    shown(
      send(terraform, JSON.stringify({ ...base, details: { ...base.details, new_assessment_result: { ...base.details.new_assessment_result, ...result } } })),
    ).map((item) => ('data' in item ? [(item.data as { rule: string }).rule, (item.data as { outcome: string }).outcome] : item));

  it.each([
    [clean, 'pass'],
    [{ ...clean, succeeded: false }, 'error'],
    [{ drifted: false, resources_drifted: 1 }, 'fail'],
    [{ ...clean, drifted: null }, 'unknown'],
    [{ ...clean, resources_undrifted: 0 }, 'unknown'],
    [{ drifted: true, succeeded: false }, 'fail'],
  ])('with %j says %s of drift', (result, outcome) => {
    expect(outcomes(result)[0]).toEqual(['terraform-drift', outcome]);
  });

  it.each([
    [{}, 'pass'],
    [{ checks_failed: 1 }, 'fail'],
    [{ checks_errored: 1 }, 'error'],
    [{ checks_unknown: 1 }, 'unknown'],
    [{ all_checks_succeeded: false }, 'fail'],
    [{ all_checks_succeeded: null }, 'unknown'],
    [{ succeeded: false }, 'error'],
    [{ checks_passed: 0, all_checks_succeeded: false }, 'fail'],
  ])('with %j says %s of the checks', (result, outcome) => {
    expect(outcomes(result)[1]).toEqual(['terraform-checks', outcome]);
  });

  it('of a workspace without checks says nothing of them', () => {
    expect(outcomes({ ...clean, checks_passed: 0 })).toEqual([['terraform-drift', 'pass']]);
  });

  it('of no time is refused, and what is neither run nor assessment is ignored', () => {
    expect(outcomes({ created_at: 'today' })).toMatchObject([{ rejected: '/details/new_assessment_result/created_at' }]);
    const other = { payload_version: '2', trigger_scope: 'workspace', trigger: 'workspace:auto_destroy_reminder' };
    expect(shown(send(terraform, JSON.stringify(other)))).toEqual([{ index: 0, ignored: 'workspace:auto_destroy_reminder: no event type of the catalogue says it' }]);
  });
});

describe('the authenticity of a notification', () => {
  const [signature] = terraform.authentication;
  const rawBody = sampleBytes('terraform', 'run.canceled.json');
  const signed = (secret: string): string => createHmac('sha512', secret).update(rawBody).digest('hex');
  const verify = (header: string | undefined, secrets: string[], body: Uint8Array = rawBody): unknown =>
    signature?.verify?.({ headers: { 'x-tfe-notification-signature': header }, rawBody: body, nowMs: 0 }, secrets);

  it('holds by any of the tokens that are valid, over the bytes as they came', () => {
    expect(verify(signed('new'), ['old', 'new'])).toEqual({ verified: true });
    expect(verify(signed('new').toUpperCase(), ['new'])).toEqual({ verified: true });
    expect(verify(signed('new'), ['new'], Buffer.concat([rawBody, Buffer.from(' ')]))).toMatchObject({ verified: false });
  });

  it.each([
    [undefined, /^the header X-TFE-Notification-Signature is missing/],
    ['', /is not 128 hexadecimal digits/],
    [signed('new').slice(1), /is not 128 hexadecimal digits/],
    [signed('other'), /^the signature does not fit the body/],
    [createHmac('sha256', 'new').update(rawBody).digest('hex'), /is not 128 hexadecimal digits/],
  ])('does not hold with %s', (header, message) => {
    expect(verify(header, ['new'])).toEqual({ verified: false, message: expect.stringMatching(message) });
  });

  it('never holds by an empty token', () => {
    expect(verify(signed(''), [''])).toMatchObject({ verified: false });
  });
});

describe('the verification request', () => {
  const ask = (rawBody: Uint8Array | string, method = 'POST'): unknown =>
    terraform.handshake?.({ method, headers: {}, query: {}, rawBody: typeof rawBody === 'string' ? Buffer.from(rawBody) : rawBody });
  const verification = sampleText('terraform', 'verification.json');

  it('is answered once it is verified', () => {
    expect(ask(verification)).toEqual({ status: 200, headers: { 'content-type': 'application/json' }, body: '{"message":"verified"}', authenticated: true });
  });

  it.each([
    ['a run', sampleText('terraform', 'run.canceled.json')],
    ['a verification that names a run', verification.replace('"run_id": null', '"run_id": "run-1"')],
    ['a run among verifications', verification.replace('"notifications": [', '"notifications": [{"trigger": "run:errored"},')],
    ['no notifications', '{"run_id": null, "notifications": []}'],
    ['no JSON', '{'],
    ['no object', '[]'],
    ['null among the notifications', '{"notifications": [null]}'],
  ])('is not seen in %s', (_what, body) => {
    expect(ask(body)).toBeUndefined();
  });

  it('is not looked for in other methods and in large bodies', () => {
    expect(ask(verification, 'OPTIONS')).toBeUndefined();
    expect(ask(verification + ' '.repeat(70_000))).toBeUndefined();
  });
});
