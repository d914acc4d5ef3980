import { describe, expect, it } from '@jest/globals';
import type { StateChangeMessage } from '@tickmark/contracts';
import { noticeBody } from './notice.js';
import type { PlanContext } from './desk.js';
import { blank, context, deviationMessage, gapMessage, written } from './messages.testkit.js';
import { planNotices, touchedBy } from './plan.js';
import { everythingTo } from './routing.js';

/** Notices of messages that come one after the other. */
function tell(messages: readonly StateChangeMessage[], over: Partial<PlanContext> = {}) {
  let record = blank;
  const notices = [];
  for (const message of messages) {
    const plan = planNotices([message], record, context(over));
    record = written(record, plan);
    notices.push(...plan.notices);
  }
  return { notices, record };
}
const kinds = (messages: readonly StateChangeMessage[], over: Partial<PlanContext> = {}) =>
  tell(messages, over).notices.map(({ body }) => body.kind);

describe('planning notices', () => {
  it('says DEMO in the notices of a demo', () => {
    const [notice] = tell([deviationMessage('opened')], { demo: true }).notices;
    expect(notice?.body).toMatchObject({ demo: true, title: 'DEMO: Administrators sign in with a second factor' });
    const [other] = tell([deviationMessage('opened')]).notices;
    expect(other?.body).not.toHaveProperty('demo');
  });

  it('tells an opened deviation with everything that a reader needs', () => {
    const { notices } = tell([deviationMessage('opened', { id: 'd7', key: 'okta/a1' })]);
    expect(notices).toEqual([
      {
        id: 'a0ee126b-5a7f-8459-b9be-996b319f2426',
        dedupKey: 'first/webhook/opened/deviation/d7/1',
        receiver: 'first',
        channel: 'webhook',
        receivedAtMs: Date.parse('2026-03-02T11:59:59.000Z'),
        body: {
          id: 'a0ee126b-5a7f-8459-b9be-996b319f2426',
          kind: 'opened',
          control: 'admin-mfa',
          title: 'Administrators sign in with a second factor',
          severity: 'critical',
          owner: 'it-operations',
          criteria: [],
          deviations: [
            {
              id: 'd7',
              check: 'second-factor',
              key: 'okta/a1',
              status: 'open',
              occurredAt: '2026-03-02T11:00:00.000Z',
              detectedAt: '2026-03-02T11:00:01.000Z',
              evidenceIds: ['e1'],
            },
          ],
          links: {
            control: 'https://tickmark.example/v1/controls/admin-mfa',
            deviations: 'https://tickmark.example/v1/deviations?control=admin-mfa&key=okta%2Fa1',
            timeline: 'https://tickmark.example/v1/controls/admin-mfa/timeline?key=okta%2Fa1',
            evidence: 'https://tickmark.example/v1/evidence/e1',
          },
        },
      },
    ]);
    expect(noticeBody.safeParse(notices[0]?.body).success).toBe(true);
  });

  it('tells an opening once and its closing once', () => {
    expect(kinds([deviationMessage('opened'), deviationMessage('closed')])).toEqual(['opened', 'closed']);
  });

  it('tells a deviation that is already over when first known in one combined notice', () => {
    expect(kinds([deviationMessage('opened', { combined: true }), deviationMessage('closed', { combined: true })])).toEqual(['combined']);
  });

  it('tells a closing whose opening it was never told as combined', () => {
    expect(kinds([deviationMessage('closed')])).toEqual(['combined']);
  });

  it('tells a withdrawal to whoever was told of the deviation, and to nobody else', () => {
    expect(kinds([deviationMessage('opened'), deviationMessage('withdrawn')])).toEqual(['opened', 'withdrawn']);
    expect(kinds([deviationMessage('withdrawn')])).toEqual([]);
  });

  it('tells a deviation again that opens after it was withdrawn, with another id', () => {
    const { notices } = tell([deviationMessage('opened'), deviationMessage('withdrawn'), deviationMessage('opened')]);
    expect(notices.map(({ dedupKey }) => dedupKey)).toEqual([
      'first/webhook/opened/deviation/d1/1',
      'first/webhook/withdrawn/deviation/d1/1',
      'first/webhook/opened/deviation/d1/2',
    ]);
  });

  it('tells a deviation that opened and closed anew after it was closed', () => {
    const messages = [
      deviationMessage('opened'),
      deviationMessage('closed'),
      deviationMessage('opened', { combined: true }),
      deviationMessage('closed', { combined: true }),
    ];
    expect(kinds(messages)).toEqual(['opened', 'closed', 'combined']);
  });

  it('plans nothing for a message with an old epoch or sequence', () => {
    const messages = [
      deviationMessage('opened', { sequence: 5, epoch: 2 }),
      deviationMessage('closed', { sequence: 5, epoch: 2 }),
      deviationMessage('closed', { sequence: 9, epoch: 1 }),
    ];
    expect(kinds(messages)).toEqual(['opened']);
  });

  it('tells one gap in one notice that names every control it hits, with the severity of the worst', () => {
    const lookup = (control: string) =>
      control === 'admin-mfa' ? { severity: 'critical' as const, owner: 'it', criteria: [] } : { severity: 'low' as const, owner: 'hr', criteria: [] };
    const { notices } = tell([gapMessage('opened'), gapMessage('closed')], { lookup });
    expect(notices.map(({ body }) => ({ ...body, id: '' }))).toEqual([
      {
        id: '',
        kind: 'gap-opened',
        control: null,
        title: 'Feed hr is silent',
        severity: 'critical',
        owner: null,
        criteria: [],
        deviations: [],
        gap: {
          id: 'g1',
          cause: 'feed-silent',
          feed: 'hr',
          from: '2026-03-02T10:00:00.000Z',
          controls: ['admin-mfa', 'leaver-access-removed'],
        },
        links: { gaps: 'https://tickmark.example/v1/gaps' },
      },
      expect.objectContaining({
        kind: 'gap-closed',
        gap: expect.objectContaining({ to: '2026-03-02T11:50:00.000Z' }) as unknown,
      }),
    ]);
  });

  it('tells an interval that is closed by several messages once', () => {
    expect(kinds([gapMessage('opened'), gapMessage('closed'), gapMessage('closed')])).toEqual(['gap-opened', 'gap-closed']);
  });

  it('tells a gap that is over when first known once, with its end', () => {
    const opened = gapMessage('opened');
    const over = { ...opened, gap: { ...(opened as { gap: object }).gap, to: '2026-03-02T11:50:00.000Z' } } as StateChangeMessage;
    const { notices } = tell([over, gapMessage('closed')]);
    expect(notices.map(({ body }) => [body.kind, body.gap?.to])).toEqual([['gap-closed', '2026-03-02T11:50:00.000Z']]);
  });

  it('gives each channel of a receiver a notice with an id of its own', () => {
    const routing = everythingTo({ name: 'first', channels: { webhook: {}, email: {} } });
    const { notices } = tell([deviationMessage('opened')], { routing });
    expect(notices.map(({ channel }) => channel)).toEqual(['webhook', 'email']);
    expect(new Set(notices.map(({ id }) => id)).size).toBe(2);
  });

  it('plans nothing when there is no receiver', () => {
    expect(kinds([deviationMessage('opened')], { routing: everythingTo({ name: 'first', channels: {} }) })).toEqual([]);
  });

  it('names the criteria of the control', () => {
    const lookup = () => ({ severity: 'high' as const, owner: 'it', criteria: ['CC6.1', 'ICFR-LA-1'] });
    expect(tell([deviationMessage('opened')], { lookup }).notices[0]?.body.criteria).toEqual(['CC6.1', 'ICFR-LA-1']);
  });

  it('ignores a changed state', () => {
    const message = { ...deviationMessage('opened'), kind: 'state-changed', state: 'fail', since: '2026-03-02T11:00:00.000Z' } as StateChangeMessage;
    expect(kinds([message])).toEqual([]);
  });

  it('says which parts of the record a batch can touch', () => {
    const batch = [deviationMessage('opened', { backfill: true }), gapMessage('opened')];
    expect(touchedBy(batch, context().routing)).toEqual({
      messageKeys: ['admin-mfa/second-factor/a1', 'gap/g1'],
      toldKeys: ['first/webhook\ndeviation/d1', 'first/webhook\ngap/g1'],
      groupKeys: [
        'first/webhook\ndigest\nadmin-mfa',
        'first/webhook\ndigest\ngap/g1',
        'first/webhook\nlive\nadmin-mfa',
        'first/webhook\nlive\ngap/g1',
      ],
      newGroupKeys: ['first/webhook\ndigest\nadmin-mfa'],
    });
  });
});
