import { describe, expect, it } from '@jest/globals';
import { falco } from './falco.format.js';
import { sampleFiles, send, sendSample, type Shown, shown } from './samples.testkit.js';

const alert = (id: string, host: string, severity: string, time: string): object => ({
  index: 0,
  id,
  source: `falco/${host}`,
  type: 'detection.alert',
  subject: id,
  time,
  data: { id, severity, status: 'detected', kind: 'runtime' },
});

const EXPECTED: Record<string, object[]> = {
  'falco.syscall_event_drop.json': [
    {
      index: 0,
      id: 'falco-9944915c1f95268d2c775acefd249cb864e5ff6c',
      source: 'falco/host',
      type: 'config.finding',
      subject: 'host',
      time: '2023-03-03T03:03:03.000Z',
      data: {
        rule: 'falco/syscall event drop',
        resource: 'host',
        outcome: 'unknown',
        title: 'Falco internal: syscall event drop. 815508 system calls dropped in last second.',
      },
    },
  ],
  'falco.test_rule.json': [alert('falco-4ce3a462b6a49e261dda058548640dc42a108b23', 'test-host', 'informational', '2001-01-01T01:10:00.000Z')],
  'falco.write_below_binary_dir.json': [alert('falco-d3ee7368d2bdbbdb0ab66f54c5bd53ee62ceca39', 'localhost', 'high', '2019-05-17T15:31:56.746Z')],
  'broken.priority.json': [
    alert('falco-bc150439a0758cbd633e8a0902babc7b86e02b05', 'node-1', 'medium', '2026-01-31T12:00:00.123Z'),
    { index: 1, rejected: '/priority', message: 'is no priority of Falco' },
    { index: 2, rejected: '/time', message: 'is no instant' },
  ],
};

describe('samples of Falco', () => {
  it('are all written out here', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('falco'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(falco, file))).toEqual(EXPECTED[file]);
  });
});

describe('alerts of Falco', () => {
  const ALERT = { rule: 'r', time: '2026-01-31T12:00:00.000000001Z', priority: 'Error', output: 'o', hostname: 'h' };
  const one = (change: object): Shown | undefined => shown(send(falco, JSON.stringify({ ...ALERT, ...change })))[0];
  const idOf = (change: object): string => {
    const item = one(change);
    return item !== undefined && 'id' in item ? item.id : 'none';
  };

  it.each([
    ['Emergency', 'critical'],
    ['ALERT', 'critical'],
    ['critical', 'critical'],
    ['Error', 'high'],
    ['WARNING', 'medium'],
    ['notice', 'low'],
    ['Informational', 'informational'],
    ['Info', 'informational'],
    ['Debug', 'informational'],
  ])('of priority %s are %s', (priority, severity) => {
    expect(one({ priority })).toMatchObject({ data: { severity } });
  });

  it('are known by rule, nanoseconds, host and text, whatever their fields', () => {
    expect(idOf({ output_fields: { 'proc.tty': 1 } })).toBe(idOf({ output_fields: { 'proc.tty': '1' } }));
    const others = [{ rule: 'x' }, { time: '2026-01-31T12:00:00.000000002Z' }, { hostname: 'x' }, { output: 'x' }].map(idOf);
    expect(new Set([...others, idOf({})]).size).toBe(5);
  });

  it('of Falco itself are gaps, whatever their priority, and belong to some host', () => {
    expect(one({ rule: 'Falco internal: outputs queue full', priority: 'Critical', hostname: null })).toMatchObject({
      type: 'config.finding',
      subject: 'unnamed-host',
      data: { rule: 'falco/outputs queue full', outcome: 'unknown' },
    });
  });

  it('come as lines too', () => {
    const lines = [ALERT, { ...ALERT, output: 'x' }].map((each) => JSON.stringify(each)).join('\n');
    expect(shown(send(falco, lines, { contentType: 'application/x-ndjson' })).length).toBe(2);
  });
});
