import { describe, expect, it } from '@jest/globals';
import { opsgenie } from './opsgenie.format.js';
import { sampleFiles, send, sendSample, shown, type Shown } from './samples.testkit.js';

const CLOSED = '052652ac-5d1c-464a-812a-7dd18bbfba8c';
const CREATED = 'ec03dad6-62c8-4c94-b38b-d88f398e900f';

const EXPECTED: Record<string, object[]> = {
  'close.json': [
    {
      index: 0,
      id: `${CLOSED}@Close@1420452374669001603`,
      source: 'opsgenie',
      type: 'detection.alert',
      subject: CLOSED,
      time: '2015-01-05T10:06:14.669Z',
      data: { id: CLOSED, severity: 'informational', status: 'Close', decidedAt: '2015-01-05T10:06:14.669Z', containedAt: '2015-01-05T10:06:14.669Z' },
    },
  ],
  'create.json': [
    {
      index: 0,
      id: `${CREATED}@Create@1502709956288`,
      source: 'opsgenie',
      type: 'detection.alert',
      subject: CREATED,
      time: '2017-08-14T11:25:56.288Z',
      data: { id: CREATED, severity: 'medium', status: 'Create' },
    },
  ],
  'broken.updated-at.json': [{ index: 0, rejected: '/alert/updatedAt', message: 'is no time since 1970 in milliseconds or nanoseconds' }],
};

describe('the samples of Opsgenie', () => {
  it('are all written out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('opsgenie'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(opsgenie, file))).toEqual(EXPECTED[file]);
  });
});

describe('an alert of Opsgenie', () => {
  const one = (change: object, alert: object = {}): Shown | undefined =>
    shown(send(opsgenie, JSON.stringify({ action: 'Acknowledge', source: { type: 'web' }, ...change, alert: { alertId: 'a1', createdAt: 1769860800000, updatedAt: '1769860860000123456', priority: 'P1', ...alert } })))[0];

  it('is decided by a person, not by an API or a rule', () => {
    expect(one({})).toMatchObject({ data: { status: 'Acknowledge', severity: 'critical', decidedAt: '2026-01-31T12:01:00.000Z' } });
    expect(one({ source: { type: 'api' } })).not.toHaveProperty('data.decidedAt');
    expect(one({ source: null })).not.toHaveProperty('data.decidedAt');
    expect(one({ action: 'UnAcknowledge' })).not.toHaveProperty('data.decidedAt');
    expect(one({ action: 'Close', source: { type: 'policy' } })).toMatchObject({ data: { severity: 'informational', containedAt: '2026-01-31T12:01:00.000Z' } });
    expect(one({ action: 'Close', source: { type: 'policy' } })).not.toHaveProperty('data.decidedAt');
  });

  it.each([
    [1, 'critical'],
    ['P2', 'high'],
    [3, 'medium'],
    ['p4', 'low'],
    [5, 'informational'],
    [null, 'high'],
    ['P9', 'high'],
  ])('of priority %j is %s', (priority, severity) => {
    expect(one({}, { priority })).toMatchObject({ data: { severity } });
  });

  it.each(['AddNote', 'AddTags', 'AssignOwnership', 'Escalate', 'EscalateNext', 'constructor'])('%s does not change its state', (action) => {
    expect(one({ action })).toEqual({ index: 0, ignored: `${action}: the state of the alert did not change` });
  });

  it('has times of milliseconds and nanoseconds, and no other', () => {
    expect(one({ action: 'Create' })).toMatchObject({ time: '2026-01-31T12:00:00.000Z' });
    expect(one({ action: 'Create' }, { createdAt: null })).toMatchObject({ rejected: '/alert/createdAt' });
    expect(one({}, { updatedAt: 1769860800 })).toMatchObject({ rejected: '/alert/updatedAt' });
  });
});
