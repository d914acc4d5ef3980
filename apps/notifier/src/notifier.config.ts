import { listSetting, portSetting, settings } from '@tickmark/platform';
import { z } from 'zod';

/** The environment of notifier, under the variables' own names. */
export const notifierEnvironment = z
  .object({
    NOTIFIER_PORT: portSetting(3003),
    TICKMARK_HOST: settings.TICKMARK_HOST,
    DATABASE_URL: settings.DATABASE_URL,
    REDIS_URL: settings.REDIS_URL,
    KAFKA_BROKERS: settings.KAFKA_BROKERS,
    TICKMARK_TOPIC_PREFIX: settings.TICKMARK_TOPIC_PREFIX,
    /** The first receiver: it gets every notice while there is no routing file. */
    TICKMARK_WEBHOOK_URL: z.string().optional(),
    TICKMARK_WEBHOOK_SECRET: z.string().optional(),
    /** Mail addresses, several with commas. */
    TICKMARK_EMAIL_TO: listSetting.optional(),
    TICKMARK_EMAIL_FROM: z.string().min(3).default('Tickmark <tickmark@localhost>'),
    SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// address' }).optional(),
    /** A routing file; with it the first receiver gets nothing unless the file names it. */
    TICKMARK_ROUTES_PATH: z.string().optional(),
    /** Where links in notices lead. */
    CONSOLE_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).default('http://localhost:3000'),
    TICKMARK_ALLOWED_NETWORKS: settings.TICKMARK_ALLOWED_NETWORKS,
    LOG_LEVEL: settings.LOG_LEVEL,
    NODE_ENV: settings.NODE_ENV,
  })
  .superRefine((config, context) => {
    const needs = (has: unknown, name: string, wanted: unknown, needed: string): void => {
      if (has !== undefined && wanted === undefined) context.addIssue({ code: 'custom', path: [needed], message: `must be set when ${name} is` });
    };
    needs(config.TICKMARK_WEBHOOK_URL, 'TICKMARK_WEBHOOK_URL', config.TICKMARK_WEBHOOK_SECRET, 'TICKMARK_WEBHOOK_SECRET');
    needs(config.TICKMARK_WEBHOOK_SECRET, 'TICKMARK_WEBHOOK_SECRET', config.TICKMARK_WEBHOOK_URL, 'TICKMARK_WEBHOOK_URL');
    needs(config.TICKMARK_EMAIL_TO, 'TICKMARK_EMAIL_TO', config.SMTP_URL, 'SMTP_URL');
  });

export type NotifierConfig = z.output<typeof notifierEnvironment>;
