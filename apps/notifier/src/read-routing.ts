import { readFile } from 'node:fs/promises';
import { everythingTo, readRoutingFile } from '@tickmark/alerting';
import type { Routing } from '@tickmark/alerting';
import { CHANNELS } from '@tickmark/channels';
import { ConfigError } from '@tickmark/platform';
import type { NotifierConfig } from './notifier.config.js';

const schemas = Object.fromEntries(CHANNELS.map(({ id, config }) => [id, config]));

/** Where notices go: the routing file, without one the receiver of the environment. Every fault is said at once. */
export async function readRouting(config: NotifierConfig): Promise<Routing> {
  const path = config.TICKMARK_ROUTES_PATH;
  if (path === undefined) return firstReceiver(config);
  const routing = readRoutingFile({ path, text: await textOf(path) }, schemas);
  if (routing.ok) return routing.value;
  throw new ConfigError(routing.error.map(({ file, line, message }) => `${file}:${line}: ${message}`));
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`TICKMARK_ROUTES_PATH: ${path} cannot be read (${error instanceof Error ? error.message : String(error)})`]);
  }
}

function firstReceiver(config: NotifierConfig): Routing {
  const { TICKMARK_WEBHOOK_URL: url, TICKMARK_WEBHOOK_SECRET: secret, TICKMARK_EMAIL_TO: to } = config;
  const channels = {
    ...(url === undefined ? {} : { webhook: { url, secret } }),
    ...(to === undefined ? {} : { email: { to } }),
  };
  const faults = Object.entries(channels).flatMap(([id, settings]) => {
    const parsed = schemas[id]?.safeParse(settings);
    return (parsed?.error?.issues ?? []).map(({ path, message }) => `${VARIABLES[`${id}.${String(path[0])}`] ?? id}: ${message}`);
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return everythingTo({ name: 'first', channels });
}

const VARIABLES: Readonly<Record<string, string>> = {
  'webhook.url': 'TICKMARK_WEBHOOK_URL',
  'webhook.secret': 'TICKMARK_WEBHOOK_SECRET',
  'email.to': 'TICKMARK_EMAIL_TO',
};
