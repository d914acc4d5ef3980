import type { AttemptOutcome, NoticeBody } from '@tickmark/alerting';
import { createTransport } from 'nodemailer';
import type { SMTPSentMessageInfo } from 'nodemailer';
import { z } from 'zod';
import { SEND_TIMEOUT_MS } from './channel.js';
import type { Channel, ChannelSettings } from './channel.js';
import { mailHtml } from './mail/mail-html.js';
import { mailText } from './mail/mail-text.js';
import { subjectOf } from './mail/wording.js';

const RECIPIENTS_MOST = 50;
const CONNECT_TIMEOUT_MS = 5_000;

const config = z.strictObject({
  to: z.array(z.email({ error: 'must be a mail address' })).min(1).max(RECIPIENTS_MOST),
});
type Config = z.output<typeof config>;

interface Rendered {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  /** The same for all mails about one deviation or gap, so that they thread. */
  readonly thread: string;
}

/** Mail through the installation's SMTP server, as text and HTML. */
export const email: Channel<Config, Rendered> = {
  id: 'email',
  config,
  render: (notice) => ({
    subject: subjectOf(notice),
    text: mailText(notice),
    html: mailHtml(notice),
    // The notice's id comes from its dedup key: a mail that is sent twice has one Message-ID.
    messageId: `<${notice.id}@notices.tickmark>`,
    thread: `<${threadOf(notice)}@threads.tickmark>`,
  }),
  open: (settings) => ({
    send: (rendered, receiver, signal) => send(settings, { rendered, receiver, signal }),
    close: () => Promise.resolve(),
  }),
};

function threadOf({ deviations, gap, control, id }: NoticeBody): string {
  const [first] = deviations;
  if (first !== undefined && deviations.length === 1) return `deviation-${asWord(first.id)}`;
  if (gap !== undefined) return `gap-${asWord(gap.id)}`;
  return control === null ? id : `control-${asWord(control)}`;
}

const asWord = (text: string): string => text.replaceAll(/[^\w.-]/g, '-').slice(0, 200);

interface Mailing {
  readonly rendered: Rendered;
  readonly receiver: Config;
  readonly signal: AbortSignal;
}

async function send(settings: ChannelSettings, { rendered, receiver, signal }: Mailing): Promise<AttemptOutcome> {
  const { smtpUrl, mailFrom, timeoutMs = SEND_TIMEOUT_MS } = settings;
  if (smtpUrl === undefined) return { kind: 'giveUp', reason: 'SMTP_URL is not set' };
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { thread, ...content } = rendered;
  try {
    const info = await transport.sendMail({
      ...content,
      from: mailFrom,
      to: receiver.to,
      inReplyTo: thread,
      references: thread,
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return sent(info);
  } catch (error) {
    return outcomeOfError(error, signal.aborted);
  } finally {
    transport.close();
  }
}

/** Some recipients may have been refused while others were not: that is told, not hidden. */
function sent({ rejected, accepted }: SMTPSentMessageInfo): AttemptOutcome {
  if (rejected.length === 0) return { kind: 'sent' };
  return { kind: 'sent', note: `${rejected.length} of ${rejected.length + accepted.length} recipients were refused` };
}

const LOGIN_CODES = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2']);

/** The server's words are left out: they can repeat addresses and credentials. */
function outcomeOfError(error: unknown, ended: boolean): AttemptOutcome {
  if (ended) return { kind: 'retry', reason: 'interrupted by shutdown' };
  const { code, responseCode } = fieldsOf(error);
  const reason = [code ?? 'the mail could not be sent', ...(responseCode === undefined ? [] : [`SMTP ${responseCode}`])].join(', ');
  // A wrong password is repaired in our own settings: the mails wait for it.
  const final = responseCode !== undefined && responseCode >= 500 && !LOGIN_CODES.has(code ?? '');
  return { kind: final ? 'giveUp' : 'retry', reason };
}

function fieldsOf(error: unknown): { readonly code?: string; readonly responseCode?: number } {
  if (!(error instanceof Error)) return {};
  return {
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...('responseCode' in error && typeof error.responseCode === 'number' ? { responseCode: error.responseCode } : {}),
  };
}
