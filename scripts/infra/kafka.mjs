import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '../setup/fault.mjs';
import { freePort, isFree } from './ports.mjs';

const TIMEOUT_MS = 2_000;

// kafkajs sets timers in the past, and Node 24 warns of each.
const { emitWarning } = process;
process.emitWarning = (warning, ...rest) => {
  if (rest[0] !== 'TimeoutNegativeWarning') emitWarning.call(process, warning, ...rest);
};

/** The controller's port is stored in Kafka's own data as the voter's address: it must stay. */
async function controllerPort(data) {
  const file = path.join(data, 'controller-port');
  if (!existsSync(file)) writeFileSync(file, String(await freePort()));
  const port = Number(readFileSync(file, 'utf8'));
  if (!(await isFree(port))) {
    throw new Fault(`port ${port} (Kafka's controller, kept in ${file}) is already taken; end what holds it, or move ${data} away`);
  }
  return port;
}

function properties({ data, port, controller }) {
  const settings = {
    'node.id': 1,
    'process.roles': 'broker,controller',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': path.join(data, 'logs'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'broker.heartbeat.interval.ms': 500,
    'broker.session.timeout.ms': 3000, // a broker that was killed waits this long before it may register again
    'log.retention.hours': 168,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function format({ libs, data, file }) {
  if (existsSync(path.join(data, 'logs', 'meta.properties'))) return;
  const clusterId = randomBytes(16).toString('base64url');
  // With = : an id that begins with a dash would be taken for an option.
  const args = ['-cp', path.join(libs, '*'), 'kafka.tools.StorageTool', 'format', '--standalone', `--cluster-id=${clusterId}`, '-c', file];
  const made = spawnSync('java', args, { cwd: data, encoding: 'utf8' });
  if (made.status !== 0) throw new Fault(`Kafka could not make its data folder:\n${made.stdout}${made.stderr}`);
}

async function withAdmin(brokers, work) {
  const { Kafka, logLevel } = await import('kafkajs').then((module) => module.default);
  const kafka = new Kafka({
    clientId: 'tickmark-infra',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: TIMEOUT_MS,
    requestTimeout: TIMEOUT_MS * 5,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

const answers = (brokers) => withAdmin(brokers, async (admin) => (await admin.describeCluster()).brokers.length > 0);

export async function kafkaRecipe({ libs, dataDir, logDir, port }) {
  const data = path.join(dataDir, 'kafka');
  mkdirSync(data, { recursive: true });
  const file = path.join(data, 'server.properties');
  writeFileSync(file, properties({ data, port, controller: await controllerPort(data) }));
  format({ libs, data, file });
  const url = `127.0.0.1:${port}`;
  const logFile = path.join(logDir, 'kafka.log');
  const java = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  return {
    name: 'kafka',
    url,
    port,
    logFile,
    answers: () => answers(url),
    spec: () => ({
      name: 'kafka',
      command: 'java',
      args: [...java, '-cp', path.join(libs, '*'), 'kafka.Kafka', file],
      env: { PATH: process.env.PATH, JAVA_HOME: process.env.JAVA_HOME ?? '' },
      cwd: data,
      logFile,
      watched: false,
      stopSignal: 'SIGTERM',
      graceMs: 10_000,
      tier: 0,
    }),
  };
}
