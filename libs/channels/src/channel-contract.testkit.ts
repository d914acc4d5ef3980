import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noticeBody } from '@tickmark/alerting';
import type { AttemptOutcome, NoticeBody } from '@tickmark/alerting';
import { register } from './channel.js';
import type { Channel, ChannelSettings, OpenChannel } from './channel.js';

/** How a receiver may answer; each channel's spec says what that is in its protocol. */
export type Behaviour = 'accepts' | 'busy' | 'broken' | 'refuses' | 'silent';

export interface Receiver {
  readonly config: unknown;
  readonly settings: Partial<ChannelSettings>;
  /** What must never show in an outcome. */
  readonly secrets: readonly string[];
  behave(behaviour: Behaviour): void;
  /** How often a whole notice arrived. */
  arrived(): number;
  close(): Promise<void>;
}

export const SETTINGS: ChannelSettings = { production: false, allowedNetworks: [], mailFrom: 'Tickmark <tickmark@larkspur.example>' };

export function aNotice(over: Partial<NoticeBody> = {}): NoticeBody {
  return noticeBody.parse({
    id: '0b54a1de-3f0c-8f1e-9a52-4c1d2f3e4a5b',
    kind: 'opened',
    control: 'admin-mfa',
    title: 'Administrators sign in with a second factor',
    severity: 'critical',
    owner: 'it-operations',
    criteria: ['CC6.1', 'ICFR-LA-1'],
    deviations: [aDeviation()],
    links: {
      control: 'https://console.larkspur.example/v1/controls/admin-mfa',
      evidence: 'https://console.larkspur.example/v1/evidence/7f1c',
    },
    ...over,
  });
}

export const aDeviation = (over: Partial<NoticeBody['deviations'][number]> = {}): NoticeBody['deviations'][number] => ({
  id: 'd7',
  check: 'second-factor',
  key: 'okta/ada',
  status: 'open',
  occurredAt: '2026-03-02T11:00:00.000Z',
  detectedAt: '2026-03-02T11:00:01.000Z',
  evidenceIds: ['7f1c'],
  ...over,
});

/** What holds for every channel, tried against a real server of its protocol. */
export function itKeepsTheChannelContract<Config, Rendered>(
  channel: Channel<Config, Rendered>,
  startReceiver: () => Promise<Receiver>,
): void {
  describe(`the channel contract, kept by ${channel.id}`, () => {
    const outcomes: AttemptOutcome[] = [];
    let receiver: Receiver;
    let open: OpenChannel;
    let hasty: OpenChannel;

    beforeAll(async () => {
      receiver = await startReceiver();
      // Patient where an answer comes: a busy machine must not look like a silent receiver.
      open = register(channel).open({ ...SETTINGS, timeoutMs: 20_000, ...receiver.settings });
      hasty = register(channel).open({ ...SETTINGS, timeoutMs: 300, ...receiver.settings });
    });
    afterAll(async () => {
      await Promise.all([open.close(), hasty.close()]);
      await receiver.close();
    });

    const deliver = async (behaviour: Behaviour, signal = new AbortController().signal, by = open): Promise<AttemptOutcome> => {
      receiver.behave(behaviour);
      const outcome = await by.deliver(aNotice(), receiver.config, signal);
      outcomes.push(outcome);
      return outcome;
    };

    it('accepts its own settings and refuses unknown ones', () => {
      expect(channel.config.safeParse(receiver.config).success).toBe(true);
      expect(channel.config.safeParse({ ...(receiver.config as object), colour: 'red' }).success).toBe(false);
    });
    it('says sent when the receiver took the notice', async () => {
      expect(await deliver('accepts')).toEqual({ kind: 'sent' });
      expect(receiver.arrived()).toBe(1);
    });
    it('asks for a retry when the receiver is busy', async () => {
      expect(await deliver('busy')).toMatchObject({ kind: 'retry' });
    });
    it('asks for a retry when the receiver is broken', async () => {
      expect(await deliver('broken')).toMatchObject({ kind: 'retry' });
    });
    it('gives up when the receiver refuses for good', async () => {
      expect(await deliver('refuses')).toMatchObject({ kind: 'giveUp' });
    });
    it('asks for a retry when the receiver says nothing within the time limit', async () => {
      expect(await deliver('silent', undefined, hasty)).toMatchObject({ kind: 'retry' });
    });
    it('stops at once when it is told to, and asks for a retry', async () => {
      const stop = new AbortController();
      const delivery = deliver('silent', stop.signal);
      stop.abort();
      expect(await delivery).toEqual({ kind: 'retry', reason: 'interrupted by shutdown' });
    });
    it('gives up on settings that do not fit it', async () => {
      expect(await open.deliver(aNotice(), { colour: 'red' }, new AbortController().signal)).toMatchObject({ kind: 'giveUp' });
    });
    it('asks for a retry when nobody listens', async () => {
      await receiver.close();
      expect(await deliver('accepts')).toMatchObject({ kind: 'retry' });
    });
    it('never shows a secret in an outcome', () => {
      const said = JSON.stringify(outcomes);
      expect(outcomes.length).toBeGreaterThan(5);
      expect(receiver.secrets.filter((secret) => said.includes(secret))).toEqual([]);
    });
  });
}
