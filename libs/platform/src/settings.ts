import { z } from 'zod';
import { networkFault } from './outbound/address-rules.js';

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, { error: 'must be a whole number' })
    .transform(Number)
    .pipe(z.number().min(least).max(most));

/** A whole number from the environment, with a default. */
export const numberSetting = (preset: number, least: number, most: number) => whole(least, most).default(preset);

export const portSetting = (preset: number) => numberSetting(preset, 0, 65_535);

const flag = z.enum(['true', 'false'], { error: 'must be true or false' }).transform((text) => text === 'true');
export const flagSetting = (preset: boolean) => flag.default(preset);

/** Texts with commas between them; empty ones are left out. */
export const listSetting = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

const networks = listSetting.superRefine((items, context) => {
  for (const item of items) {
    const fault = networkFault(item);
    if (fault !== undefined) context.addIssue(`${item} ${fault}`);
  }
});

/** 32 bytes in base64 or hex: vendor secrets are encrypted with it. */
const secretKey = z
  .string({ error: 'must be set to 32 random bytes in base64 (openssl rand -base64 32)' })
  .transform((text, context) => {
    const key = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
    if (key.length === 32) return key;
    context.addIssue('must be 32 random bytes in base64 (openssl rand -base64 32)');
    return z.NEVER;
  });

/** Settings that several apps have; an app picks them into its own schema under the variable's name. */
export const settings = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// address' }),
  KAFKA_BROKERS: z
    .string({ error: 'must be host:port, several with commas' })
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .pipe(z.array(z.string().regex(/^[^\s:]+:\d+$|^\[[^\]]+\]:\d+$/, { error: 'must be host:port, several with commas' })).min(1)),
  /** Put before topics, consumer groups and queues: several installations, or tests, share one cluster. */
  TICKMARK_TOPIC_PREFIX: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{0,100}$/, { error: 'must be letters, digits, dots, dashes or underscores' })
    .default(''),
  TICKMARK_SECRET_KEY: secretKey,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  /** Private networks that may be called, several with commas. */
  TICKMARK_ALLOWED_NETWORKS: networks.default([]),
  /** The address to listen on; the images set 0.0.0.0. */
  TICKMARK_HOST: z.string().min(1).default('127.0.0.1'),
} as const;
