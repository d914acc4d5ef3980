import { parseDuration } from '@tickmark/contracts';
import { listSetting, portSetting, settings } from '@tickmark/platform';
import { z } from 'zod';

const SHORTEST_MS = 100;
/** A checkpoint at least every minute is promised. */
const LONGEST_MS = 60_000;
const DAY_MS = 86_400_000;

const duration = (least: number, most: number) =>
  z.string().transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= least && ms <= most) return ms;
    context.addIssue(`must be a duration such as 30s, from ${least} ms to ${most} ms`);
    return z.NEVER;
  });

/** The environment of sealer, under the variables' own names. */
export const sealerEnvironment = z
  .object({
    SEALER_PORT: portSetting(3004),
    TICKMARK_HOST: settings.TICKMARK_HOST,
    DATABASE_URL: settings.DATABASE_URL,
    /** The signing key; made on the first start, mode 600. */
    TICKMARK_SEALER_KEY_FILE: z.string().min(1).default('.tickmark/sealer/key.json'),
    /** What was signed last. On a volume that no restore of the database takes back. */
    TICKMARK_SEALER_MEMORY_FILE: z.string().min(1).default('.tickmark/sealer/memory.json'),
    /** A ledger that grew gets a checkpoint this often; at most a minute apart. */
    TICKMARK_SEAL_EVERY: duration(SHORTEST_MS, LONGEST_MS).default(30_000),
    /** Every checkpoint, to where the database's administrator cannot rewrite it. */
    TICKMARK_CHECKPOINT_WEBHOOK_URL: z.string().optional(),
    TICKMARK_CHECKPOINT_WEBHOOK_SECRET: z.string().optional(),
    TICKMARK_CHECKPOINT_FOLDER: z.string().min(1).optional(),
    /** The latest checkpoint by mail, this often; mail addresses, several with commas. */
    TICKMARK_CHECKPOINT_EMAIL_TO: listSetting.optional(),
    TICKMARK_CHECKPOINT_EMAIL_EVERY: duration(SHORTEST_MS, 7 * DAY_MS).default(DAY_MS),
    TICKMARK_EMAIL_FROM: z.string().min(3).default('Tickmark <tickmark@localhost>'),
    SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// address' }).optional(),
    TICKMARK_ALLOWED_NETWORKS: settings.TICKMARK_ALLOWED_NETWORKS,
    LOG_LEVEL: settings.LOG_LEVEL,
    NODE_ENV: settings.NODE_ENV,
  })
  .superRefine((config, context) => {
    const needs = (has: unknown, name: string, wanted: unknown, needed: string): void => {
      if (has !== undefined && wanted === undefined) context.addIssue({ code: 'custom', path: [needed], message: `must be set when ${name} is` });
    };
    const { TICKMARK_CHECKPOINT_WEBHOOK_URL: url, TICKMARK_CHECKPOINT_WEBHOOK_SECRET: secret } = config;
    needs(url, 'TICKMARK_CHECKPOINT_WEBHOOK_URL', secret, 'TICKMARK_CHECKPOINT_WEBHOOK_SECRET');
    needs(secret, 'TICKMARK_CHECKPOINT_WEBHOOK_SECRET', url, 'TICKMARK_CHECKPOINT_WEBHOOK_URL');
    needs(config.TICKMARK_CHECKPOINT_EMAIL_TO, 'TICKMARK_CHECKPOINT_EMAIL_TO', config.SMTP_URL, 'SMTP_URL');
  });

export type SealerConfig = z.output<typeof sealerEnvironment>;
