import { portSetting, settings } from '@tickmark/platform';
import { z } from 'zod';

/** The environment of evaluator, under the variables' own names. */
export const evaluatorEnvironment = z.object({
  EVALUATOR_PORT: portSetting(3002),
  TICKMARK_HOST: settings.TICKMARK_HOST,
  DATABASE_URL: settings.DATABASE_URL,
  KAFKA_BROKERS: settings.KAFKA_BROKERS,
  TICKMARK_TOPIC_PREFIX: settings.TICKMARK_TOPIC_PREFIX,
  /** Folders with controls, event types, objectives and overrides of one's own, separated as in PATH. */
  TICKMARK_CATALOGUE_PATH: z.string().default(''),
  LOG_LEVEL: settings.LOG_LEVEL,
});

export type EvaluatorConfig = z.output<typeof evaluatorEnvironment>;
