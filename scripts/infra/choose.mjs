import { spawnSync } from 'node:child_process';
import { Fault } from '../setup/fault.mjs';

/** Where each server comes from when its variable is set. */
export const VARIABLES = { postgres: 'DATABASE_URL', redis: 'REDIS_URL', kafka: 'KAFKA_BROKERS' };
const SERVERS = Object.keys(VARIABLES);
const ENGINE_MS = 5_000;

const succeeds = (args) => spawnSync('docker', args, { stdio: 'ignore', timeout: ENGINE_MS }).status === 0;

function engineAnswers() {
  const wanted = process.env.TICKMARK_INFRA ?? '';
  if (!['', 'docker', 'local'].includes(wanted)) throw new Fault(`TICKMARK_INFRA=${wanted} is neither docker nor local`);
  if (wanted === 'local') return false;
  const answers = succeeds(['info']) && succeeds(['compose', 'version']);
  if (wanted === 'docker' && !answers) throw new Fault('TICKMARK_INFRA=docker, but no Docker engine with compose answers');
  return answers;
}

const given = (name) => (process.env[VARIABLES[name]] ?? '') !== '';

/** The servers that we have to bring up, because no variable names one that runs. */
export const ownServers = () => SERVERS.filter((name) => !given(name));

export function usesDocker() {
  return ownServers().length > 0 && engineAnswers();
}

/** The servers that run here as local processes, and so need their binaries. */
export const localServers = () => (usesDocker() ? [] : ownServers());
