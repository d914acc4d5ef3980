import { parentPort } from 'node:worker_threads';
import type { CatalogueFile } from '@tickmark/catalogue';
import type { Mutant } from './model.ts';
import { play } from './play.ts';

export interface Job {
  readonly others: readonly CatalogueFile[];
  readonly mutants: readonly Mutant[];
}

// One control at a time; its fates go back one by one, so that a mutant that never ends is known.
parentPort?.on('message', ({ others, mutants }: Job) => {
  for (const { file, text } of mutants) parentPort?.postMessage(play(file, text, others));
});
