import { Worker } from 'node:worker_threads';
import type { Fate, Judged, Mutant } from './model.ts';
import type { Job } from './worker.ts';

/** A control's tests take some 10 ms; a mutant that takes this long does not come to an end. */
const PATIENCE_MS = 60_000;

/** Plays every job on a few threads, and tells of each fate. */
export async function playAll(jobs: readonly Job[], threads: number, told: (judged: Judged) => void): Promise<void> {
  const queue = jobs.filter(({ mutants }) => mutants.length > 0).toSorted((a, b) => b.mutants.length - a.mutants.length);
  const work = async (): Promise<void> => {
    let worker: Worker | undefined;
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      worker ??= new Worker(new URL('./worker.ts', import.meta.url));
      const left = await playJob(worker, job, told);
      if (left.length === 0) continue;
      // What does not end is ended with its thread; the rest goes to a new one.
      await worker.terminate();
      worker = undefined;
      const [stuck, ...rest] = left;
      if (stuck !== undefined) told(judgedAs(stuck, { fate: 'late' }));
      if (rest.length > 0) queue.push({ ...job, mutants: rest });
    }
    await worker?.terminate();
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(threads, queue.length)) }, work));
}

function judgedAs({ text: _, ...about }: Mutant, fate: Fate): Judged {
  return { ...about, ...fate };
}

/** Gives back what is left to do when a mutant did not end: that one first. */
function playJob(worker: Worker, { others, mutants }: Job, told: (judged: Judged) => void): Promise<readonly Mutant[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Mutant[]>();
  let done = 0;
  const end = (settle: () => void): void => {
    clearTimeout(timer);
    worker.off('message', hear).off('error', fail);
    settle();
  };
  const fail = (error: unknown): void => end(() => reject(error instanceof Error ? error : new Error(String(error))));
  const hear = (fate: Fate): void => {
    const mutant = mutants[done];
    done += 1;
    if (mutant !== undefined) told(judgedAs(mutant, fate));
    if (done === mutants.length) end(() => resolve([]));
    else timer.refresh();
  };
  const timer = setTimeout(() => end(() => resolve(mutants.slice(done))), PATIENCE_MS);
  worker.on('message', hear).on('error', fail);
  worker.postMessage({ others, mutants });
  return promise;
}
