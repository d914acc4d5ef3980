import { describe, expect, it } from '@jest/globals';
import { alertmanager } from './alertmanager.format.js';
import { sampleFiles, send, sendSample, shown, type Shown } from './samples.testkit.js';

/** Without fingerprints the labels tell alerts apart: the hashes below are their SHA-256, worked out elsewhere. */
const firing = (index: number, fingerprint: string, startsAt: string, severity: string): object => ({
  index,
  id: `${fingerprint}@${startsAt}@firing`,
  source: 'alertmanager',
  type: 'detection.alert',
  subject: `${fingerprint}@${startsAt}`,
  time: startsAt,
  data: { id: `${fingerprint}@${startsAt}`, severity, status: 'firing' },
});
const resolved = (index: number, fingerprint: string, startsAt: string): object => ({
  index,
  id: `${fingerprint}@${startsAt}@resolved`,
  source: 'alertmanager',
  type: 'detection.alert',
  subject: `${fingerprint}@${startsAt}`,
  time: 'none given',
  data: { id: `${fingerprint}@${startsAt}`, severity: 'informational', status: 'resolved' },
});

const EXPECTED: Record<string, object[]> = {
  'emptyValue.json': [firing(0, 'b99ba86d0e9a10157aa94c76a310e1b4', '2016-04-27T20:46:37.903Z', 'medium')],
  'noGenURL.json': [
    resolved(0, '9a184c7abd9c4c435726900cad99e30a', '2016-10-19T15:03:37.811Z'),
    resolved(1, 'c07fa14995af311a17d04a9da7d9ff56', '2016-10-19T15:03:37.811Z'),
    resolved(2, '448fa59eeb64466ae89e1668d75a2fb1', '2016-10-19T19:35:37.826Z'),
    resolved(3, '31dcd40cb0606912f9dc7e990739a42b', '2016-10-19T22:42:37.842Z'),
    resolved(4, 'eb6b014873094d24749c1d5387332d26', '2016-10-19T22:42:37.842Z'),
    resolved(5, '86bfd01e78939a5a26fa7b089ad308e8', '2016-10-19T22:47:37.842Z'),
    resolved(6, '54133260954ee82c9c1f3b65e93c1555', '2016-10-19T22:47:37.842Z'),
    resolved(7, 'b4796a556d5eeb4e6d78cac8c43fbac6', '2016-10-20T13:40:37.821Z'),
  ],
  'production_example.json': [
    firing(0, '8c086185ef9b6ae874693eaca1c426ed', '2017-01-26T13:31:54.865Z', 'critical'),
    firing(1, '27611a7f2715243ce64b40f23731f356', '2017-01-26T13:14:46.804Z', 'medium'),
    firing(2, '2265ce9d0ed0e91952d48319847b4041', '2017-01-26T13:41:06.811Z', 'medium'),
    firing(3, '3ba7466983f433b209286667db23e57e', '2017-01-26T13:29:09.806Z', 'medium'),
    firing(4, '35419d8d706b0ce12782b548498fb7c3', '2017-01-26T13:31:24.806Z', 'critical'),
    firing(5, '987769139f604295cc0dbcae41f7ccca', '2017-01-26T13:30:54.806Z', 'medium'),
    firing(6, '124d431e30e7db68f6ada46d8217b33d', '2017-01-26T13:33:51.876Z', 'critical'),
    firing(7, '06dd0e4b068c5dad69f275ea6f8a1bd6', '2017-01-26T13:30:00.811Z', 'medium'),
    firing(8, '78da88e9b7076038342e4c4bd5353403', '2017-01-26T13:30:00.811Z', 'medium'),
    firing(9, '909ae349ec4dea3b116a07a3678efa67', '2017-01-26T13:30:00.811Z', 'medium'),
    firing(10, '2207de56f2382457903dde203eaeaf55', '2017-01-26T13:30:00.811Z', 'medium'),
  ],
  'broken.starts-at.json': [
    firing(0, '1a2b3c4d5e6f7081', '2026-01-31T12:00:00.000Z', 'medium'),
    { index: 1, rejected: '/startsAt', message: 'is no instant' },
    {
      index: 2,
      id: '1a2b3c4d5e6f7083@2026-01-31T10:00:00.000Z@resolved@1769859000500',
      source: 'alertmanager',
      type: 'detection.alert',
      subject: '1a2b3c4d5e6f7083@2026-01-31T10:00:00.000Z',
      time: '2026-01-31T11:30:00.500Z',
      data: { id: '1a2b3c4d5e6f7083@2026-01-31T10:00:00.000Z', severity: 'informational', status: 'resolved', containedAt: '2026-01-31T11:30:00.500Z' },
    },
    { index: 3, rejected: '/truncatedAlerts', message: '3 alerts were left out of the group; set max_alerts to 0' },
  ],
};

describe('the samples of Alertmanager', () => {
  it('are all written out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('alertmanager'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(alertmanager, file))).toEqual(EXPECTED[file]);
  });
});

describe('a group of alerts', () => {
  const alert = { labels: { alertname: 'A', severity: 'critical' }, startsAt: '2026-01-31T12:00:00Z', endsAt: '0001-01-01T00:00:00Z', fingerprint: 'f' };
  const group = (change: object, ...alerts: object[]): Shown[] =>
    shown(send(alertmanager, JSON.stringify({ version: '4', status: 'firing', alerts: alerts.map((one) => ({ ...alert, ...one })), ...change })));

  it('that fires may hold alerts that are over: each has its own word', () => {
    expect(group({}, { status: 'resolved' }, { status: 'firing' })).toMatchObject([{ data: { status: 'resolved' } }, { data: { status: 'firing' } }]);
  });

  it('gives its word to alerts that have none', () => {
    expect(group({ status: 'resolved' }, {})).toMatchObject([{ data: { status: 'resolved' } }]);
    expect(group({ status: 'firing' }, {})).toMatchObject([{ data: { status: 'firing' } }]);
    expect(group({ status: 'pending' }, {})).toMatchObject([{ rejected: '/status' }]);
  });

  it('that is told again is the same evidence', () => {
    expect(group({ groupKey: 1 }, { status: 'firing', annotations: { value: '1' } })).toEqual(group({ groupKey: 2 }, { status: 'firing', annotations: { value: '2' } }));
  });

  it('that starts again is another detection', () => {
    const ids = group({}, { status: 'firing' }, { status: 'firing', startsAt: '2026-01-31T13:00:00Z' }).map((item) => ('subject' in item ? item.subject : ''));
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    ['Page', 'critical'],
    ['error', 'high'],
    ['warning', 'medium'],
    ['minor', 'low'],
    ['info', 'informational'],
    ['none', 'informational'],
    ['', 'high'],
    ['sev1', 'high'],
    ['constructor', 'high'],
  ])('of severity %j is %s', (word, severity) => {
    expect(group({}, { labels: { severity: word } })).toMatchObject([{ data: { severity } }]);
    expect(group({}, { labels: {} })).toMatchObject([{ data: { severity: 'high' } }]);
  });

  it('that is empty says nothing, and one that is cut off says so', () => {
    expect(group({})).toEqual([]);
    expect(group({ truncatedAlerts: 0 }, {})).toHaveLength(1);
    expect(group({ truncatedAlerts: 'x' }, {})).toMatchObject([{}, { rejected: '/truncatedAlerts', message: 'some alerts were left out of the group; set max_alerts to 0' }]);
  });
});
