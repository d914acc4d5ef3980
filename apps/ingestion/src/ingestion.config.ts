import { portSetting, settings } from '@tickmark/platform';
import { z } from 'zod';

/** The environment of ingestion, under the variables' own names. */
export const ingestionEnvironment = z.object({
  INGESTION_PORT: portSetting(3001),
  TICKMARK_HOST: settings.TICKMARK_HOST,
  DATABASE_URL: settings.DATABASE_URL,
  KAFKA_BROKERS: settings.KAFKA_BROKERS,
  TICKMARK_TOPIC_PREFIX: settings.TICKMARK_TOPIC_PREFIX,
  TICKMARK_SECRET_KEY: settings.TICKMARK_SECRET_KEY,
  /** Folders with event types of one's own, separated as in PATH. */
  TICKMARK_CATALOGUE_PATH: z.string().default(''),
  TICKMARK_ALLOWED_NETWORKS: settings.TICKMARK_ALLOWED_NETWORKS,
  LOG_LEVEL: settings.LOG_LEVEL,
});

export type IngestionConfig = z.output<typeof ingestionEnvironment>;
