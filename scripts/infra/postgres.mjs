import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { Fault, say } from '../setup/fault.mjs';
import { root } from '../setup/paths.mjs';

const USER = 'tickmark';
const DATABASE = 'tickmark';
const CONNECT_MS = 2_000;

/** Postgres refuses to run as root: then it runs as `postgres`, or as `nobody` where there is no such user. */
function identity() {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    const uid = spawnSync('id', ['-u', user], { encoding: 'utf8' });
    const gid = spawnSync('id', ['-g', user], { encoding: 'utf8' });
    if (uid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Fault('Postgres refuses to run as root and there is no user `postgres`: run as another user');
}

function makeFolder(folder, { uid, gid }) {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  if (uid !== undefined) chownSync(folder, uid, gid);
}

const reaches = (folder, who) =>
  who.uid === undefined || spawnSync('test', ['-w', folder], { ...who, cwd: '/' }).status === 0;

/** Where the user `postgres` cannot reach the repository (it lies in root's home), the data lies outside it. */
function dataFolder(wanted, who) {
  makeFolder(wanted, who);
  if (reaches(wanted, who)) return wanted;
  const outside = `/var/lib/tickmark-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`;
  say(`The user of Postgres cannot reach ${wanted}; its data lies in ${outside}`);
  makeFolder(outside, who);
  return outside;
}

function initialise({ bin, data, password, who }) {
  if (existsSync(path.join(data, 'PG_VERSION'))) return;
  const passwordFile = path.join(data, '..', `${path.basename(data)}.password`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (who.uid !== undefined) chownSync(passwordFile, who.uid, who.gid);
  const args = ['-D', data, '-U', USER, '--pwfile', passwordFile, '-A', 'scram-sha-256', '-E', 'UTF8', '--locale', 'C.UTF-8'];
  const made = spawnSync(path.join(bin, 'initdb'), args, { ...who, cwd: '/', encoding: 'utf8' });
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) throw new Fault(`Postgres could not make its data folder:\n${made.stderr ?? made.error}`);
}

function checkVersion(bin, data) {
  const has = readFileSync(path.join(data, 'PG_VERSION'), 'utf8').trim();
  const runs = /\d+/.exec(execFileSync(path.join(bin, 'postgres'), ['--version'], { cwd: '/', encoding: 'utf8' }))?.[0];
  if (has === runs) return;
  throw new Fault(`${data} was written by Postgres ${has}, but Postgres ${runs} is installed: install ${has} or move the folder away`);
}

async function withClient(url, work) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

const answers = (url) => withClient(url, async (client) => (await client.query('SELECT 1')).rowCount === 1);

/** Makes the database once Postgres answers. */
export async function makeDatabase(url) {
  const admin = new URL(url);
  const name = admin.pathname.slice(1);
  admin.pathname = '/postgres';
  await withClient(admin.href, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  });
}

export function postgresRecipe({ bin, dataDir, logDir, port, password }) {
  const who = identity();
  const data = dataFolder(path.join(dataDir, 'postgres'), who);
  initialise({ bin, data, password, who });
  checkVersion(bin, data);
  const server = (database) => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 100,
    fsync: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
  };
  const logFile = path.join(logDir, 'postgres.log');
  return {
    name: 'postgres',
    url: server(DATABASE),
    port,
    logFile,
    answers: () => answers(server('postgres')),
    spec: () => ({
      name: 'postgres',
      command: path.join(bin, 'postgres'),
      args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
      cwd: '/',
      ...who,
      logFile,
      watched: false,
      stopSignal: 'SIGINT',
      graceMs: 10_000,
      tier: 0,
    }),
  };
}
