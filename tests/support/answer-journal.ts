import { mkdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './run-node.ts';

/** One answer as the outside got it; status 0: none came. */
export interface Answered {
  readonly status: number;
  /** Evidence by event, as a 202 said. */
  readonly kept: Readonly<Record<string, string>>;
  /** Events that were refused, alone or out of their batch. */
  readonly refused: readonly string[];
  /** Events of which nothing is known: kept or not, sending again settles it. */
  readonly open: readonly string[];
}

/** What a whole journal says. */
export interface Told {
  /** Each event that was ever acknowledged, with all evidence that was named for it: one, if all is well. */
  readonly kept: ReadonlyMap<string, ReadonlySet<string>>;
  readonly refused: ReadonlySet<string>;
  readonly answers: ReadonlyMap<number, number>;
}

const FOLDER = path.join(ROOT, '.tickmark', 'test', 'answers');

/**
 * What was answered, kept outside the product: a line for each answer, appended and on disk before its sender goes on.
 * The checker believes this file alone, so it also holds what a test that was killed had been told.
 */
export class AnswerJournal implements AsyncDisposable {
  private constructor(
    readonly file: string,
    private readonly handle: FileHandle,
  ) {}

  static async open(name: string): Promise<AnswerJournal> {
    mkdirSync(FOLDER, { recursive: true });
    const file = path.join(FOLDER, `${new Date().toISOString().replaceAll(':', '-')}-${name}.jsonl`);
    return new AnswerJournal(file, await open(file, 'ax'));
  }

  async note(answered: Answered): Promise<void> {
    await this.handle.appendFile(`${JSON.stringify({ at: new Date().toISOString(), ...answered })}\n`);
    await this.handle.datasync();
  }

  /** From the disk, never from memory. */
  read(): Told {
    const kept = new Map<string, Set<string>>();
    const refused = new Set<string>();
    const answers = new Map<number, number>();
    for (const line of readFileSync(this.file, 'utf8').split('\n')) {
      if (line === '') continue;
      const answered = JSON.parse(line) as Answered;
      answers.set(answered.status, (answers.get(answered.status) ?? 0) + 1);
      for (const [id, evidence] of Object.entries(answered.kept)) kept.set(id, (kept.get(id) ?? new Set()).add(evidence));
      for (const id of answered.refused) refused.add(id);
    }
    return { kept, refused, answers };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handle.close();
  }
}
