import path from 'node:path';
import { email, webhook } from '@tickmark/channels';
import { toInstant } from '@tickmark/contracts';
import { sha256 } from '@tickmark/ledger';
import type { StoredCheckpoint } from '@tickmark/persistence';
import { codeOf, writeKept } from '../keep/kept-file.js';
import type { SealerConfig } from '../sealer.config.js';
import type { PublishOutcome, Target } from './target.js';

type Attempt = Awaited<ReturnType<ReturnType<typeof webhook.open>['send']>>;

const READABLE_BY_ALL = 0o644;
const SIZE_DIGITS = 16;

/** The places that the settings name. */
export function targetsOf(config: SealerConfig): readonly Target[] {
  return [toFolder(config), toWebhook(config), toEmail(config)].filter((target) => target !== undefined);
}

/** The same for every attempt, so that a receiver knows repeats. */
const idOf = ({ note }: StoredCheckpoint): string => `checkpoint_${sha256(note).toString('hex', 0, 16)}`;

/** One file for each checkpoint: it can lie where files are written once and never changed. */
function toFolder({ TICKMARK_CHECKPOINT_FOLDER: folder }: SealerConfig): Target | undefined {
  if (folder === undefined) return undefined;
  return {
    id: 'file',
    publish: ({ origin, size, note }) => {
      const name = `${origin.replaceAll('/', '_')}.${String(size).padStart(SIZE_DIGITS, '0')}.checkpoint`;
      try {
        writeKept(path.join(folder, name), note, READABLE_BY_ALL);
        return Promise.resolve({ ok: true });
      } catch (error) {
        return Promise.resolve({ ok: false, reason: `cannot be written (${codeOf(error)})` });
      }
    },
    close: () => Promise.resolve(),
  };
}

function toWebhook(config: SealerConfig): Target | undefined {
  const { TICKMARK_CHECKPOINT_WEBHOOK_URL: url, TICKMARK_CHECKPOINT_WEBHOOK_SECRET: secret } = config;
  if (url === undefined || secret === undefined) return undefined;
  const sender = webhook.open(channelSettings(config));
  return {
    id: 'webhook',
    publish: async (checkpoint, signal) => {
      const { origin, epoch, size, root, note, signedAtMs } = checkpoint;
      const data = { origin, epoch, size, root: root.toString('base64'), signedAt: toInstant(signedAtMs), note };
      const body = JSON.stringify({ type: 'ledger.checkpoint', timestamp: toInstant(signedAtMs), data });
      return outcomeOf(await sender.send({ id: idOf(checkpoint), body }, { url, secret }, signal));
    },
    close: () => sender.close(),
  };
}

function toEmail(config: SealerConfig): Target | undefined {
  const { TICKMARK_CHECKPOINT_EMAIL_TO: to, TICKMARK_CHECKPOINT_EMAIL_EVERY: everyMs } = config;
  if (to === undefined) return undefined;
  const sender = email.open(channelSettings(config));
  return {
    id: 'email',
    everyMs,
    publish: async (checkpoint, signal) => {
      const { origin, size, note } = checkpoint;
      const subject = `Checkpoint of the ledger ${origin}: ${size} leaves`;
      const text = `${EXPLAINED}\n\n${note}`;
      const ids = { messageId: `<${idOf(checkpoint)}@ledger.tickmark>`, thread: '<checkpoints@ledger.tickmark>' };
      return outcomeOf(await sender.send({ subject, text, html: `<pre>${escaped(text)}</pre>`, ...ids }, { to }, signal));
    },
    close: () => sender.close(),
  };
}

const EXPLAINED = 'Keep this message. With it anybody can check later that the ledger was not changed up to this size:\nthe text below is a signed checkpoint (c2sp.org/tlog-checkpoint).';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const channelSettings = (config: SealerConfig) => ({
  production: config.NODE_ENV === 'production',
  allowedNetworks: config.TICKMARK_ALLOWED_NETWORKS,
  mailFrom: config.TICKMARK_EMAIL_FROM,
  ...(config.SMTP_URL === undefined ? {} : { smtpUrl: config.SMTP_URL }),
});

const outcomeOf = (attempt: Attempt): PublishOutcome => (attempt.kind === 'sent' ? { ok: true } : { ok: false, reason: attempt.reason });
