import type { AttemptOutcome, NoticeBody } from '@tickmark/alerting';
import type { ZodType } from 'zod';

/** What an installation allows and has for every channel; from the app's configuration. */
export interface ChannelSettings {
  readonly production: boolean;
  /** Networks (CIDR) that may be called though they are private, link-local or loopback. */
  readonly allowedNetworks: readonly string[];
  readonly smtpUrl?: string;
  readonly mailFrom: string;
  readonly timeoutMs?: number;
}

export const SEND_TIMEOUT_MS = 15_000;

/** Sends with connections of its own; `close` ends them. */
interface Sender<Config, Rendered> {
  /** Always resolves; a reason holds no secret and nothing of the receiver's answer. */
  send(rendered: Rendered, config: Config, signal: AbortSignal): Promise<AttemptOutcome>;
  close(): Promise<void>;
}

/** A channel: one file `<id>.channel.ts`, one registry line, one spec that runs the channel contract. */
export interface Channel<Config, Rendered> {
  readonly id: string;
  /** What a receiver writes under this channel's id. */
  readonly config: ZodType<Config>;
  render(notice: NoticeBody): Rendered;
  open(settings: ChannelSettings): Sender<Config, Rendered>;
}

/** A channel whose own types nobody needs to know any more. */
export interface OpenChannel {
  readonly id: string;
  deliver(notice: NoticeBody, config: unknown, signal: AbortSignal): Promise<AttemptOutcome>;
  close(): Promise<void>;
}

export interface RegisteredChannel {
  readonly id: string;
  readonly config: ZodType;
  open(settings: ChannelSettings): OpenChannel;
}

export function register<Config, Rendered>(channel: Channel<Config, Rendered>): RegisteredChannel {
  return {
    id: channel.id,
    config: channel.config,
    open: (settings) => openChannel(channel, settings),
  };
}

function openChannel<Config, Rendered>(channel: Channel<Config, Rendered>, settings: ChannelSettings): OpenChannel {
  const sender = channel.open(settings);
  return {
    id: channel.id,
    deliver: async (notice, config, signal) => {
      const parsed = channel.config.safeParse(config);
      if (!parsed.success) return { kind: 'giveUp', reason: `the receiver's ${channel.id} settings do not fit the channel any more` };
      return sender.send(channel.render(notice), parsed.data, signal);
    },
    close: () => sender.close(),
  };
}
