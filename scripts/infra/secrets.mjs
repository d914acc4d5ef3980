import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { inState, stateDir } from '../setup/paths.mjs';

const make = {
  postgresPassword: () => randomBytes(24).toString('base64url'),
  TICKMARK_SECRET_KEY: () => randomBytes(32).toString('base64'),
};

/** The secrets of this installation, made once and readable by their owner only. */
export function readSecrets() {
  mkdirSync(stateDir, { recursive: true });
  const file = inState('secrets.json');
  const has = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const missing = Object.keys(make).filter((name) => has[name] === undefined);
  if (missing.length === 0) return has;
  const all = { ...has, ...Object.fromEntries(missing.map((name) => [name, make[name]()])) };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  return all;
}
