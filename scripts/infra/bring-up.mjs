import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { inState } from '../setup/paths.mjs';
import { findServers } from '../setup/set-up.mjs';
import { VARIABLES, ownServers, usesDocker } from './choose.mjs';
import { dockerServers } from './docker.mjs';
import { kafkaRecipe } from './kafka.mjs';
import { LocalServer } from './local-server.mjs';
import { freePort, portFrom, requireFree } from './ports.mjs';
import { makeDatabase, postgresRecipe } from './postgres.mjs';
import { redisRecipe } from './redis.mjs';
import { readSecrets } from './secrets.mjs';

const FIXED = [
  { name: 'postgres', what: 'Postgres', variable: 'POSTGRES_PORT', fallback: 5432 },
  { name: 'redis', what: 'Redis', variable: 'REDIS_PORT', fallback: 6379 },
  { name: 'kafka', what: 'Kafka', variable: 'KAFKA_PORT', fallback: 9092 },
];

/** The ports that `npm start` uses for the servers it brings up itself. */
export function fixedPorts() {
  const own = ownServers();
  return FIXED.filter(({ name }) => own.includes(name)).map(({ name, what, variable, fallback }) => ({
    name,
    what,
    variable,
    port: portFrom(variable, fallback),
  }));
}

async function choosePorts(isTest) {
  if (isTest) return { postgres: await freePort(), redis: await freePort(), kafka: await freePort() };
  const fixed = fixedPorts();
  if (!usesDocker()) await requireFree(fixed); // an engine may still run them from last time
  return Object.fromEntries(fixed.map(({ name, port }) => [name, port]));
}

async function localInfra({ warden, names, ports, password, dataDir }) {
  const found = await findServers(names);
  const logDir = path.join(dataDir, '..', 'logs');
  mkdirSync(dataDir, { recursive: true });
  const common = { dataDir, logDir, password };
  const recipes = {
    postgres: () => postgresRecipe({ ...common, bin: found.postgres, port: ports.postgres }),
    redis: () => redisRecipe({ ...common, bin: found.redis, port: ports.redis }),
    kafka: () => kafkaRecipe({ ...common, libs: found.kafka, port: ports.kafka }),
  };
  const servers = [];
  for (const name of names) servers.push(new LocalServer(warden, await recipes[name]()));
  return { servers, end: () => Promise.all(servers.map((server) => server.stop())) };
}

const namesFor = (isTest) => (isTest ? Object.keys(VARIABLES) : ownServers());

/**
 * Brings up what no variable names, and gives `{ env, servers, end }`. A test run (`isTest`) never uses what a
 * variable names: it has its own servers on free ports, with data that goes with it.
 */
export async function bringUp({ warden, isTest = false, dataDir = inState('data') }) {
  const names = namesFor(isTest);
  const ports = await choosePorts(isTest);
  const password = readSecrets().postgresPassword;
  const project = isTest ? `tickmark-test-${process.pid}` : 'tickmark';
  const { servers, end } = usesDocker()
    ? dockerServers({ project, names, ports, password, keepsData: !isTest })
    : await localInfra({ warden, names, ports, password, dataDir });
  try {
    await Promise.all(servers.map(async (server) => server.start().then(() => server.waitReady())));
    return { env: await addresses(servers), servers, end };
  } catch (error) {
    await end().catch(() => {});
    throw error;
  }
}

/** The addresses, of our servers or of those that a variable names; our own Postgres gets its database. */
async function addresses(servers) {
  const own = new Map(servers.map(({ name, url }) => [name, url]));
  if (own.has('postgres')) await makeDatabase(own.get('postgres'));
  return Object.fromEntries(Object.entries(VARIABLES).map(([name, variable]) => [variable, own.get(name) ?? process.env[variable]]));
}
