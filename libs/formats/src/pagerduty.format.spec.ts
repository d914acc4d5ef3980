import { describe, expect, it } from '@jest/globals';
import type { Headers, Verification } from './format.js';
import { pagerduty } from './pagerduty.format.js';
import { PAGERDUTY_SIGNATURE } from './pagerduty/signature.js';
import { sampleBytes, sampleFiles, sampleText, send, sendSample, shown, type Shown } from './samples.testkit.js';

const EXPECTED: Record<string, object[]> = {
  'v2.incident.trigger.json': [
    {
      index: 0,
      id: '69a7ced0-a2cd-11e7-a799-22000a15839c',
      source: 'pagerduty',
      type: 'incident.updated',
      subject: 'PRORDTY',
      time: '2017-09-26T15:14:36.000Z',
      data: { id: 'PRORDTY', severity: 'high', status: 'triggered' },
    },
  ],
  'v3.incident.priority_updated.json': [
    {
      index: 0,
      id: '01BWDWL3NYY7LUFPZCC28QUCMK',
      source: 'pagerduty',
      type: 'incident.updated',
      subject: 'PGR0VU2',
      time: '2021-04-26T17:36:27.458Z',
      data: { id: 'PGR0VU2', severity: 'critical', status: 'triggered' },
    },
  ],
  // A vector of the signature, tested below: it is no event.
  'v3.signature-vector.json': [{ index: 0, rejected: '/event', message: 'expected object, but it is missing' }],
  'broken.occurred-at.json': [{ index: 0, rejected: '/event/occurred_at', message: 'is no instant' }],
};

describe('the samples of PagerDuty', () => {
  it('are all written out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('pagerduty'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(pagerduty, file))).toEqual(EXPECTED[file]);
  });
});

describe('an incident of PagerDuty', () => {
  const PERSON = { type: 'user_reference', summary: 'Ines' };
  const one = (event: object, data: object = {}): Shown | undefined =>
    shown(
      send(
        pagerduty,
        JSON.stringify({ event: { id: 'e1', event_type: 'incident.triggered', occurred_at: '2026-01-31T12:00:00Z', agent: PERSON, data: { id: 'P1', type: 'incident', status: 'triggered', ...data }, ...event } }),
      ),
    )[0];

  it.each([
    ['incident.acknowledged', PERSON, true],
    ['incident.resolved', PERSON, true],
    ['incident.resolved', null, false],
    ['incident.resolved', { type: 'service_reference' }, false],
    ['incident.triggered', PERSON, false],
    ['incident.escalated', PERSON, false],
  ])('%s by %j is decided: %s', (event_type, agent, decided) => {
    const item = one({ event_type, agent });
    if (decided) expect(item).toHaveProperty('data.decidedAt', '2026-01-31T12:00:00.000Z');
    else expect(item).not.toHaveProperty('data.decidedAt');
  });

  it.each([
    [{ priority: { summary: 'P1' }, urgency: 'low' }, 'critical'],
    [{ priority: { summary: 'sev-2' } }, 'high'],
    [{ priority: { summary: 'P3' }, urgency: 'high' }, 'medium'],
    [{ priority: { summary: 'P5' } }, 'informational'],
    [{ priority: { summary: 'Major' }, urgency: 'high' }, 'high'],
    [{ priority: null, urgency: 'low' }, 'low'],
    [{}, 'high'],
  ])('with %j is %s', (data, severity) => {
    expect(one({}, data)).toMatchObject({ data: { severity } });
  });

  it('is not what is said about it', () => {
    expect(one({ event_type: 'incident.annotated' }, { type: 'incident_note' })).toEqual({ index: 0, ignored: 'incident.annotated: no state of an incident' });
    expect(one({ event_type: 'pagey.ping' })).toEqual({ index: 0, ignored: 'pagey.ping: the webhook works' });
    expect(one({}, { id: '' })).toMatchObject({ rejected: '/event/data/id' });
  });

  it('in messages of version 2 comes one by one', () => {
    const message = { id: 'm1', event: 'incident.resolve', created_on: '2026-01-31T12:00:00Z', log_entries: [{ agent: PERSON }], incident: { id: 'P1', status: 'resolved', urgency: 'low' } };
    const all = shown(send(pagerduty, JSON.stringify({ messages: [message, { ...message, id: '' }, { ...message, created_on: 'x' }] })));
    expect(all).toMatchObject([{ data: { status: 'resolved', severity: 'low', decidedAt: '2026-01-31T12:00:00.000Z' } }, { rejected: '/id' }, { rejected: '/created_on' }]);
  });
});

describe('the signature of PagerDuty', () => {
  const vector = JSON.parse(sampleText('pagerduty', 'v3.signature-vector.json')) as { secret: string; body_file: string; signature: string };
  const body = sampleBytes('pagerduty', vector.body_file);
  const check = (signature: string | undefined, secrets = [vector.secret], rawBody = body): Verification | undefined => {
    const headers: Headers = { 'x-pagerduty-signature': signature };
    return PAGERDUTY_SIGNATURE.verify?.({ headers, rawBody, nowMs: 0 }, secrets);
  };

  it('of the published vector fits, among others too', () => {
    expect(check(vector.signature)).toEqual({ verified: true });
    expect(check(`v1=${'0'.repeat(64)},${vector.signature}`, ['old', vector.secret])).toEqual({ verified: true });
  });

  it('does not fit another body or secret, nor when it is none', () => {
    expect(check(vector.signature, [vector.secret], Buffer.concat([body, Buffer.from('\n')]))).toMatchObject({ verified: false });
    expect(check(vector.signature, ['other', ''])).toMatchObject({ verified: false });
    expect(check('v1=abc')).toMatchObject({ verified: false });
    expect(check(undefined)).toMatchObject({ verified: false });
  });
});
