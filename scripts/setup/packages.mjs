import { existsSync, readFileSync } from 'node:fs';
import { Fault, say } from './fault.mjs';
import { inRoot } from './paths.mjs';
import { runNpm } from './run-command.mjs';

const packagesOf = (file) => Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages);

/** npm's own record of what it installed, against the lock; packages for other platforms may be missing. */
function isInstalled() {
  const record = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const has = new Map(packagesOf(record));
  return packagesOf(inRoot('package-lock.json')).every(([place, wanted]) => {
    if (!place.startsWith('node_modules/') && !place.includes('/node_modules/')) return true;
    const installed = has.get(place);
    if (installed === undefined) return wanted.optional === true || wanted.devOptional === true;
    return installed.version === wanted.version && installed.integrity === wanted.integrity && existsSync(inRoot(place));
  });
}

/** `npm ci` when node_modules is missing or belongs to another lock. */
export async function installPackages() {
  if (isInstalled()) return;
  say('Installing packages (npm ci) ...');
  const { code, output } = await runNpm(['ci', '--no-audit', '--no-fund']);
  if (code !== 0) throw new Fault(`npm ci failed; is the package registry within reach?\n${output}`);
}
