import { describe, expect, it } from '@jest/globals';
import { GAP_CAUSES, gapMessage as schema } from '@tickmark/contracts';
import type { GapCause, StateChangeMessage } from '@tickmark/contracts';
import { partsOfToldKey, toldKey } from './desk.js';
import { NOW_MS, blank, context, deviationMessage, gapMessage, written } from './messages.testkit.js';
import { planNotices, touchedBy } from './plan.js';
import { releaseDue } from './release.js';
import { destinationOf, everythingTo } from './routing.js';

const bodiesOf = (...messages: StateChangeMessage[]) => planNotices(messages, blank, context()).notices.map(({ body }) => body);

function gapOf(cause: GapCause, about: object = {}): StateChangeMessage {
  const message = gapMessage('opened') as ReturnType<typeof schema.parse>;
  return schema.parse({ ...message, gap: { ...message.gap, cause, controls: [], ...about } });
}

describe('what a notice of a gap says', () => {
  it('names the cause in words that people read', () => {
    const titles = Object.fromEntries(GAP_CAUSES.map((cause) => [cause, bodiesOf(gapOf(cause, { feed: 'hr', check: 'mfa' }))[0]?.title]));
    expect(titles).toEqual({
      'feed-silent': 'Feed hr is silent',
      'incomplete-population': 'The population of mfa is incomplete',
      'check-error': 'Check mfa cannot be computed',
      unreconciled: 'Evidence received and evidence judged differ',
      altered: 'What is kept is not what was received',
      conflict: 'Feed hr sent one id with two contents',
      'dead-letter': 'A message could not be read',
      epoch: 'The ledger began a new epoch',
      'not-judged': 'Evidence is received but not judged in time',
      unsealed: 'The ledger is not sealed in time',
    });
  });

  it('names the control when it hits one only', () => {
    expect(bodiesOf(gapMessage('opened', { controls: ['admin-mfa'] }))[0]?.control).toBe('admin-mfa');
  });

  it('takes the control of the gap when no list came with it', () => {
    const [body] = bodiesOf(gapOf('check-error', { control: 'admin-mfa', check: 'mfa', key: 'ada' }));
    expect(body).toMatchObject({ control: 'admin-mfa', gap: { check: 'mfa', key: 'ada', controls: ['admin-mfa'] } });
  });

  it('is high when none of its controls is known', () => {
    expect(bodiesOf(gapOf('feed-silent'))[0]).toMatchObject({ severity: 'high', owner: null, control: null });
  });

  it('names the owner when its controls have one only', () => {
    const lookup = () => ({ severity: 'low' as const, owner: 'it', criteria: ['CC6.1'] });
    const plan = planNotices([gapMessage('opened')], blank, context({ lookup }));
    expect(plan.notices[0]?.body).toMatchObject({ severity: 'low', owner: 'it' });
  });
});

describe('a notice of many deviations', () => {
  const wait = everythingTo({ name: 'first', channels: { webhook: {} } });
  const grouping = context({ routing: { ...wait, root: { ...wait.root!, groupWaitMs: 1_000 } } });

  it('is cut when it would be too large, and still names each once', () => {
    const messages = Array.from({ length: 5_001 }, (_, n) => deviationMessage('opened', { id: `d${String(n).padStart(5, '0')}`, key: `a${n}` }));
    const record = written(blank, planNotices(messages, blank, grouping));
    const { notices } = releaseDue(record, { ...grouping, nowMs: NOW_MS + 1_000 });
    expect(notices.map(({ body }) => body.deviations.length)).toEqual([5_000, 1]);
    expect(new Set(notices.flatMap(({ body }) => body.deviations.map(({ id }) => id))).size).toBe(5_001);
    expect(new Set(notices.map(({ id }) => id)).size).toBe(2);
  });

  it('has the highest severity of them, and orders those of one instant by id', () => {
    const messages = [
      deviationMessage('opened', { id: 'd2', key: 'a2', severity: 'low' }),
      deviationMessage('opened', { id: 'd1', key: 'a1', severity: 'high' }),
    ];
    const record = written(blank, planNotices(messages, blank, grouping));
    const [notice] = releaseDue(record, { ...grouping, nowMs: NOW_MS + 1_000 }).notices;
    expect(notice?.body.severity).toBe('high');
    expect(notice?.body.deviations.map(({ id }) => id)).toEqual(['d1', 'd2']);
    expect(notice).not.toHaveProperty('receivedAtMs');
  });

  it('lets what is still held wait for the next one', () => {
    const held = context({ routing: { ...wait, root: { ...wait.root!, holdMs: 10_000 } } });
    const first = written(blank, planNotices([deviationMessage('opened', { id: 'd1', key: 'a1' })], blank, held));
    const second = written(first, planNotices([deviationMessage('opened', { id: 'd2', key: 'a2' })], first, { ...held, nowMs: NOW_MS + 5_000 }));
    const told = (atMs: number, record: typeof second) => {
      const plan = releaseDue(record, { ...held, nowMs: NOW_MS + atMs });
      return { keys: plan.notices.flatMap(({ body }) => body.deviations.map(({ key }) => key)), record: written(record, plan) };
    };
    const early = told(9_999, second);
    expect(early.keys).toEqual([]);
    const once = told(10_000, early.record);
    expect(once.keys).toEqual(['a1']);
    expect(told(14_999, once.record).keys).toEqual([]);
    expect(told(15_000, once.record).keys).toEqual(['a2']);
  });
});

describe('what a deviation without evidence of its own links to', () => {
  it('is the control, the deviation and the timeline', () => {
    const message = deviationMessage('opened') as StateChangeMessage & { deviation: object };
    const without = { ...message, deviation: { ...message.deviation, evidenceIds: [] } } as StateChangeMessage;
    const { receivedAt: _at, ...byTime } = without as StateChangeMessage & { receivedAt?: string };
    const plan = planNotices([byTime], blank, context({ consoleUrl: 'https://console.example/base/' }));
    expect(plan.notices[0]?.body.links).toEqual({
      control: 'https://console.example/base/v1/controls/admin-mfa',
      deviations: 'https://console.example/base/v1/deviations?control=admin-mfa&key=a1',
      timeline: 'https://console.example/base/v1/controls/admin-mfa/timeline?key=a1',
    });
    expect(plan.notices[0]).not.toHaveProperty('receivedAtMs');
  });
});

describe('the keys of the record', () => {
  it('lead back to destination and subject', () => {
    const destination = { receiver: 'ops', channel: 'webhook' };
    expect(partsOfToldKey(toldKey(destination, 'deviation/a\nb'))).toEqual({ destination: 'ops/webhook', subject: 'deviation/a\nb' });
    expect(destinationOf('ops/webhook')).toEqual(destination);
  });

  it('name the groups to make only where something can wait', () => {
    const routing = everythingTo({ name: 'first', channels: { webhook: {} } });
    const nested = { ...routing, root: { ...routing.root!, routes: [{ ...routing.root!, holdMs: 1 }] } };
    expect(touchedBy([deviationMessage('opened')], routing).newGroupKeys).toEqual([]);
    expect(touchedBy([deviationMessage('opened')], nested).newGroupKeys).toEqual(['first/webhook\nlive\nadmin-mfa']);
    expect(touchedBy([deviationMessage('opened')], { receivers: [] }).toldKeys).toEqual([]);
  });
});
