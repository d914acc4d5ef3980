import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ROOT, run, scratchBase } from './run-node.ts';

const LEFT_BEHIND = new Set(['.git', '.tickmark', 'node_modules', 'coverage']);

/**
 * The working tree as it is, in a folder of its own with a state of its own: packages and Kafka are linked rather than
 * installed again. Others may pass through the folder, as Postgres runs as another user.
 */
export class ScratchClone implements Disposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<ScratchClone> {
    const folder = mkdtempSync(path.join(scratchBase(), 'tickmark-clone-'));
    chmodSync(folder, 0o711);
    const isWanted = (source: string): boolean => path.dirname(source) !== path.resolve(ROOT) || !LEFT_BEHIND.has(path.basename(source));
    cpSync(path.resolve(ROOT), folder, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true, filter: isWanted });
    mkdirSync(path.join(folder, '.tickmark'));
    for (const linked of ['node_modules', path.join('.tickmark', 'kafka')]) await link(linked, folder);
    return new ScratchClone(folder);
  }

  read(...parts: string[]): string {
    return readFileSync(path.join(this.folder, ...parts), 'utf8');
  }

  /** Processes that run from here or were started from here: command lines by process id. */
  processes(): Map<number, string> {
    const found = new Map<number, string>();
    for (const entry of readdirSync('/proc')) {
      const commandLine = /^\d+$/.test(entry) ? commandLineFrom(Number(entry), this.folder) : undefined;
      if (commandLine !== undefined) found.set(Number(entry), commandLine);
    }
    return found;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Hard links where the file system allows them, else copies. */
async function link(name: string, folder: string): Promise<void> {
  const [from, to] = [path.join(ROOT, name), path.join(folder, name)];
  if (!existsSync(from)) return;
  if ((await run('cp', ['-al', from, to])).code === 0) return;
  rmSync(to, { recursive: true, force: true });
  const { code, err } = await run('cp', ['-a', from, to], { limitMs: 120_000 });
  if (code !== 0) throw new Error(`${name} could not be copied: ${err}`);
}

function commandLineFrom(pid: number, folder: string): string | undefined {
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    const isOurs = readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) || commandLine.includes(folder);
    return isOurs ? commandLine : undefined;
  } catch {
    return undefined; // it ended while we looked, or is somebody else's
  }
}
