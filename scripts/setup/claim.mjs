import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { inState, stateDir } from './paths.mjs';

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Since when a process runs: a number that was given away again does not count as its owner. Linux only. */
function startedAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')')).split(' ')[20] ?? '';
  } catch {
    return '';
  }
}

function holderOf(file) {
  try {
    const { pid, since } = JSON.parse(readFileSync(file, 'utf8'));
    return alive(pid) && startedAt(pid) === since ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Claims a name for this process until it ends: `{ release }`, or `{ holder }` when another process has it. */
export function claim(name) {
  mkdirSync(stateDir, { recursive: true });
  const file = inState(`${name}.lock`);
  const content = JSON.stringify({ pid: process.pid, since: startedAt(process.pid) });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(file, content, { flag: 'wx' });
      const remove = () => rmSync(file, { force: true });
      process.once('exit', remove);
      const release = () => {
        process.off('exit', remove);
        remove();
      };
      return { release };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = holderOf(file);
    if (holder !== undefined) return { holder };
    rmSync(file, { force: true });
  }
  return { holder: 0 };
}
