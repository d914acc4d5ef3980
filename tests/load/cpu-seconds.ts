import { readFileSync, readdirSync } from 'node:fs';

/** Clock ticks a second, as Linux gives them to everybody. */
const TICKS = 100;

interface Process {
  readonly parent: number;
  /** Its own time, and that of children that have ended. */
  readonly ticks: number;
}

function processes(): Map<number, Process> {
  const found = new Map<number, Process>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number);
      const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
      found.set(Number(entry), { parent: fields[1] ?? 0, ticks: user + system + childUser + childSystem });
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

/** CPU seconds that a process and its children have used so far; NaN where the system does not say. */
export function cpuSeconds(pid: number): number {
  try {
    const all = processes();
    const family = new Set([pid]);
    for (let size = 0; size < family.size; ) {
      size = family.size;
      for (const [id, { parent }] of all) if (family.has(parent)) family.add(id);
    }
    return [...family].reduce((sum, id) => sum + (all.get(id)?.ticks ?? 0), 0) / TICKS;
  } catch {
    return Number.NaN;
  }
}
