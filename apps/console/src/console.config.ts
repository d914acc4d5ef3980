import { portSetting, settings } from '@tickmark/platform';
import { z } from 'zod';

/** The environment of the console, under the variables' own names. */
export const consoleEnvironment = z.object({
  CONSOLE_PORT: portSetting(3000),
  TICKMARK_HOST: settings.TICKMARK_HOST,
  DATABASE_URL: settings.DATABASE_URL,
  TICKMARK_SECRET_KEY: settings.TICKMARK_SECRET_KEY,
  /** Who the summaries are about, where an engagement names nobody. */
  TICKMARK_ENTITY: z.string().min(1).max(200).default('not named (TICKMARK_ENTITY)'),
  NODE_ENV: settings.NODE_ENV,
  LOG_LEVEL: settings.LOG_LEVEL,
});

export type ConsoleConfig = z.output<typeof consoleEnvironment>;
