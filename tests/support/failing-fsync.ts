import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** Why no system call can be made to fail here; undefined when it can. */
export function whyNoFailingFsync(): string | undefined {
  const { status } = spawnSync('strace', ['-f', '-o', '/dev/null', '-e', 'trace=none', process.execPath, '-e', '0'], { stdio: 'ignore', timeout: 20_000 });
  return status === 0 ? undefined : 'no strace that may trace';
}

const ATTACHED_MS = 1_500;

/** While it lives, the given processes cannot bring anything to the disk: fsync and fdatasync answer EIO. */
export class FailingFsync implements AsyncDisposable {
  private constructor(private readonly tracer: ChildProcess) {}

  static async of(pids: readonly number[]): Promise<FailingFsync> {
    const which = pids.flatMap((pid) => ['-p', String(pid)]);
    const tracer = spawn('strace', ['-f', '-q', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO', ...which], { stdio: 'ignore' });
    await once(tracer, 'spawn');
    await pause(ATTACHED_MS);
    if (tracer.exitCode !== null) throw new Error(`strace ended with code ${tracer.exitCode}`);
    return new FailingFsync(tracer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.tracer.exitCode !== null || this.tracer.signalCode !== null) return;
    const gone = once(this.tracer, 'exit');
    this.tracer.kill('SIGTERM');
    await gone;
  }
}
