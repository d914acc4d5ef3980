import { readSecrets } from '../infra/secrets.mjs';
import { inRoot, inState } from '../setup/paths.mjs';
import { appPorts } from './apps.mjs';

/** What the apps read: our own environment, the servers' addresses, the ports and the secret key. */
export function appEnvironment(infraEnv) {
  const ports = Object.fromEntries(appPorts().map(({ variable, port }) => [variable, String(port)]));
  return {
    TICKMARK_SECRET_KEY: readSecrets().TICKMARK_SECRET_KEY,
    TICKMARK_CATALOGUE: inRoot('catalogue'),
    TICKMARK_CREDENTIALS_FILE: inState('credentials.json'),
    TICKMARK_SEALER_KEY_FILE: inState('sealer', 'key.json'),
    TICKMARK_SEALER_MEMORY_FILE: inState('sealer', 'memory.json'),
    KAFKAJS_NO_PARTITIONER_WARNING: '1',
    CONSOLE_URL: `http://localhost:${ports.CONSOLE_PORT}`, // links in notices
    ...process.env,
    ...ports,
    ...infraEnv,
  };
}
